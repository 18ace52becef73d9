typedef enum { SECURE_DEVICE_TYPE_UNKNOWN, SECURE_DEVICE_TYPE_TPM, SECURE_DEVICE_TYPE_X509 } SECURE_DEVICE_TYPE;
int prov_dev_security_init(SECURE_DEVICE_TYPE type);
void prov_dev_security_deinit(void);
