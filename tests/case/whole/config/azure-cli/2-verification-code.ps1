# Asks for the code of the proof of possession.
$ErrorActionPreference = 'Stop'

# Prints properties.verificationCode. Make a certificate with that code as its CN, signed by the
# CA's key, and save it as verification.pem: dps-x509 generate verification --help
$etag = & 'az' 'iot' 'dps' 'certificate' 'show' `
    '--resource-group' 'my "resources" 100%' `
    '--dps-name' 'my ''dps'' $x' `
    '--certificate-name' 'Geräte ${y}' `
    '--query' 'etag' `
    '--output' 'tsv'
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
'' | & 'az' 'iot' 'dps' 'certificate' 'generate-verification-code' `
    '--resource-group' 'my "resources" 100%' `
    '--dps-name' 'my ''dps'' $x' `
    '--certificate-name' 'Geräte ${y}' `
    '--etag' $etag
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
