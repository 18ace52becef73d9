#!/bin/sh
# Makes the recordings in tests/case/explain again: what curl, openssl s_client, mosquitto_sub, Paho, mqtt.js and Microsoft's
# SDKs for Python and Node print when something is wrong, against the emulator. `record.sh FOLDER` writes
# FOLDER/recorded-SITUATION-CLIENT/input.txt for whoever compares or replaces a case's input; it overwrites nothing.
# DPS_X509 names the command line. PAHO and AZURE name the Python of an environment with paho.txt, and of one with
# azure-iot-device.txt; NODE_MODULES is a folder with mqtt and the packages of npm/azure-iot-device. curl, openssl,
# mosquitto_sub, node and python3 are needed besides, and cargo: at the end a test compares what is found in them with what
# the cases expect.
set -eu

out=${1:?usage: record.sh FOLDER}
program=${DPS_X509:-dps-x509}
paho=${PAHO:?names a Python with paho-mqtt}
azure=${AZURE:?names a Python with azure-iot-device}
modules=${NODE_MODULES:?is a folder with mqtt and azure-iot-provisioning-device}
here=$(cd "$(dirname "$0")" && pwd)
mkdir "$out"
out=$(cd "$out" && pwd)
work=$(mktemp -d)
cd "$work"

"$program" generate chain --registration-id device-1 --out device >generated
"$program" generate self-signed --registration-id device-1 --out stranger >>generated
cp device/device-full-chain.pem device-chain.pem
cp device/device-cert.pem device-leaf.pem
cp device/device-key.pem device-key.pem
cp stranger/device-key.pem stranger-key.pem

mkfifo ready
"$program" emulate device/enrollments.toml --listen 127.0.0.1:0 --control 0 --folder state --json --quiet >ready &
emulator=$!
python3 - <<'PROXY' >proxies &
import socket, threading
ANSWERS = (b"HTTP/1.1 403 Forbidden\r\n\r\n",
           b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"proxy\"\r\n\r\n",
           b"SSH-2.0-OpenSSH_9.2\r\n")
def serve(listener, answer):
    while True:
        client, _ = listener.accept()
        client.recv(4096)
        client.sendall(answer)
        client.close()
ports = []
for answer in ANSWERS:
    listener = socket.create_server(("127.0.0.1", 0))
    ports.append(str(listener.getsockname()[1]))
    threading.Thread(target=serve, args=(listener, answer)).start()
print(" ".join(ports), flush=True)
PROXY
proxies=$!
trap 'kill "$emulator" "$proxies"; rm -rf "$work"' EXIT
# shellcheck disable=SC2094 # a pipe has two ends
read -r ready <ready
of() { printf '%s' "$ready" | sed -n "s/.*\"$1\":\"\{0,1\}\([^\",]*\).*/\1/p"; }
port=$(of port)
scope=$(of idScope)
control=$(of control)

# host, port, CA file, certificate and key of the next recordings
usual() {
    host=localhost at=$port ca=state/root.pem cert=device-chain.pem key=device-key.pem
    "$program" emulator --control "$control" fault clear >generated
}
fault() { "$program" emulator --control "$control" fault use "$1" >generated; }

# record SITUATION CLIENT COMMAND…: a client that fails is what is wanted.
record() {
    mkdir -p "$out/recorded-$1-$2"
    input=$out/recorded-$1-$2/input.txt
    shift 2
    timeout 20 "$@" >whole 2>&1 </dev/null || true
    # Where the clients are installed says nothing.
    sed -e "s#$here/record/##g" -e "s#$modules#node_modules#g" -e 's#\(["(]\)/[^"()]*/\(site-packages\|python3[.0-9]*\)/#\1\2/#g' \
        whole >"$input"
}
with_curl() {
    record "$1" curl curl -sS -i --cert "$cert" --key "$key" --cacert "$ca" -X PUT \
        -H 'Content-Type: application/json' -d '{"registrationId":"device-1"}' \
        "https://$host:$at/$scope/registrations/device-1/register?api-version=2021-06-01"
}
with_openssl() {
    record "$1" openssl openssl s_client -quiet -verify_return_error -verify_hostname "$host" -tls1_2 \
        -connect "$host:$at" -CAfile "$ca" -cert "$cert" -cert_chain "$cert" -key "$key"
}
with_mosquitto() {
    # shellcheck disable=SC2016 # the topic has a dollar
    record "$1" mosquitto mosquitto_sub -d -V mqttv311 -h "$host" -p "$at" -i device-1 \
        -u "$scope/registrations/device-1/api-version=2019-03-31" --cafile "$ca" --cert "$cert" --key "$key" \
        -t '$dps/registrations/res/#' -W 2
}
# The arguments of the clients in record/.
device() {
    set -- --host "$host" --id-scope "$scope" --registration-id device-1 --cert "$cert" --key "$key" --root "$ca" "$@"
    printf '%s\n' "$@"
}
# with SITUATION CLIENT COMMAND…: a client of record/.
with() {
    situation=$1 client=$2
    shift 2
    # shellcheck disable=SC2046 # none of the arguments has a blank
    record "$situation" "$client" "$@" $(device)
}
with_paho() { with "$1" "paho$2" "$paho" "$here/record/paho_client.py" --port "$at" --api "$2"; }
with_mqttjs() { NODE_PATH=$modules with "$1" mqttjs node "$here/record/mqtt.js" --port "$at"; }
# The SDKs know port 8883 alone, so that their connections are led to where the emulator is; a name that is none is looked
# for as it is.
with_azure() {
    DIAL=127.0.0.1:$at path=$here/dial script=$here/dial/dial.js
    [ "$host" = localhost ] || path='' script=node:fs
    export DIAL
    PYTHONPATH=$path with "$1" "azure-python${2:+-debug}" "$azure" "$here/record/azure_client.py" --level "${2:-INFO}"
    NODE_EXTRA_CA_CERTS=$ca NODE_PATH=$modules with "$1" azure-node node --require "$script" "$here/record/azure.js"
}
with_all() {
    with_curl "$1"
    with_openssl "$1"
    with_mosquitto "$1"
    with_paho "$1" 2
    with_mqttjs "$1"
    with_azure "$1"
}

usual; at=9; with_all refused
usual; host=global.azure-devices-provisioning.invalid; with_all no-name
usual; ca=device/root.pem; with_all untrusted-root
usual; key=stranger-key.pem; with_all key-mismatch
usual; fault expired-server; with_all expired-server
usual; fault wrong-host; with_all wrong-host
usual; fault tls-refusal; with_all tls-refusal
usual; fault connack-refusal; with_mosquitto connack-refusal; with_paho connack-refusal 1; with_paho connack-refusal 2
with_mqttjs connack-refusal; with_azure connack-refusal
usual; cert=device-leaf.pem; with_curl leaf-alone; with_paho leaf-alone 2; with_mqttjs leaf-alone; with_azure leaf-alone DEBUG
usual; cert=stranger/device-cert.pem key=stranger-key.pem; with_curl not-enrolled; with_azure not-enrolled

read -r denied password no_http <proxies
usual
way() { record "proxy-$1" curl curl -sS -v -x "$2" "https://$host:$port/"; }
way denied "http://127.0.0.1:$denied"
record proxy-denied python python3 -c "import http.client as h
c = h.HTTPSConnection('127.0.0.1', $denied); c.set_tunnel('$host', $port); c.connect()"
way password "http://127.0.0.1:$password"
way not-http "http://127.0.0.1:$no_http"
way no-name http://proxy.invalid:3128

cd "$here/../.."
RECORDINGS=$out cargo test --package dps-x509-core --test explain -- --ignored recordings
