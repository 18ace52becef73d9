#!/bin/sh
# Creates the enrollment group.
set -eu

# Every device whose chain leads to this CA may register; it sends leaf and intermediates.
az iot dps enrollment-group create \
    --resource-group my-resources \
    --dps-name my-dps \
    --enrollment-id my-devices \
    --certificate-path /home/me/out/group-ca.pem \
    --provisioning-status enabled </dev/null
