# Uploads the proof of possession.
$ErrorActionPreference = 'Stop'

$etag = & 'az' 'iot' 'dps' 'certificate' 'show' `
    '--resource-group' 'my-resources' `
    '--dps-name' 'my-dps' `
    '--certificate-name' 'my-devices' `
    '--query' 'etag' `
    '--output' 'tsv'
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
'' | & 'az' 'iot' 'dps' 'certificate' 'verify' `
    '--resource-group' 'my-resources' `
    '--dps-name' 'my-dps' `
    '--certificate-name' 'my-devices' `
    '--path' 'verification.pem' `
    '--etag' $etag
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
