/* Provisioning through DPS with X.509: included at the end of iot_configs.h, whose values it replaces. */
#ifndef IOT_CONFIGS_DPS_H
#define IOT_CONFIGS_DPS_H

#define DPS_HOST @host@
#define DPS_PORT @port@
#define DPS_ID_SCOPE @id_scope@
/* The CN of the certificate: registration ID, and MQTT client ID. */
#define DPS_REGISTRATION_ID @registration_id@
#define DPS_USER_NAME @user_name@

#undef IOT_CONFIG_USE_X509_CERT
#define IOT_CONFIG_USE_X509_CERT
/* As for an enrollment that names no other device ID. */
#undef IOT_CONFIG_DEVICE_ID
#define IOT_CONFIG_DEVICE_ID @registration_id@

/* The leaf, then its intermediates. */
#undef IOT_CONFIG_DEVICE_CERT
#define IOT_CONFIG_DEVICE_CERT \
@chain_lines@

/* IOT_CONFIG_DEVICE_CERT_PRIVATE_KEY */
#undef IOT_CONFIG_DEVICE_CERT_PRIVATE_KEY
#include "device_key.h"

/* What the servers are trusted by. */
#define IOT_CONFIG_SERVER_ROOTS \
@roots_lines@

#endif
