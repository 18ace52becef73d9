# Opens TLS to the provisioning endpoint with the device's certificate.
$ErrorActionPreference = 'Stop'

'' | & 'openssl' 's_client' `
    '-connect' 'localhost:8883' `
    '-servername' 'localhost' `
    '-tls1_2' `
    '-CAfile' '/tmp/it''s "a" $HOME/100% `so`! \n/Gerät ‘‘1’’ ${x} #/server-roots.pem' `
    '-verify_return_error' `
    '-cert' '/tmp/it''s "a" $HOME/100% `so`! \n/Gerät ‘‘1’’ ${x} #/device-cert.pem' `
    '-key' '/tmp/it''s "a" $HOME/100% `so`! \n/Schlüssel ‘‘1’’ ${x} #.pem' `
    '-cert_chain' '/tmp/it''s "a" $HOME/100% `so`! \n/Gerät ‘‘1’’ ${x} #/intermediates.pem'
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
