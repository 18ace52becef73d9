# Sends one message to the assigned hub with Mosquitto's client.
$ErrorActionPreference = 'Stop'

# For a device that is registered already: put in its hub, twice, and the device ID if it is
# not the registration ID. A second connection of one device closes the first.
'' | & 'mosquitto_pub' `
    '-d' `
    '-V' 'mqttv311' `
    '-h' 'REPLACE-WITH-ASSIGNED-HUB.azure-devices.net' `
    '-p' '8883' `
    '--cafile' '/tmp/it''s "a" $HOME/100% `so`! \n/Gerät ‘‘1’’ ${x} #/server-roots.pem' `
    '--cert' '/tmp/it''s "a" $HOME/100% `so`! \n/Gerät ‘‘1’’ ${x} #/device-full-chain.pem' `
    '--key' '/tmp/it''s "a" $HOME/100% `so`! \n/Schlüssel ‘‘1’’ ${x} #.pem' `
    '--tls-version' 'tlsv1.2' `
    '-i' 'Device:1.a_b-' `
    '-u' 'REPLACE-WITH-ASSIGNED-HUB.azure-devices.net/Device:1.a_b-/?api-version=2021-04-12' `
    '-q' '1' `
    '-t' 'devices/Device:1.a_b-/messages/events/' `
    '-f' 'telemetry.json'
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
