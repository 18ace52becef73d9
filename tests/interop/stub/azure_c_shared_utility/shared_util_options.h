#ifndef STUB_SHARED_UTIL_OPTIONS_H
#define STUB_SHARED_UTIL_OPTIONS_H
static const char *const OPTION_X509_CERT = "x509certificate";
static const char *const OPTION_X509_PRIVATE_KEY = "x509privatekey";
static const char *const OPTION_TRUSTED_CERT = "TrustedCerts";
#endif
