#!/bin/sh
# Uploads the proof of possession.
set -eu

etag=$(az iot dps certificate show \
    --resource-group my-resources \
    --dps-name my-dps \
    --certificate-name my-devices \
    --query etag \
    --output tsv)
az iot dps certificate verify \
    --resource-group my-resources \
    --dps-name my-dps \
    --certificate-name my-devices \
    --path verification.pem \
    --etag "$etag" </dev/null
