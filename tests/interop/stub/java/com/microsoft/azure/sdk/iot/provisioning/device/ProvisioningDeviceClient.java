package com.microsoft.azure.sdk.iot.provisioning.device;

import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProvider;

public class ProvisioningDeviceClient {
    public static ProvisioningDeviceClient create(
            String globalEndpoint,
            String idScope,
            ProvisioningDeviceClientTransportProtocol protocol,
            SecurityProvider provider) {
        return new ProvisioningDeviceClient();
    }

    public ProvisioningDeviceClientRegistrationResult registerDeviceSync() throws Exception {
        throw new Exception("a stub");
    }

    public void close() {}
}
