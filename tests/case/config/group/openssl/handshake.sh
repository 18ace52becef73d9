#!/bin/sh
# Opens TLS to the provisioning endpoint with the device's certificate.
set -eu

openssl s_client \
    -connect global.azure-devices-provisioning.net:8883 \
    -servername global.azure-devices-provisioning.net \
    -tls1_2 \
    -CAfile /home/me/out/server-roots.pem \
    -verify_return_error \
    -cert /home/me/out/device-cert.pem \
    -key /home/me/keys/device-key.pem \
    -cert_chain /home/me/out/intermediates.pem </dev/null
