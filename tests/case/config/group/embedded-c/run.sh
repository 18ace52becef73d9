#!/bin/sh
# Runs a sample of the Azure SDK for Embedded C with the settings of one device: ./run.sh SAMPLE
set -eu

export AZ_IOT_PROVISIONING_ID_SCOPE=0ne00111111
export AZ_IOT_PROVISIONING_REGISTRATION_ID=device-1
export AZ_IOT_HUB_DEVICE_ID=device-1
export AZ_IOT_DEVICE_X509_TRUST_PEM_FILE_PATH=/home/me/out/server-roots.pem

# The samples want chain and key in one file. It is readable by nobody else, and it goes when the sample ends.
umask 077
AZ_IOT_DEVICE_X509_CERT_PEM_FILE_PATH=$(mktemp)
export AZ_IOT_DEVICE_X509_CERT_PEM_FILE_PATH
trap 'rm -f "$AZ_IOT_DEVICE_X509_CERT_PEM_FILE_PATH"' EXIT
trap 'exit 130' INT TERM
cat /home/me/out/device-full-chain.pem /home/me/keys/device-key.pem >"$AZ_IOT_DEVICE_X509_CERT_PEM_FILE_PATH"

"${1:?give the path of a sample, such as build/sdk/samples/iot/paho_iot_provisioning_sample}"
