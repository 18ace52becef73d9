#!/bin/sh
# Creates the enrollment; run it in its own folder.
# DPS_SAS holds a token of a policy with EnrollmentWrite: SharedAccessSignature sr=…
set -eu

# The token goes through standard input, where no list of processes shows it.
printf 'header = "Authorization: %s"\n' "${DPS_SAS:?}" |
  curl --config - --silent --show-error --include --globoff --request PUT \
    --header 'Content-Type: application/json' --data-binary @enrollment-group.json \
    'https://my '\''dps'\'' $x.azure-devices-provisioning.net/enrollmentGroups/Ger%C3%A4te%20%24%7By%7D?api-version=2021-10-01'
