package com.microsoft.azure.sdk.iot.provisioning.device;

public class ProvisioningDeviceClientRegistrationResult {
    public ProvisioningDeviceClientStatus getProvisioningDeviceClientStatus() {
        return ProvisioningDeviceClientStatus.PROVISIONING_DEVICE_STATUS_FAILED;
    }

    public String getIothubUri() {
        return "";
    }

    public String getDeviceId() {
        return "";
    }
}
