const void *MQTT_WebSocket_Protocol(void);
