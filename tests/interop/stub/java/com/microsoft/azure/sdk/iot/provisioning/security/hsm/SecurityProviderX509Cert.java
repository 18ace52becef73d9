package com.microsoft.azure.sdk.iot.provisioning.security.hsm;

import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProvider;
import java.util.Collection;

public class SecurityProviderX509Cert extends SecurityProvider {
    public SecurityProviderX509Cert(String leaf, String key, Collection<String> signers) {}
}
