package com.microsoft.azure.sdk.iot.device;

import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProvider;
import java.io.IOException;

public final class DeviceClient {
    public DeviceClient(String uri, String deviceId, SecurityProvider provider, IotHubClientProtocol protocol)
            throws IOException {
        System.out.println(uri + " " + deviceId + " " + protocol);
    }

    public void open(boolean withRetry) throws Exception {}

    public void sendEvent(Message message) throws Exception {}

    public void close() {}
}
