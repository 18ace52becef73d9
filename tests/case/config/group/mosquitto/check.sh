#!/bin/sh
# Connects to DPS with Mosquitto's client.
set -eu

# Connects and subscribes; it does not register. DPS answers a register request on the very connection that
# makes it: mosquitto_sub and mosquitto_pub have a connection each, and mosquitto_rr refuses the filter
# $dps/registrations/res/#, the only one that DPS allows. To register take the targets paho or provision.
mosquitto_sub \
    -d \
    -V mqttv311 \
    -h global.azure-devices-provisioning.net \
    -p 8883 \
    --cafile /home/me/out/server-roots.pem \
    --cert /home/me/out/device-full-chain.pem \
    --key /home/me/keys/device-key.pem \
    --tls-version tlsv1.2 \
    -i device-1 \
    -u 0ne00111111/registrations/device-1/api-version=2019-03-31 \
    -E \
    -q 1 \
    -t '$dps/registrations/res/#' </dev/null
