# Opens TLS to the provisioning endpoint with the device's certificate.
$ErrorActionPreference = 'Stop'

'' | & 'openssl' 's_client' `
    '-connect' 'global.azure-devices-provisioning.us:443' `
    '-servername' 'global.azure-devices-provisioning.us' `
    '-tls1_2' `
    '-CAfile' 'C:\Program Files\Gerät\server-roots.pem' `
    '-verify_return_error' `
    '-cert' 'C:\Program Files\Gerät\device-cert.pem' `
    '-key' 'C:\Program Files\Gerät\device-key.pem'
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
