#!/bin/sh
# Puts the device's private key into the cluster.
set -eu

kubectl create secret generic dps-device-1 \
    --from-file=device-key.pem=/home/me/keys/device-key.pem </dev/null
