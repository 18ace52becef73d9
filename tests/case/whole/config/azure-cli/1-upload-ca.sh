#!/bin/sh
# Uploads the CA certificate of the group.
set -eu

# The CA of the group, or one above it, has to be verified: by the second and third script, or
# by adding --verified true here, which takes the uploader's word for it.
az iot dps certificate create \
    --resource-group 'my "resources" 100%' \
    --dps-name 'my '\''dps'\'' $x' \
    --certificate-name 'Geräte ${y}' \
    --path '/tmp/it'\''s "a" $HOME/100% `so`! \n/Gerät ‘1’ ${x} #/group-ca.pem' </dev/null
