package com.microsoft.azure.sdk.iot.provisioning.device;

public enum ProvisioningDeviceClientTransportProtocol { HTTPS, AMQPS, AMQPS_WS, MQTT, MQTT_WS }
