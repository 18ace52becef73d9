const void *Prov_Device_MQTT_Protocol(void);
