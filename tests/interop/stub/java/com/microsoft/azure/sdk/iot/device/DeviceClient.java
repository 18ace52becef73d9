package com.microsoft.azure.sdk.iot.device;

import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProvider;
import java.io.IOException;
import java.util.concurrent.TimeoutException;

public final class DeviceClient {
    public DeviceClient(String uri, String deviceId, SecurityProvider provider, IotHubClientProtocol protocol) {}

    public void open(boolean withRetry) {}

    public void sendEvent(Message message) throws InterruptedException, IllegalStateException, TimeoutException {}

    public void close() {}
}
