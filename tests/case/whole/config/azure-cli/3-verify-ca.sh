#!/bin/sh
# Uploads the proof of possession.
set -eu

etag=$(az iot dps certificate show \
    --resource-group 'my "resources" 100%' \
    --dps-name 'my '\''dps'\'' $x' \
    --certificate-name 'Geräte ${y}' \
    --query etag \
    --output tsv)
az iot dps certificate verify \
    --resource-group 'my "resources" 100%' \
    --dps-name 'my '\''dps'\'' $x' \
    --certificate-name 'Geräte ${y}' \
    --path verification.pem \
    --etag "$etag" </dev/null
