#!/bin/sh
# Runs a sample of the Azure SDK for Embedded C with the settings of one device: ./run.sh SAMPLE
set -eu

export AZ_IOT_PROVISIONING_ID_SCOPE='0ne'\''"$(id)%PATH%!\`'
export AZ_IOT_PROVISIONING_REGISTRATION_ID=Device:1.a_b-
export AZ_IOT_HUB_DEVICE_ID=Device:1.a_b-
export AZ_IOT_DEVICE_X509_TRUST_PEM_FILE_PATH='/tmp/it'\''s "a" $HOME/100% `so`! \n/Gerät ‘1’ ${x} #/server-roots.pem'

# The samples want chain and key in one file. It is readable by nobody else, and it goes when the sample ends.
umask 077
AZ_IOT_DEVICE_X509_CERT_PEM_FILE_PATH=$(mktemp)
export AZ_IOT_DEVICE_X509_CERT_PEM_FILE_PATH
trap 'rm -f "$AZ_IOT_DEVICE_X509_CERT_PEM_FILE_PATH"' EXIT
trap 'exit 130' INT TERM
cat '/tmp/it'\''s "a" $HOME/100% `so`! \n/Gerät ‘1’ ${x} #/device-full-chain.pem' '/tmp/it'\''s "a" $HOME/100% `so`! \n/Schlüssel ‘1’ ${x} #.pem' >"$AZ_IOT_DEVICE_X509_CERT_PEM_FILE_PATH"

"${1:?give the path of a sample, such as build/sdk/samples/iot/paho_iot_provisioning_sample}"
