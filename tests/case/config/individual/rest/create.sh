#!/bin/sh
# Creates the enrollment; run it in its own folder.
# DPS_SAS holds a token of a policy with EnrollmentWrite: SharedAccessSignature sr=…
set -eu

# The token goes through standard input, where no list of processes shows it.
printf 'header = "Authorization: %s"\n' "${DPS_SAS:?}" |
  curl --config - --silent --show-error --include --globoff --request PUT \
    --header 'Content-Type: application/json' --data-binary @enrollment.json \
    'https://my-dps.azure-devices-provisioning.us/enrollments/self-signed?api-version=2021-10-01'
