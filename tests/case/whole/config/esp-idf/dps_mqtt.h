/* Provisioning through DPS with X.509: the configuration of ESP-IDF's MQTT client. */
#ifndef DPS_MQTT_H
#define DPS_MQTT_H

#include "mqtt_client.h"

/* Embedded by dps.cmake: the leaf and its intermediates, the private key, what the servers are trusted by. */
extern const char dps_chain_pem[] asm("_binary_dps_chain_pem_start");
extern const char dps_key_pem[] asm("_binary_dps_key_pem_start");
extern const char dps_roots_pem[] asm("_binary_dps_roots_pem_start");

#define DPS_RESPONSES "$dps/registrations/res/#"
#define DPS_REGISTER "$dps/registrations/PUT/iotdps-register/?$rid=1"
#define DPS_REGISTER_BODY "{}"

static const esp_mqtt_client_config_t dps_mqtt_config = {
    .broker.address.uri = "mqtts://localhost:8883",
    .broker.verification.certificate = dps_roots_pem,
    .credentials.client_id = "Device:1.a_b-", /* the CN of the certificate */
    .credentials.username = "0ne'\"$(id)%PATH%!\\`/registrations/Device:1.a_b-/api-version=2019-03-31",
    .credentials.authentication.certificate = dps_chain_pem,
    .credentials.authentication.key = dps_key_pem,
    .session.protocol_ver = MQTT_PROTOCOL_V_3_1_1,
    .session.keepalive = 60,
};

#endif
