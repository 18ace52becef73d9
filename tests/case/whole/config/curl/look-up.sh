#!/bin/sh
# Asks for the registration over HTTPS.
set -eu

# Where the device is assigned, once it has registered.
curl \
    --silent \
    --show-error \
    --include \
    --request POST \
    --cert '/tmp/it'\''s "a" $HOME/100% `so`! \n/Gerät ‘1’ ${x} #/device-full-chain.pem' \
    --key '/tmp/it'\''s "a" $HOME/100% `so`! \n/Schlüssel ‘1’ ${x} #.pem' \
    --cacert '/tmp/it'\''s "a" $HOME/100% `so`! \n/Gerät ‘1’ ${x} #/server-roots.pem' \
    --globoff \
    --header 'Content-Type: application/json' 'https://localhost:8883/0ne%27%22%24%28id%29%25PATH%25%21%5C%60/registrations/Device%3A1.a_b-?api-version=2021-06-01' </dev/null
