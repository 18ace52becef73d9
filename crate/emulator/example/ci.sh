#!/bin/sh
# Starts the emulator, provisions a device against it, and stops it. Exit code 0: the device got its hub.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# A free port; the first line of the output says which, once it listens.
mkfifo "$folder/ready"
dps-x509 emulate --listen 0 --control 0 --folder "$folder/emulator" --json --quiet >"$folder/ready" &
emulator=$!
read -r ready <"$folder/ready"
of() { printf '%s' "$ready" | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
# What keeps it from listening is on standard error.
[ -n "$(of endpoint)" ] || exit 2

# Your device's program goes here.
dps-x509 provision --id-scope "$(of idScope)" --endpoint "$(of endpoint)" --trust "$(of root)" --only-trust \
    --cert "$(of fullChain)" --key "$(of key)"

# A device has to live with a service that is busy.
dps-x509 emulator --control "$(of control)" fault use throttled
dps-x509 provision --id-scope "$(of idScope)" --endpoint "$(of endpoint)" --trust "$(of root)" --only-trust \
    --cert "$(of fullChain)" --key "$(of key)"

dps-x509 emulator --control "$(of control)" stop
wait "$emulator"
