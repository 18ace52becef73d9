package com.microsoft.azure.sdk.iot.provisioning.device;

public enum ProvisioningDeviceClientStatus { PROVISIONING_DEVICE_STATUS_ASSIGNED, PROVISIONING_DEVICE_STATUS_FAILED }
