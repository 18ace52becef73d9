#!/bin/sh
# Makes device_key.h, beside this script, from the device's private key.
set -eu

umask 077
awk 'BEGIN { print "/* The device\047s private key: keep this file as secret as the key. */"; print "#define democonfigCLIENT_PRIVATE_KEY_PEM \\" }
  { sub(/\r$/, ""); line[NR] = $0 }
  END { for (i = 1; i <= NR; i++) printf "\"%s\\r\\n\"%s\n", line[i], i < NR ? " \\" : "" }' \
  /home/me/keys/device-key.pem >"$(dirname "$0")/device_key.h"
