"""Makes the dataclasses of ``dps_x509`` from the contract in ``wit/`` and the schemas of ``crate/core/schema``."""
