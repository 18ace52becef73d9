/* Provisioning through DPS with X.509: the defines that demo_config.h has in its place for them. */
#ifndef DEMO_CONFIG_DPS_H
#define DEMO_CONFIG_DPS_H

#define democonfigENABLE_DPS_SAMPLE
#define democonfigENDPOINT @host@
#define democonfigID_SCOPE @id_scope@
/* The CN of the certificate. */
#define democonfigREGISTRATION_ID @registration_id@

/* The leaf, then its intermediates. */
#define democonfigCLIENT_CERTIFICATE_PEM \
@chain_lines@

/* democonfigCLIENT_PRIVATE_KEY_PEM */
#include "device_key.h"

/* What the servers are trusted by, DER one after the other. */
static unsigned char root_cert_array[] = {
@roots_array@};

#endif
