const void *MQTT_Protocol(void);
