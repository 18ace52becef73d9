package com.microsoft.azure.sdk.iot.provisioning.security;

public abstract class SecurityProvider {}
