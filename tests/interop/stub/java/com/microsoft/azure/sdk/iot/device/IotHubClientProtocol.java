package com.microsoft.azure.sdk.iot.device;

public enum IotHubClientProtocol { HTTPS, AMQPS, MQTT, AMQPS_WS, MQTT_WS }
