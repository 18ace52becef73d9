/* Provisioning through DPS with X.509: included at the end of demo_config.h, whose values it replaces. */
#ifndef DEMO_CONFIG_DPS_H
#define DEMO_CONFIG_DPS_H

/* The samples take a certificate or a symmetric key, never both. */
#undef democonfigDEVICE_SYMMETRIC_KEY

#undef democonfigENABLE_DPS_SAMPLE
#define democonfigENABLE_DPS_SAMPLE
#undef democonfigENDPOINT
#define democonfigENDPOINT "localhost"
#undef democonfigID_SCOPE
#define democonfigID_SCOPE "0ne'\"$(id)%PATH%!\\`"
/* The CN of the certificate. */
#undef democonfigREGISTRATION_ID
#define democonfigREGISTRATION_ID "Device:1.a_b-"

/* The leaf, then its intermediates. */
#undef democonfigCLIENT_CERTIFICATE_PEM
#define democonfigCLIENT_CERTIFICATE_PEM \
"-----BEGIN CERTIFICATE-----\r\n" \
"MIIBqDCCAU+gAwIBAgIUa0DRbLe1DWyDVBk/wbdcAdSihAcwCgYIKoZIzj0EAwIw\r\n" \
"HzEdMBsGA1UEAwwURXhhbXBsZSBJbnRlcm1lZGlhdGUwHhcNMjYxMTIzMTMyMTAz\r\n" \
"WhcNMzYxMTIwMTMyMTAzWjATMREwDwYDVQQDDAhkZXZpY2UtMTBZMBMGByqGSM49\r\n" \
"AgEGCCqGSM49AwEHA0IABLh20ael16HJB1g4dxN5y6LZ8QLX9m+6dct+iGDMbOiI\r\n" \
"9kS6wdJdnjz9lPJKkDGtkwdZscxC8OxnLAE7xyB4WQWjdTBzMAwGA1UdEwEB/wQC\r\n" \
"MAAwDgYDVR0PAQH/BAQDAgeAMBMGA1UdJQQMMAoGCCsGAQUFBwMCMB0GA1UdDgQW\r\n" \
"BBRsq/gha5DuQBVLhuH39l+IF41VKzAfBgNVHSMEGDAWgBSDthz9q22V9Wrfz44l\r\n" \
"uhMadaN8yTAKBggqhkjOPQQDAgNHADBEAiAOIK519KM3Gw3Xo9cI7IazpLLXDHla\r\n" \
"3O8nBMdlVB3FBAIgJNQk/h8TGIOoUnrXU6uXs8qeXG0jIr5fZvM79ZpUR2U=\r\n" \
"-----END CERTIFICATE-----\r\n" \
"-----BEGIN CERTIFICATE-----\r\n" \
"MIIBmzCCAUGgAwIBAgIUCzRJH5jH+y9Ez2hHViHMd0x8Fi8wCgYIKoZIzj0EAwIw\r\n" \
"FzEVMBMGA1UEAwwMRXhhbXBsZSBSb290MB4XDTI2MTEyMzEzMjEwM1oXDTM2MTEy\r\n" \
"MDEzMjEwM1owHzEdMBsGA1UEAwwURXhhbXBsZSBJbnRlcm1lZGlhdGUwWTATBgcq\r\n" \
"hkjOPQIBBggqhkjOPQMBBwNCAARSFmuCYwKpfd2fstCZnviIt9ZFZ2WFC33wrqdK\r\n" \
"AZpK7mbAwffD4eJ95CLkUY+6uDmnUX+/NxTJ/VSwRCkuWgW2o2MwYTAPBgNVHRMB\r\n" \
"Af8EBTADAQH/MA4GA1UdDwEB/wQEAwIBhjAdBgNVHQ4EFgQUg7Yc/attlfVq38+O\r\n" \
"JboTGnWjfMkwHwYDVR0jBBgwFoAUf085MMbVEsv4Eyoiy2HZolXFF1AwCgYIKoZI\r\n" \
"zj0EAwIDSAAwRQIgFYYmHTrcFhQQ+W+H5yGWe79srINdOoGOyByUwklpwLoCIQDI\r\n" \
"egRQJXF6qpeX9uHdn74Z/oblFJoBBmAYcwRg2Y8faQ==\r\n" \
"-----END CERTIFICATE-----\r\n"

/* democonfigCLIENT_PRIVATE_KEY_PEM */
#undef democonfigCLIENT_PRIVATE_KEY_PEM
#include "device_key.h"

/* What the servers are trusted by. */
#undef democonfigROOT_CA_PEM
#define democonfigROOT_CA_PEM \
"-----BEGIN CERTIFICATE-----\r\n" \
"MIIBkjCCATmgAwIBAgIUFQ2Ak4NrCU503JB1HAIkg5RcVHIwCgYIKoZIzj0EAwIw\r\n" \
"FzEVMBMGA1UEAwwMQW5vdGhlciBSb290MB4XDTI2MTEyMzEzMjEwM1oXDTM2MTEy\r\n" \
"MDEzMjEwM1owFzEVMBMGA1UEAwwMQW5vdGhlciBSb290MFkwEwYHKoZIzj0CAQYI\r\n" \
"KoZIzj0DAQcDQgAEuu+Qick9FNHix55VKLflE/3PWpmntxEPzllzNc7YD2Ausw1H\r\n" \
"kfJZdqMNVjxm3Z1xSgFPrkfZSU3909DKb1g4RKNjMGEwHQYDVR0OBBYEFEQhO7Ai\r\n" \
"Pnp1JKHUikZBgGmo8S/GMB8GA1UdIwQYMBaAFEQhO7AiPnp1JKHUikZBgGmo8S/G\r\n" \
"MA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgGGMAoGCCqGSM49BAMCA0cA\r\n" \
"MEQCIDnMpz62BO6R35G4bB1bjN/mmPp8PYidLiNrYi3rRtDRAiBFsBFLSt1pm9if\r\n" \
"GbGstxaCiafcBuirqim9ggtT1lc2bA==\r\n" \
"-----END CERTIFICATE-----\r\n"

#endif
