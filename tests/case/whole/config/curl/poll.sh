#!/bin/sh
# Asks over HTTPS how the registration goes.
set -eu

# Put the operationId of the first answer in the place of REPLACE-WITH-OPERATION-ID.
curl \
    --silent \
    --show-error \
    --include \
    --request GET \
    --cert '/tmp/it'\''s "a" $HOME/100% `so`! \n/Gerät ‘1’ ${x} #/device-full-chain.pem' \
    --key '/tmp/it'\''s "a" $HOME/100% `so`! \n/Schlüssel ‘1’ ${x} #.pem' \
    --cacert '/tmp/it'\''s "a" $HOME/100% `so`! \n/Gerät ‘1’ ${x} #/server-roots.pem' \
    --globoff \
    --header 'Content-Type: application/json' 'https://localhost:8883/0ne%27%22%24%28id%29%25PATH%25%21%5C%60/registrations/Device%3A1.a_b-/operations/REPLACE-WITH-OPERATION-ID?api-version=2021-06-01' </dev/null
