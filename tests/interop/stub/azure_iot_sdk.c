/* As much of azure-iot-sdk-c as the generated program calls: what was registered with is what the hub is asked with. */
#include <stdio.h>
#include <string.h>

#include "azure_c_shared_utility/shared_util_options.h"
#include "azure_c_shared_utility/threadapi.h"
#include "azure_prov_client/prov_device_ll_client.h"
#include "azure_prov_client/prov_security_factory.h"
#include "azure_prov_client/prov_transport_mqtt_client.h"
#include "azure_prov_client/prov_transport_mqtt_ws_client.h"
#include "iothub.h"
#include "iothub_device_client_ll.h"
#include "iothubtransportmqtt.h"
#include "iothubtransportmqtt_websockets.h"

/* One certificate and one key in the whole process, set once, until prov_dev_security_deinit. */
static int has_certificate, has_key;
static PROV_DEVICE_CLIENT_REGISTER_DEVICE_CALLBACK registered;
static void *registration;
static IOTHUB_CLIENT_EVENT_CONFIRMATION_CALLBACK sent;
static void *sending;
static int thing;

int IoTHub_Init(void) { return 0; }
void IoTHub_Deinit(void) {}
int prov_dev_security_init(SECURE_DEVICE_TYPE type) { return type == SECURE_DEVICE_TYPE_X509 ? 0 : 1; }
void prov_dev_security_deinit(void) { has_certificate = has_key = 0; }
void ThreadAPI_Sleep(unsigned int milliseconds) { (void)milliseconds; }
const void *Prov_Device_MQTT_Protocol(void) { return "MQTT"; }
const void *Prov_Device_MQTT_WS_Protocol(void) { return "MQTT over WebSocket"; }
const void *MQTT_Protocol(void) { return "MQTT"; }
const void *MQTT_WebSocket_Protocol(void) { return "MQTT over WebSocket"; }

PROV_DEVICE_LL_HANDLE Prov_Device_LL_Create(
    const char *uri, const char *scope, PROV_DEVICE_TRANSPORT_PROVIDER_FUNCTION protocol)
{
    printf("%s %s %s\n", uri, scope, (const char *)protocol());
    return (PROV_DEVICE_LL_HANDLE)&thing;
}

PROV_DEVICE_RESULT Prov_Device_LL_SetOption(PROV_DEVICE_LL_HANDLE handle, const char *name, const void *value)
{
    (void)handle;
    int *once = strcmp(name, OPTION_X509_CERT) == 0          ? &has_certificate
                : strcmp(name, OPTION_X509_PRIVATE_KEY) == 0 ? &has_key
                                                             : NULL;
    if (value == NULL || (once != NULL && (*once)++ > 0)) {
        return PROV_DEVICE_RESULT_ERROR;
    }
    return PROV_DEVICE_RESULT_OK;
}

PROV_DEVICE_RESULT Prov_Device_LL_Register_Device(
    PROV_DEVICE_LL_HANDLE handle, PROV_DEVICE_CLIENT_REGISTER_DEVICE_CALLBACK done, void *context,
    PROV_DEVICE_CLIENT_REGISTER_STATUS_CALLBACK status, void *status_context)
{
    (void)handle;
    (void)status;
    (void)status_context;
    registered = done;
    registration = context;
    return has_certificate && has_key ? PROV_DEVICE_RESULT_OK : PROV_DEVICE_RESULT_ERROR;
}

void Prov_Device_LL_DoWork(PROV_DEVICE_LL_HANDLE handle)
{
    (void)handle;
    registered(PROV_DEVICE_RESULT_OK, "contoso.azure-devices.net", "device-1", registration);
}

void Prov_Device_LL_Destroy(PROV_DEVICE_LL_HANDLE handle) { (void)handle; }

IOTHUB_DEVICE_CLIENT_LL_HANDLE IoTHubDeviceClient_LL_CreateFromDeviceAuth(
    const char *uri, const char *device, IOTHUB_CLIENT_TRANSPORT_PROVIDER protocol)
{
    printf("%s %s %s\n", uri, device, (const char *)protocol());
    return has_certificate && has_key ? (IOTHUB_DEVICE_CLIENT_LL_HANDLE)&thing : NULL;
}

/* With the authentication of the device, a certificate of its own is no valid argument. */
IOTHUB_CLIENT_RESULT IoTHubDeviceClient_LL_SetOption(
    IOTHUB_DEVICE_CLIENT_LL_HANDLE handle, const char *name, const void *value)
{
    (void)handle;
    int is_x509 = strcmp(name, OPTION_X509_CERT) == 0 || strcmp(name, OPTION_X509_PRIVATE_KEY) == 0;
    return value == NULL || is_x509 ? IOTHUB_CLIENT_INVALID_ARG : IOTHUB_CLIENT_OK;
}

IOTHUB_MESSAGE_HANDLE IoTHubMessage_CreateFromString(const char *text)
{
    (void)text;
    return (IOTHUB_MESSAGE_HANDLE)&thing;
}

void IoTHubMessage_Destroy(IOTHUB_MESSAGE_HANDLE message) { (void)message; }

IOTHUB_CLIENT_RESULT IoTHubDeviceClient_LL_SendEventAsync(
    IOTHUB_DEVICE_CLIENT_LL_HANDLE handle, IOTHUB_MESSAGE_HANDLE message,
    IOTHUB_CLIENT_EVENT_CONFIRMATION_CALLBACK done, void *context)
{
    (void)handle;
    (void)message;
    sent = done;
    sending = context;
    return IOTHUB_CLIENT_OK;
}

void IoTHubDeviceClient_LL_DoWork(IOTHUB_DEVICE_CLIENT_LL_HANDLE handle)
{
    (void)handle;
    sent(IOTHUB_CLIENT_CONFIRMATION_OK, sending);
}

void IoTHubDeviceClient_LL_Destroy(IOTHUB_DEVICE_CLIENT_LL_HANDLE handle) { (void)handle; }
