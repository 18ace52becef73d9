/*
 * Registers at DPS with the values of a generated header, by Mbed TLS, which the SDKs of microcontrollers have underneath.
 * Its names come from the command line of the compiler: CHAIN, KEY, ROOTS, HOST, PORT, CLIENT_ID, USER_NAME.
 */
#include <stdio.h>
#include <string.h>

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/error.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>

#include HEADER

#define TOPIC "$dps/registrations/PUT/iotdps-register/?$rid=1"
#define ANSWERS "$dps/registrations/res/#"

static mbedtls_ssl_context tls;

static int failed(const char *what, int code)
{
    char text[200];
    mbedtls_strerror(code, text, sizeof text);
    printf("%s: %s\n", what, text);
    return 1;
}

/* A text of MQTT: its length in two bytes, and the bytes. */
static unsigned char *put(unsigned char *at, const char *text)
{
    size_t length = strlen(text);
    *at++ = (unsigned char)(length >> 8);
    *at++ = (unsigned char)length;
    memcpy(at, text, length);
    return at + length;
}

/* Sends a packet of this first byte, whose length takes two bytes (128 to 16383) or one. */
static int send_packet(unsigned char first, const unsigned char *body, size_t length)
{
    unsigned char packet[600];
    size_t head = 1;
    packet[0] = first;
    if (length > 127) {
        packet[head++] = (unsigned char)(length % 128 + 128);
        packet[head++] = (unsigned char)(length / 128);
    } else {
        packet[head++] = (unsigned char)length;
    }
    memcpy(packet + head, body, length);
    return mbedtls_ssl_write(&tls, packet, head + length);
}

static int register_device(void)
{
    static const unsigned char connect[] = {0, 4, 'M', 'Q', 'T', 'T', 4, 0x82, 0, 60};
    unsigned char body[600], answer[4096];
    unsigned char *at = body;
    size_t have = 0;
    int got;

    memcpy(at, connect, sizeof connect);
    at = put(put(at + sizeof connect, CLIENT_ID), USER_NAME);
    if (send_packet(0x10, body, (size_t)(at - body)) < 0) return 1;
    if ((got = mbedtls_ssl_read(&tls, answer, 4)) != 4) return failed("CONNACK", got);
    printf("CONNACK %d\n", answer[3]);
    if (answer[3] != 0) return 1;

    at = body;
    *at++ = 0, *at++ = 1;
    at = put(at, ANSWERS);
    *at++ = 1;
    if (send_packet(0x82, body, (size_t)(at - body)) < 0) return 1;
    at = put(body, TOPIC);
    at += sprintf((char *)at, "{\"registrationId\":\"%s\"}", CLIENT_ID);
    if (send_packet(0x30, body, (size_t)(at - body)) < 0) return 1;
    while ((got = mbedtls_ssl_read(&tls, answer + have, sizeof answer - 1 - have)) > 0) {
        have += (size_t)got;
        /* Zeros of MQTT's own are no end of what is looked for. */
        for (size_t i = 0; i + 26 < have; i++) {
            if (memcmp(answer + i, "$dps/registrations/res/202", 26) == 0) {
                puts("registering");
                return 0;
            }
        }
    }
    return failed("no answer", got);
}

int main(void)
{
    mbedtls_net_context net;
    mbedtls_ssl_config config;
    mbedtls_x509_crt chain, roots;
    mbedtls_pk_context key;
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    int error;

    mbedtls_net_init(&net);
    mbedtls_ssl_init(&tls);
    mbedtls_ssl_config_init(&config);
    mbedtls_x509_crt_init(&chain);
    mbedtls_x509_crt_init(&roots);
    mbedtls_pk_init(&key);
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&random);

    /* With the zero at their end, as Mbed TLS asks for it. */
    if ((error = mbedtls_x509_crt_parse(&chain, (const unsigned char *)CHAIN, strlen(CHAIN) + 1))) return failed("chain", error);
    if ((error = mbedtls_x509_crt_parse(&roots, (const unsigned char *)ROOTS, strlen(ROOTS) + 1))) return failed("roots", error);
    if ((error = mbedtls_pk_parse_key(&key, (const unsigned char *)KEY, strlen(KEY) + 1, NULL, 0))) return failed("key", error);
    if ((error = mbedtls_ctr_drbg_seed(&random, mbedtls_entropy_func, &entropy, NULL, 0))) return failed("random", error);

    error = mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);
    if (error) return failed("defaults", error);
    mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_REQUIRED);
    mbedtls_ssl_conf_ca_chain(&config, &roots, NULL);
    mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &random);
    if ((error = mbedtls_ssl_conf_own_cert(&config, &chain, &key))) return failed("own", error);
    if ((error = mbedtls_ssl_setup(&tls, &config))) return failed("setup", error);
    if ((error = mbedtls_ssl_set_hostname(&tls, HOST))) return failed("name", error);
    if ((error = mbedtls_net_connect(&net, HOST, PORT, MBEDTLS_NET_PROTO_TCP))) return failed("connect", error);
    mbedtls_ssl_set_bio(&tls, &net, mbedtls_net_send, mbedtls_net_recv, NULL);
    if ((error = mbedtls_ssl_handshake(&tls))) return failed("handshake", error);
    return register_device();
}
