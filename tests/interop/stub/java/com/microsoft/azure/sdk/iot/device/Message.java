package com.microsoft.azure.sdk.iot.device;

public class Message {
    public Message(String body) {}
}
