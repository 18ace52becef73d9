# Creates the enrollment group.
$ErrorActionPreference = 'Stop'

# Every device whose chain leads to this CA may register; it sends leaf and intermediates.
'' | & 'az' 'iot' 'dps' 'enrollment-group' 'create' `
    '--resource-group' 'my "resources" 100%' `
    '--dps-name' 'my ''dps'' $x' `
    '--enrollment-id' 'Geräte ${y}' `
    '--certificate-path' '/tmp/it''s "a" $HOME/100% `so`! \n/Gerät ‘‘1’’ ${x} #/group-ca.pem' `
    '--provisioning-status' 'enabled'
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
