@echo off
rem Asks over HTTPS how the registration goes.
setlocal DisableDelayedExpansion
chcp 65001 >NUL

rem Put the operationId of the first answer in the place of REPLACE-WITH-OPERATION-ID.
"curl" ^
    "--silent" ^
    "--show-error" ^
    "--include" ^
    "--request" "GET" ^
    "--cert" "/home/me/out/device-full-chain.pem" ^
    "--key" "/home/me/keys/device-key.pem" ^
    "--cacert" "/home/me/out/server-roots.pem" ^
    "--globoff" ^
    "--header" "Content-Type: application/json" "https://global.azure-devices-provisioning.net/0ne00111111/registrations/device-1/operations/REPLACE-WITH-OPERATION-ID?api-version=2021-06-01" <NUL || exit /b 1
