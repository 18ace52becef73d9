#ifndef STUB_PROV_DEVICE_LL_CLIENT_H
#define STUB_PROV_DEVICE_LL_CLIENT_H
typedef enum { PROV_DEVICE_RESULT_OK, PROV_DEVICE_RESULT_ERROR } PROV_DEVICE_RESULT;
typedef enum { PROV_DEVICE_REG_STATUS_CONNECTED } PROV_DEVICE_REG_STATUS;
typedef struct PROV_INSTANCE_INFO_TAG *PROV_DEVICE_LL_HANDLE;
typedef const void *(*PROV_DEVICE_TRANSPORT_PROVIDER_FUNCTION)(void);
typedef void (*PROV_DEVICE_CLIENT_REGISTER_DEVICE_CALLBACK)(PROV_DEVICE_RESULT, const char *, const char *, void *);
typedef void (*PROV_DEVICE_CLIENT_REGISTER_STATUS_CALLBACK)(PROV_DEVICE_REG_STATUS, void *);
static const char *const PROV_REGISTRATION_ID = "registration_id";
static const char *const OPTION_X509_CERT = "x509certificate";
static const char *const OPTION_X509_PRIVATE_KEY = "x509privatekey";
PROV_DEVICE_LL_HANDLE Prov_Device_LL_Create(const char *uri, const char *scope, PROV_DEVICE_TRANSPORT_PROVIDER_FUNCTION protocol);
PROV_DEVICE_RESULT Prov_Device_LL_SetOption(PROV_DEVICE_LL_HANDLE handle, const char *name, const void *value);
PROV_DEVICE_RESULT Prov_Device_LL_Register_Device(
    PROV_DEVICE_LL_HANDLE handle, PROV_DEVICE_CLIENT_REGISTER_DEVICE_CALLBACK done, void *context,
    PROV_DEVICE_CLIENT_REGISTER_STATUS_CALLBACK status, void *status_context);
void Prov_Device_LL_DoWork(PROV_DEVICE_LL_HANDLE handle);
void Prov_Device_LL_Destroy(PROV_DEVICE_LL_HANDLE handle);
#endif
