#!/bin/sh
# Sends one message to the assigned hub with Mosquitto's client.
set -eu

# For a device that is registered already: put in its hub, twice, and the device ID if it is
# not the registration ID. A second connection of one device closes the first.
mosquitto_pub \
    -d \
    -V mqttv311 \
    -h REPLACE-WITH-ASSIGNED-HUB.azure-devices.net \
    -p 8883 \
    --cafile /home/me/out/server-roots.pem \
    --cert /home/me/out/device-full-chain.pem \
    --key /home/me/keys/device-key.pem \
    --tls-version tlsv1.2 \
    -i device-1 \
    -u 'REPLACE-WITH-ASSIGNED-HUB.azure-devices.net/device-1/?api-version=2021-04-12' \
    -q 1 \
    -t devices/device-1/messages/events/ \
    -f telemetry.json </dev/null
