@echo off
rem Uploads the CA certificate of the group.
setlocal DisableDelayedExpansion
chcp 65001 >NUL

rem The CA of the group, or one above it, has to be verified: by the second and third script, or
rem by adding --verified true here, which takes the uploader's word for it.
"az" "iot" "dps" "certificate" "create" ^
    "--resource-group" "my-resources" ^
    "--dps-name" "my-dps" ^
    "--certificate-name" "my-devices" ^
    "--path" "/home/me/out/group-ca.pem" <NUL || exit /b 1
