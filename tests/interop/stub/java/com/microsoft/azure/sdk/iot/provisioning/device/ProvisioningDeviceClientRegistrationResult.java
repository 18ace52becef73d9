package com.microsoft.azure.sdk.iot.provisioning.device;

public class ProvisioningDeviceClientRegistrationResult {
    public ProvisioningDeviceClientStatus getProvisioningDeviceClientStatus() {
        return ProvisioningDeviceClientStatus.PROVISIONING_DEVICE_STATUS_ASSIGNED;
    }

    public String getIothubUri() {
        return "contoso.azure-devices.net";
    }

    public String getDeviceId() {
        return "device-1";
    }
}
