#ifndef STUB_IOTHUB_MESSAGE_H
#define STUB_IOTHUB_MESSAGE_H
typedef struct IOTHUB_MESSAGE_HANDLE_DATA_TAG *IOTHUB_MESSAGE_HANDLE;
IOTHUB_MESSAGE_HANDLE IoTHubMessage_CreateFromString(const char *text);
void IoTHubMessage_Destroy(IOTHUB_MESSAGE_HANDLE message);
#endif
