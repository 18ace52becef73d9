/* Stubs with the declarations that the generated program uses, as azure-iot-sdk-c's headers have them. */
#ifndef STUB_IOTHUB_H
#define STUB_IOTHUB_H
int IoTHub_Init(void);
void IoTHub_Deinit(void);
#endif
