set(DPS_CHAIN [==[/tmp/it's "a" $HOME/100% `so`! \n/Gerät ‘1’ ${x} #/device-full-chain.pem]==])
set(DPS_KEY [==[/tmp/it's "a" $HOME/100% `so`! \n/Schlüssel ‘1’ ${x} #.pem]==])
set(DPS_ROOTS [==[/tmp/it's "a" $HOME/100% `so`! \n/Gerät ‘1’ ${x} #/server-roots.pem]==])
# Copies the PEM files under the names that dps_mqtt.h knows, and embeds them with a zero byte at their end.
foreach(NAME CHAIN KEY ROOTS)
    string(TOLOWER "dps_${NAME}.pem" FILE)
    configure_file("${DPS_${NAME}}" "${CMAKE_CURRENT_BINARY_DIR}/${FILE}" COPYONLY)
    target_add_binary_data(${COMPONENT_LIB} "${CMAKE_CURRENT_BINARY_DIR}/${FILE}" TEXT)
endforeach()
