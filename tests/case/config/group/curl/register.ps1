# Registers over HTTPS; run it in its own folder.
$ErrorActionPreference = 'Stop'

'' | & 'curl.exe' `
    '--silent' `
    '--show-error' `
    '--include' `
    '--request' 'PUT' `
    '--cert' '/home/me/out/device-full-chain.pem' `
    '--key' '/home/me/keys/device-key.pem' `
    '--cacert' '/home/me/out/server-roots.pem' `
    '--globoff' `
    '--header' 'Content-Type: application/json' 'https://global.azure-devices-provisioning.net/0ne00111111/registrations/device-1/register?api-version=2021-06-01' `
    '--header' 'Content-Encoding: utf-8' `
    '--data-binary' '@register.json'
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
