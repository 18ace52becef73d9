set(DPS_CHAIN [==[/home/me/out/device-full-chain.pem]==])
set(DPS_KEY [==[/home/me/keys/device-key.pem]==])
set(DPS_ROOTS [==[/home/me/out/server-roots.pem]==])
# Copies the PEM files under the names that dps_mqtt.h knows, and embeds them with a zero byte at their end.
foreach(NAME CHAIN KEY ROOTS)
    string(TOLOWER "dps_${NAME}.pem" FILE)
    configure_file("${DPS_${NAME}}" "${CMAKE_CURRENT_BINARY_DIR}/${FILE}" COPYONLY)
    target_add_binary_data(${COMPONENT_LIB} "${CMAKE_CURRENT_BINARY_DIR}/${FILE}" TEXT)
endforeach()
