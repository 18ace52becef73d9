/* The device's private key: keep this file as secret as the key. */
#define IOT_CONFIG_DEVICE_CERT_PRIVATE_KEY \
"-----BEGIN PRIVATE KEY-----\r\n" \
"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgOYcbhgZ1A+H7ObFo\r\n" \
"Wew10pSeFnudUD+myzGoQRK7SA+hRANCAAS4dtGnpdehyQdYOHcTecui2fEC1/Zv\r\n" \
"unXLfohgzGzoiPZEusHSXZ48/ZTySpAxrZMHWbHMQvDsZywBO8cgeFkF\r\n" \
"-----END PRIVATE KEY-----\r\n"
