#ifndef STUB_SHARED_UTIL_OPTIONS_H
#define STUB_SHARED_UTIL_OPTIONS_H
static const char *const OPTION_TRUSTED_CERT = "TrustedCerts";
#endif
