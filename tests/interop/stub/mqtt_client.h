/* A stub with the fields that the generated header sets, as ESP-IDF 5's mqtt_client.h has them. */
typedef enum { MQTT_PROTOCOL_UNDEFINED, MQTT_PROTOCOL_V_3_1, MQTT_PROTOCOL_V_3_1_1, MQTT_PROTOCOL_V_5 } esp_mqtt_protocol_ver_t;
typedef struct {
    struct {
        struct { const char *uri; } address;
        struct { const char *certificate; } verification;
    } broker;
    struct {
        const char *username;
        const char *client_id;
        struct { const char *certificate; const char *key; } authentication;
    } credentials;
    struct { int keepalive; esp_mqtt_protocol_ver_t protocol_ver; } session;
} esp_mqtt_client_config_t;
