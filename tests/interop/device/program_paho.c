/* The same as program.py without an SDK: Eclipse Paho for C, its synchronous client, unmodified, with a kept session.
 * JSON is passed on as it is, so that none is needed here. */

#include <MQTTClient.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST 65536

static const char *host, *device, *certificate, *key, *root;
static MQTTClient client;
static pthread_mutex_t output = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t state = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static volatile int wanted;          /* whether it is to be connected */
static int answered, answer_status;  /* the request that was answered last */
static char answer[MOST];

static void tell(const char *text) {
    pthread_mutex_lock(&output);
    puts(text);
    fflush(stdout);
    pthread_mutex_unlock(&output);
}

static void fail(const char *what, int code) {
    char line[256];
    snprintf(line, sizeof line, "{\"event\":\"failed\",\"error\":\"%s: %d\"}", what, code);
    tell(line);
}

/* The text with %XX in the place of whatever a topic cannot have. */
static void encode(const char *from, size_t length, char *to) {
    for (; length > 0; from++, length--) {
        if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~", *from) != NULL) {
            *to++ = *from;
        } else {
            to += sprintf(to, "%%%02X", (unsigned char)*from);
        }
    }
    *to = 0;
}

static void decode(const char *from, size_t length, char *to) {
    for (size_t at = 0; at < length; at++) {
        unsigned byte;
        if (from[at] == '%' && at + 2 < length && sscanf(from + at + 1, "%2x", &byte) == 1) {
            *to++ = (char)byte;
            at += 2;
        } else {
            *to++ = from[at];
        }
    }
    *to = 0;
}

/* A message of the service: what stands in the topic behind devicebound/. */
static void tell_message(const char *bag, const char *body, int length) {
    char line[MOST], properties[4096] = "", id[256] = "";
    while (*bag != 0) {
        size_t pair = strcspn(bag, "&"), name_length = strcspn(bag, "=&");
        char name[256], value[1024] = "";
        decode(bag, name_length, name);
        if (name_length < pair) decode(bag + name_length + 1, pair - name_length - 1, value);
        if (strcmp(name, "$.mid") == 0) {
            strcpy(id, value);
        } else if (name[0] != '$' && strncmp(name, "iothub-", 7) != 0) {
            size_t end = strlen(properties);
            snprintf(properties + end, sizeof properties - end, "%s\"%s\":\"%s\"", end > 0 ? "," : "", name, value);
        }
        bag += pair + (bag[pair] == '&');
    }
    snprintf(line, sizeof line, "{\"event\":\"message\",\"body\":\"%.*s\",\"properties\":{%s},\"id\":\"%s\"}", length, body, properties, id);
    tell(line);
}

static void answer_method(const char *topic, const char *body, int length) {
    char line[MOST], response[256], payload[MOST];
    const char *name = topic + strlen("$iothub/methods/POST/"), *rid = strstr(topic, "$rid=");
    snprintf(line, sizeof line, "{\"event\":\"method\",\"name\":\"%.*s\",\"payload\":%.*s}", (int)strcspn(name, "/"), name, length, body);
    tell(line);
    snprintf(response, sizeof response, "$iothub/methods/res/207/?%s", rid != NULL ? rid : "");
    int end = snprintf(payload, sizeof payload, "{\"seen\":%.*s}", length, body);
    MQTTClient_publish(client, response, end, payload, 0, 0, NULL);
}

static int arrived(void *context, char *topic, int topic_length, MQTTClient_message *message) {
    (void)context;
    (void)topic_length;
    const char *body = message->payload, *bound = strstr(topic, "/messages/devicebound/");
    int length = message->payloadlen;
    if (strncmp(topic, "$iothub/twin/res/", 17) == 0) {
        const char *rid = strstr(topic, "$rid=");
        pthread_mutex_lock(&state);
        answer_status = atoi(topic + 17);
        snprintf(answer, sizeof answer, "%.*s", length, body);
        answered = rid != NULL ? atoi(rid + 5) : 0;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&state);
    } else if (strncmp(topic, "$iothub/twin/PATCH/", 19) == 0) {
        char line[MOST];
        snprintf(line, sizeof line, "{\"event\":\"desired\",\"patch\":%.*s}", length, body);
        tell(line);
    } else if (strncmp(topic, "$iothub/methods/POST/", 21) == 0) {
        answer_method(topic, body, length);
    } else if (bound != NULL) {
        tell_message(bound + strlen("/messages/devicebound/"), body, length);
    }
    MQTTClient_freeMessage(&message);
    MQTTClient_free(topic);
    return 1;
}

static int connect_once(void) {
    MQTTClient_connectOptions options = MQTTClient_connectOptions_initializer;
    MQTTClient_SSLOptions tls = MQTTClient_SSLOptions_initializer;
    char user_name[512];
    snprintf(user_name, sizeof user_name, "%s/%s/?api-version=2021-04-12", host, device);
    tls.trustStore = root;
    tls.keyStore = certificate;
    tls.privateKey = key;
    tls.verify = 1;
    options.MQTTVersion = MQTTVERSION_3_1_1;
    options.keepAliveInterval = 10;
    options.cleansession = 0;
    options.connectTimeout = 20;
    options.username = user_name;
    options.ssl = &tls;
    int code = MQTTClient_connect(client, &options);
    if (code != MQTTCLIENT_SUCCESS || options.returned.sessionPresent) return code;
    char bound[512];
    snprintf(bound, sizeof bound, "devices/%s/messages/devicebound/#", device);
    char *const filters[] = {"$iothub/twin/res/#", "$iothub/twin/PATCH/properties/desired/#", "$iothub/methods/POST/#", bound};
    int qos[] = {1, 1, 1, 1};
    return MQTTClient_subscribeMany(client, 4, filters, qos);
}

/* The synchronous client leaves it to the program to come back. */
static void *come_back(void *nothing) {
    for (;; usleep(200000)) {
        if (wanted && !MQTTClient_isConnected(client)) connect_once();
    }
    return nothing;
}

static int ask(const char *where, const char *body) {
    static int request;
    for (int attempt = 0; attempt < 30; attempt++) {
        char topic[256];
        snprintf(topic, sizeof topic, "%s?$rid=%d", where, ++request);
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += 2;
        if (MQTTClient_publish(client, topic, (int)strlen(body), body, 1, 0, NULL) != MQTTCLIENT_SUCCESS) {
            usleep(500000);
            continue;
        }
        pthread_mutex_lock(&state);
        while (answered != request && pthread_cond_timedwait(&changed, &state, &until) == 0) {}
        int status = answered == request ? answer_status : 0;
        pthread_mutex_unlock(&state);
        if (status != 0) return status;
    }
    return 0;
}

/* How long the JSON value at the beginning is. */
static size_t value_length(const char *text) {
    int depth = 0, quoted = 0;
    size_t at = 0;
    for (; text[at] != 0; at++) {
        if (quoted) {
            if (text[at] == '\\') at++;
            else if (text[at] == '"') quoted = 0;
        } else if (text[at] == '"') {
            quoted = 1;
        } else if (strchr("{[", text[at]) != NULL) {
            depth++;
        } else if (strchr("}]", text[at]) != NULL && --depth <= 0) {
            return at + (depth == 0);
        } else if (depth == 0 && text[at] == ',') {
            return at;
        }
    }
    return at;
}

static int send_message(const char *body, size_t length, const char *properties) {
    char topic[4096];
    int end = snprintf(topic, sizeof topic, "devices/%s/messages/events/$.ct=application%%2Fjson&$.ce=utf-8", device);
    /* {"name":"value",…} without escapes: each second quotation mark ends a text. */
    int is_name = 1;
    for (const char *from = strchr(properties, '"'); from != NULL; from = strchr(from, '"')) {
        const char *to = strchr(from + 1, '"');
        if (to == NULL) break;
        topic[end++] = is_name ? '&' : '=';
        encode(from + 1, (size_t)(to - from - 1), topic + end);
        end += (int)strlen(topic + end);
        is_name = !is_name;
        from = to + 1;
    }
    MQTTClient_deliveryToken token;
    int code = MQTTClient_publish(client, topic, (int)length, body, 1, 0, &token);
    return code == MQTTCLIENT_SUCCESS ? MQTTClient_waitForCompletion(client, token, 30000) : code;
}

static void obey(const char *line) {
    static char done[MOST + 64];
    const char *arguments = strchr(line, ',');
    arguments = arguments != NULL ? arguments + 1 : "";
    size_t length = value_length(arguments);
    int code = 0;
    const char *result = "null";
    char body[MOST];
    snprintf(body, sizeof body, "%.*s", (int)length, arguments);
    if (strncmp(line, "[\"connect\"", 10) == 0) {
        code = connect_once();
        wanted = 1;
    } else if (strncmp(line, "[\"disconnect\"", 13) == 0) {
        wanted = 0;
        code = MQTTClient_disconnect(client, 10000);
    } else if (strncmp(line, "[\"twin\"", 7) == 0) {
        int status = ask("$iothub/twin/GET/", "");
        code = status == 200 ? 0 : status - 1000;
        result = answer;
    } else if (strncmp(line, "[\"report\"", 9) == 0) {
        int status = ask("$iothub/twin/PATCH/properties/reported/", body);
        code = status == 204 ? 0 : status - 1000;
    } else {
        code = send_message(body, length, arguments + length);
    }
    if (code != 0) {
        fail(line[0] != 0 ? "it does not work" : line, code);
        return;
    }
    snprintf(done, sizeof done, "{\"event\":\"done\",\"result\":%s}", result);
    tell(done);
}

int main(int count, char **arguments) {
    for (int at = 1; at + 1 < count; at += 2) {
        const char *name = arguments[at], *value = arguments[at + 1];
        if (strcmp(name, "--host") == 0) host = value;
        if (strcmp(name, "--device-id") == 0) device = value;
        if (strcmp(name, "--cert") == 0) certificate = value;
        if (strcmp(name, "--key") == 0) key = value;
        if (strcmp(name, "--root") == 0) root = value;
    }
    const char *server = getenv("DIAL");
    char uri[256];
    snprintf(uri, sizeof uri, "ssl://%s", server != NULL ? server : "localhost:8883");
    if (MQTTClient_create(&client, uri, device, MQTTCLIENT_PERSISTENCE_NONE, NULL) != MQTTCLIENT_SUCCESS) return 1;
    MQTTClient_setCallbacks(client, NULL, NULL, arrived, NULL);
    pthread_t thread;
    pthread_create(&thread, NULL, come_back, NULL);
    static char line[MOST];
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = 0;
        obey(line);
    }
    wanted = 0;
    MQTTClient_disconnect(client, 1000);
    return 0;
}
