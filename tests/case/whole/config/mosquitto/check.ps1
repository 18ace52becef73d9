# Connects to DPS with Mosquitto's client.
$ErrorActionPreference = 'Stop'

# Connects and subscribes; it does not register. DPS answers a register request on the very connection that
# makes it: mosquitto_sub and mosquitto_pub have a connection each, and mosquitto_rr refuses the filter
# $dps/registrations/res/#, the only one that DPS allows. To register take the targets paho or provision.
'' | & 'mosquitto_sub' `
    '-d' `
    '-V' 'mqttv311' `
    '-h' 'localhost' `
    '-p' '8883' `
    '--cafile' '/tmp/it''s "a" $HOME/100% `so`! \n/Gerät ‘‘1’’ ${x} #/server-roots.pem' `
    '--cert' '/tmp/it''s "a" $HOME/100% `so`! \n/Gerät ‘‘1’’ ${x} #/device-full-chain.pem' `
    '--key' '/tmp/it''s "a" $HOME/100% `so`! \n/Schlüssel ‘‘1’’ ${x} #.pem' `
    '--tls-version' 'tlsv1.2' `
    '-i' 'Device:1.a_b-' `
    '-u' '0ne''"$(id)%PATH%!\`/registrations/Device:1.a_b-/api-version=2019-03-31' `
    '-E' `
    '-q' '1' `
    '-t' '$dps/registrations/res/#'
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
