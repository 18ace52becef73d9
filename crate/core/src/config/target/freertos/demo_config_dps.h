/* Provisioning through DPS with X.509: included at the end of demo_config.h, whose values it replaces. */
#ifndef DEMO_CONFIG_DPS_H
#define DEMO_CONFIG_DPS_H

/* The samples take a certificate or a symmetric key, never both. */
#undef democonfigDEVICE_SYMMETRIC_KEY

#undef democonfigENABLE_DPS_SAMPLE
#define democonfigENABLE_DPS_SAMPLE
#undef democonfigENDPOINT
#define democonfigENDPOINT @host@
#undef democonfigID_SCOPE
#define democonfigID_SCOPE @id_scope@
/* The CN of the certificate. */
#undef democonfigREGISTRATION_ID
#define democonfigREGISTRATION_ID @registration_id@

/* The leaf, then its intermediates. */
#undef democonfigCLIENT_CERTIFICATE_PEM
#define democonfigCLIENT_CERTIFICATE_PEM \
@chain_lines@

/* democonfigCLIENT_PRIVATE_KEY_PEM */
#undef democonfigCLIENT_PRIVATE_KEY_PEM
#include "device_key.h"

/* What the servers are trusted by. */
#undef democonfigROOT_CA_PEM
#define democonfigROOT_CA_PEM \
@roots_lines@

#endif
