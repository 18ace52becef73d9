package com.microsoft.azure.sdk.iot.provisioning.device;

import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProvider;

public class ProvisioningDeviceClient {
    public static ProvisioningDeviceClient create(
            String globalEndpoint,
            String idScope,
            ProvisioningDeviceClientTransportProtocol protocol,
            SecurityProvider provider) {
        System.out.println(globalEndpoint + " " + idScope + " " + protocol);
        return new ProvisioningDeviceClient();
    }

    public ProvisioningDeviceClientRegistrationResult registerDeviceSync() throws Exception {
        return new ProvisioningDeviceClientRegistrationResult();
    }

    public void close() {}
}
