package com.microsoft.azure.sdk.iot.provisioning.security;

public abstract class SecurityProviderX509 extends SecurityProvider {}
