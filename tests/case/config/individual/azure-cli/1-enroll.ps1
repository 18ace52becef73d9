# Enrolls the device by its own certificate.
$ErrorActionPreference = 'Stop'

# The leaf alone is uploaded, never the full chain. The enrollment's ID is the certificate's CN.
'' | & 'az' 'iot' 'dps' 'enrollment' 'create' `
    '--resource-group' 'my-resources' `
    '--dps-name' 'my-dps' `
    '--enrollment-id' 'self-signed' `
    '--attestation-type' 'x509' `
    '--certificate-path' 'C:\Program Files\Gerät\device-cert.pem' `
    '--provisioning-status' 'enabled'
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
