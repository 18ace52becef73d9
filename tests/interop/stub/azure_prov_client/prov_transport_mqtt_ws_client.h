const void *Prov_Device_MQTT_WS_Protocol(void);
