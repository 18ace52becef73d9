# Uploads the proof of possession.
$ErrorActionPreference = 'Stop'

$etag = & 'az' 'iot' 'dps' 'certificate' 'show' `
    '--resource-group' 'my "resources" 100%' `
    '--dps-name' 'my ''dps'' $x' `
    '--certificate-name' 'Geräte ${y}' `
    '--query' 'etag' `
    '--output' 'tsv'
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
'' | & 'az' 'iot' 'dps' 'certificate' 'verify' `
    '--resource-group' 'my "resources" 100%' `
    '--dps-name' 'my ''dps'' $x' `
    '--certificate-name' 'Geräte ${y}' `
    '--path' 'verification.pem' `
    '--etag' $etag
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
