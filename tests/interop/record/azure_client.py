"""What a program with Microsoft's Python SDK shows when it registers and something is wrong: its log, and the trace."""

import argparse
import logging

from azure.iot.device import ProvisioningDeviceClient, X509

parser = argparse.ArgumentParser(description=__doc__)
for name in ("host", "id-scope", "registration-id", "cert", "key", "root"):
    parser.add_argument(f"--{name}", required=True)
parser.add_argument("--level", default="INFO")
args = parser.parse_args()

logging.basicConfig(level=args.level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
with open(args.root, encoding="ascii") as file:
    root = file.read()
client = ProvisioningDeviceClient.create_from_x509_certificate(
    provisioning_host=args.host,
    registration_id=args.registration_id,
    id_scope=args.id_scope,
    x509=X509(cert_file=args.cert, key_file=args.key),
    server_verification_cert=root,
)
print(client.register())
