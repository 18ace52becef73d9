/* Registers a device at Azure DPS with its X.509 certificate, then sends one message to its hub. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "azure_c_shared_utility/shared_util_options.h"
#include "azure_c_shared_utility/threadapi.h"
#include "azure_prov_client/prov_transport_mqtt_client.h"
#include "azure_prov_client/prov_device_ll_client.h"
#include "azure_prov_client/prov_security_factory.h"
#include "iothub.h"
#include "iothub_client_options.h"
#include "iothub_device_client_ll.h"
#include "iothub_message.h"
#include "iothubtransportmqtt.h"

static const char HOST[] = "localhost";
static const char ID_SCOPE[] = "0ne'\"$(id)%PATH%!\\`";
static const char REGISTRATION_ID[] = "Device:1.a_b-"; /* the CN of the certificate */
static const char CHAIN[] = "/tmp/it's \"a\" $HOME/100% `so`! \\n/Ger\303\244t \342\200\2301\342\200\231 ${x} #/device-full-chain.pem";                /* the leaf, then its intermediates */
static const char KEY[] = "/tmp/it's \"a\" $HOME/100% `so`! \\n/Schl\303\274ssel \342\200\2301\342\200\231 ${x} #.pem";
static const char ROOTS[] = "/tmp/it's \"a\" $HOME/100% `so`! \\n/Ger\303\244t \342\200\2301\342\200\231 ${x} #/server-roots.pem"; /* what the servers are trusted by */

enum { STEP_MILLISECONDS = 10, PATIENCE_STEPS = 6000 };

typedef struct {
    bool is_done;
    char *hub;
    char *device;
} Registration;

static char *copy_of(const char *text)
{
    char *copy = malloc(strlen(text) + 1);
    return copy == NULL ? NULL : strcpy(copy, text);
}

/* A whole text file; NULL if it cannot be read. */
static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    long size = -1;
    if (file != NULL && fseek(file, 0, SEEK_END) == 0) {
        size = ftell(file);
    }
    if (size >= 0 && fseek(file, 0, SEEK_SET) == 0 && (text = calloc(1, (size_t)size + 1)) != NULL
        && fread(text, 1, (size_t)size, file) != (size_t)size) {
        free(text);
        text = NULL;
    }
    if (file != NULL) {
        fclose(file);
    }
    if (text == NULL) {
        fprintf(stderr, "cannot read %s\n", path);
    }
    return text;
}

static void on_registered(PROV_DEVICE_RESULT result, const char *hub, const char *device, void *context)
{
    Registration *registration = context;
    registration->is_done = true;
    if (result == PROV_DEVICE_RESULT_OK) {
        registration->hub = copy_of(hub);
        registration->device = copy_of(device);
    } else {
        fprintf(stderr, "not registered: the SDK's result is %d\n", (int)result);
    }
}

static void on_sent(IOTHUB_CLIENT_CONFIRMATION_RESULT result, void *context)
{
    *(int *)context = result == IOTHUB_CLIENT_CONFIRMATION_OK ? 1 : -1;
}

static void provision(Registration *registration, const char *chain, const char *key, const char *roots)
{
    PROV_DEVICE_LL_HANDLE client = Prov_Device_LL_Create(HOST, ID_SCOPE, Prov_Device_MQTT_Protocol);
    if (client == NULL) {
        return;
    }
    if (Prov_Device_LL_SetOption(client, OPTION_X509_CERT, chain) == PROV_DEVICE_RESULT_OK
        && Prov_Device_LL_SetOption(client, OPTION_X509_PRIVATE_KEY, key) == PROV_DEVICE_RESULT_OK
        && Prov_Device_LL_SetOption(client, OPTION_TRUSTED_CERT, roots) == PROV_DEVICE_RESULT_OK
        && Prov_Device_LL_SetOption(client, PROV_REGISTRATION_ID, REGISTRATION_ID) == PROV_DEVICE_RESULT_OK
        && Prov_Device_LL_Register_Device(client, on_registered, registration, NULL, NULL) == PROV_DEVICE_RESULT_OK) {
        for (int step = 0; !registration->is_done && step < PATIENCE_STEPS; step++) {
            Prov_Device_LL_DoWork(client);
            ThreadAPI_Sleep(STEP_MILLISECONDS);
        }
    }
    Prov_Device_LL_Destroy(client);
}

/* By the certificate and key that registered: the SDK keeps them until prov_dev_security_deinit. */
static bool send_telemetry(const Registration *registration, const char *roots)
{
    int sent = 0;
    IOTHUB_DEVICE_CLIENT_LL_HANDLE client =
        IoTHubDeviceClient_LL_CreateFromDeviceAuth(registration->hub, registration->device, MQTT_Protocol);
    IOTHUB_MESSAGE_HANDLE message = IoTHubMessage_CreateFromString("{\"hello\": \"hub\"}");
    if (client != NULL && message != NULL
        && IoTHubDeviceClient_LL_SetOption(client, OPTION_TRUSTED_CERT, roots) == IOTHUB_CLIENT_OK
        && IoTHubDeviceClient_LL_SendEventAsync(client, message, on_sent, &sent) == IOTHUB_CLIENT_OK) {
        for (int step = 0; sent == 0 && step < PATIENCE_STEPS; step++) {
            IoTHubDeviceClient_LL_DoWork(client);
            ThreadAPI_Sleep(STEP_MILLISECONDS);
        }
    }
    if (message != NULL) {
        IoTHubMessage_Destroy(message);
    }
    if (client != NULL) {
        IoTHubDeviceClient_LL_Destroy(client);
    }
    return sent == 1;
}

int main(void)
{
    Registration registration = {false, NULL, NULL};
    char *chain = read_file(CHAIN);
    char *key = read_file(KEY);
    char *roots = read_file(ROOTS);
    bool is_sent = false;
    if (chain != NULL && key != NULL && roots != NULL && IoTHub_Init() == 0) {
        if (prov_dev_security_init(SECURE_DEVICE_TYPE_X509) == 0) {
            provision(&registration, chain, key, roots);
        }
        if (registration.hub != NULL && registration.device != NULL) {
            printf("assigned to %s as %s\n", registration.hub, registration.device);
            is_sent = send_telemetry(&registration, roots);
            puts(is_sent ? "telemetry sent" : "no telemetry");
        }
        prov_dev_security_deinit();
        IoTHub_Deinit();
    }
    free(registration.hub);
    free(registration.device);
    free(chain);
    free(key);
    free(roots);
    return is_sent ? EXIT_SUCCESS : EXIT_FAILURE;
}
