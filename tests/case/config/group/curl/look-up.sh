#!/bin/sh
# Asks for the registration over HTTPS.
set -eu

# Where the device is assigned, once it has registered.
curl \
    --silent \
    --show-error \
    --include \
    --request POST \
    --cert /home/me/out/device-full-chain.pem \
    --key /home/me/keys/device-key.pem \
    --cacert /home/me/out/server-roots.pem \
    --globoff \
    --header 'Content-Type: application/json' 'https://global.azure-devices-provisioning.net/0ne00111111/registrations/device-1?api-version=2021-06-01' </dev/null
