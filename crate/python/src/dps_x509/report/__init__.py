"""Reports as types: a module for each JSON schema, with a dataclass for each object."""
