//! What the emulator does in each situation, and how sure it is that DPS does the same.
//!
//! One table for the decisions, the event stream, the `info` member of error bodies and the README.

mod row;

pub use row::{Behaviour, Standing};

macro_rules! behaviours {
    ($($(#[$doc:meta])* $name:ident = $situation:literal, $answer:literal, $standing:ident, $source:literal;)*) => {
        $($(#[$doc])* pub static $name: Behaviour =
            Behaviour::new($situation, $answer, Standing::$standing, $source);)*

        /// All of them, in the order of the README's table.
        pub static ALL: &[&Behaviour] = &[$(&$name),*];
    };
}

behaviours! {
    /// TLS version.
    TLS_VERSION = "TLS version", "1.2 only; 1.3 as an option", Documented,
        "DPS tls-support";
    /// Cipher suites.
    TLS_SUITES = "cipher suites", "ECDHE with AES-GCM (and ChaCha20); the CBC suites are missing", Documented,
        "DPS tls-support lists GCM and CBC; rustls has no CBC";
    /// When the client's chain is judged.
    CHAIN_NOT_JUDGED_IN_TLS = "client chain in the handshake",
        "asked for, recorded, not judged; only the proof of the private key is checked", Observed,
        "azure-iot-sdk-c#1900";
    /// The version of MQTT.
    MQTT_VERSION = "MQTT version", "3.1.1; any other protocol level is answered with CONNACK 1", Documented,
        "DPS iot-mqtt-connect-to-iot-dps; MQTT 3.1.1 section 3.1.2.2";
    /// A chain that does not hold.
    CONNACK_ACCEPTS = "CONNECT with a chain that does not hold, or without a certificate",
        "CONNACK 0; the refusal comes after register", Observed, "azure-iot-sdk-c#1900";
    /// Client ID and user name disagree.
    CLIENT_ID_DIFFERS = "client ID is not the registration ID of the user name", "CONNACK 2, closed", Assumed,
        "no source; MQTT 3.1.1 calls code 2 identifier rejected";
    /// A user name of another form.
    USER_NAME_FORM = "user name missing or of another form", "CONNACK 4, closed", Assumed,
        "no source; MQTT 3.1.1 calls code 4 bad user name or password";
    /// A password.
    PASSWORD = "password that is not empty", "CONNACK 5, closed", Assumed,
        "no source for X.509; symmetric keys are not emulated";
    /// A persistent session.
    NO_SESSIONS = "clean session not set", "taken as set; session present is 0", Documented,
        "DPS iot-mqtt-connect-to-iot-dps";
    /// Two connections of one client ID.
    TAKEN_OVER = "second connection with a client ID", "the first is closed", Assumed,
        "MQTT 3.1.1 section 3.1.4; no source for DPS";
    /// The keep-alive.
    KEEP_ALIVE = "silence for 1.5 times the keep-alive", "closed", Assumed,
        "MQTT 3.1.1 section 3.1.2.10; documented for IoT Hub, no source for DPS";
    /// Another topic filter.
    FILTER = "any topic filter but $dps/registrations/res/#", "SUBACK 0x80 for it", Assumed,
        "DPS takes no other filter; how it refuses is not said";
    /// QoS 2 in a SUBSCRIBE.
    QOS_GRANTED = "SUBSCRIBE with QoS 2", "QoS 1 granted", Documented, "DPS iot-mqtt-connect-to-iot-dps";
    /// QoS 2 in a PUBLISH.
    QOS_2 = "PUBLISH with QoS 2", "closed", Assumed, "documented for IoT Hub, no source for DPS";
    /// A topic that DPS does not have.
    TOPIC = "PUBLISH to any other topic, or without $rid or operationId", "closed", Assumed,
        "no source; MQTT 3.1.1 leaves no other refusal";
    /// No subscription.
    NOT_SUBSCRIBED = "register before SUBSCRIBE", "carried out, the answer is not delivered", Assumed,
        "follows from MQTT 3.1.1; no source for DPS";
    /// A bad packet.
    BAD_PACKET = "bytes that are not MQTT 3.1.1, or a packet over 256 KiB", "closed", Documented,
        "MQTT 3.1.1 section 4.8; the limit is the emulator's";
    /// Order of the checks.
    REGISTRATION_ID = "registration ID with a character that DPS does not take",
        "400004 \"Invalid RegistrationId\"", Observed,
        "azure-iot-sdk-c#405; a later service was seen to answer 404201 (azure-iot-sdk-csharp#592)";
    /// The ID scope.
    ID_SCOPE = "ID scope that is not the configured one", "404201 \"Enrollment not found.\"", Assumed,
        "the code is of its class; no trace shows this case";
    /// The body.
    BODY = "register body that is not empty and not a JSON object, or names another registration ID; with HTTPS no api-version",
        "400004 \"BadRequest\"", Assumed,
        "code and words were seen (azure-iot-sdk-c#1653), not for this cause";
    /// Zero bytes behind JSON.
    ZEROS = "zero bytes behind the JSON of a register, a reported PATCH, the answer of a method or a batch of telemetry",
        "taken without them", Assumed,
        "azure-sdk-for-c sends them to a hub (paho_iot_pnp_component_sample); no source for DPS";
    /// No certificate.
    NO_CERTIFICATE = "no client certificate", "401000 \"Unauthorized\"", Assumed,
        "no source tells what DPS does";
    /// Individual enrollment.
    INDIVIDUAL = "individual enrollment whose leaf is the one presented", "assigned; the chain is not judged",
        Documented, "DPS concepts-x509-attestation";
    /// Another leaf.
    INDIVIDUAL_OTHER_LEAF = "individual enrollment of this registration ID with another leaf",
        "401002 \"Invalid certificate.\"", Observed, "azure-iot-sdk-c#273, azure-iot-sdk-node#547";
    /// The CN.
    CN_DIFFERS = "CN of the leaf is not the registration ID", "401000 \"Unauthorized\"", Assumed,
        "that they must be equal is documented; no source tells what DPS answers";
    /// Group enrollment.
    GROUP = "chain leads to the CA of a group and holds", "assigned; the group nearest to the leaf decides",
        Documented, "DPS concepts-x509-attestation";
    /// A group's CA that nobody verified.
    CA_NOT_VERIFIED = "CA of the group is neither verified nor rolls up to a verified CA certificate",
        "401002 \"Invalid certificate.\"", Observed,
        "azure-iot-sdk-c#415, #437; the rule: azure-docs#60870";
    /// Proof of possession.
    PROOF = "verification certificate",
        "its CN must be the code and its signature the CA's; nothing else of it is looked at", Documented,
        "DPS how-to-verify-certificates";
    /// No CA certificates are configured.
    NO_UPLOADED_CA = "no CA certificate in the configuration, and none uploaded", "the CA of every group counts as verified", Assumed,
        "convenience; with DPS a group's CA must be verified or roll up to a verified one (azure-docs#60870)";
    /// No CA.
    CA_NOT_FOUND = "CA-signed leaf whose chain leads to no group's CA",
        "401002 \"CA certificate not found.\"", Observed, "azure-iot-sdk-c#1900, azure-iot-sdk-java#203";
    /// A chain that does not hold.
    CHAIN_INVALID = "chain leads to a group's CA but is expired, not yet valid, or a signature is wrong",
        "401002 \"Invalid certificate.\"", Observed, "azure-iot-sdk-c#415, #437, iotedge#5847";
    /// No clientAuth.
    CLIENT_AUTH = "leaf of a group without the extended key usage clientAuth",
        "401002 \"Invalid certificate.\"", Observed, "azure-iot-sdk-c PR#1519";
    /// What webpki alone refuses.
    WEBPKI_ALONE = "chain that rustls-webpki refuses for another reason (leaf with CA:TRUE, version 1, ...)",
        "401002 \"Invalid certificate.\"", Assumed,
        "no source tells whether DPS refuses it; the emulator's verifier does";
    /// Self-signed leaf.
    SELF_SIGNED = "self-signed leaf without an enrollment", "404201 \"Enrollment not found.\"", Observed,
        "azure-iot-sdk-csharp ProvisioningE2ETests (code only)";
    /// Disabled.
    DISABLED = "the deciding enrollment is disabled", "status 200 with \"disabled\" and an empty operation ID",
        Documented, "DPS concepts-x509-attestation; the body: azure-sdk-for-c tests";
    /// Several hubs.
    HUB = "allocation hashed, several hubs", "one by a hash of the registration ID", Assumed,
        "an even distribution is documented, its formula is not";
    /// The nearest hub.
    LOWEST_LATENCY = "allocation lowest-latency", "the first hub in the order of the configuration", Assumed,
        "nothing is measured";
    /// A fixed hub.
    STATIC = "allocation static", "the enrollment's hub", Documented, "DPS how-to-use-allocation-policies";
    /// A custom allocation.
    CUSTOM = "allocation custom",
        "the configured hub (the first one if there is none), and the configured payload in registrationState",
        Documented, "DPS how-to-use-custom-allocation-policies; no function is called";
    /// A custom allocation that fails.
    CUSTOM_FAILS = "allocation custom whose function fails",
        "operation failed with 400207 \"Custom allocation failed with status code: ...\"", Observed,
        "azure-sdk-for-c tests, iotedge#3233";
    /// The initial twin.
    INITIAL_TWIN = "enrollment with an initial twin", "the twin of a device that is new at its hub; one that is there keeps its own",
        Documented, "DPS REST reference, Individual Enrollment; that the migrated state wins: DPS concepts-device-reprovision";
    /// Capabilities.
    CAPABILITIES = "enrollment with capabilities (IoT Edge)", "ignored", Assumed,
        "the emulator's hub knows devices only";
    /// How a 401 is told.
    REFUSALS_OPERATION = "401xxx with refusals = \"operation\"",
        "an operation that ends with status 200, failed and the same code", Observed, "azure-iot-sdk-c#437";
    /// How a 401 is told.
    REFUSALS_CONNACK = "401xxx with refusals = \"connack\"", "CONNACK 5, closed", Observed,
        "azure-iot-sdk-csharp#330 (2018)";
    /// No hubs.
    NO_HUB = "no hub configured", "operation failed with 400208", Assumed,
        "the code: azure-iot-sdk-c; channel and words are not recorded";
    /// Polling.
    POLLS = "register and operation status",
        "202 \"assigning\" with retry-after for the configured number of polls, then 200 \"assigned\"", Documented,
        "DPS iot-mqtt-connect-to-iot-dps; the number is the configuration's";
    /// Throttling.
    THROTTLED = "over 1000 registrations in a minute, or over 5 polls of a device in ten seconds",
        "429001 \"Operations are being throttled for this tenant.\" with a retry-after until there is room; both limits can be changed",
        Documented, "DPS iot-dps-limits; the answer: azure-iot-middleware-freertos tests; the retry-after is assumed";
    /// An unknown operation.
    OPERATION_NOT_FOUND = "operation ID that is unknown, expired or another device's",
        "404203 \"Operation not found.\"", Observed, "sdk-nrf azure_iot_hub_dps_test.c";
    /// Registering again.
    AGAIN = "registering again",
        "a new operation; the registration keeps its createdDateTimeUtc, and its substatus unless the hub is another: deviceDataMigrated or deviceDataReset then",
        Assumed, "the words are of the DPS REST model; migrating is the default policy, when they come is not said";
    /// A device that is not there.
    HUB_UNKNOWN = "hub: CONNECT of a device that was not provisioned there", "CONNACK 5, closed", Observed,
        "azure-iot-sdk-c#510";
    /// A certificate that is not the one.
    HUB_OTHER_LEAF = "hub: CONNECT with another leaf than the one that was provisioned",
        "CONNACK 5, closed; with hub-trust = \"ca\" a chain to a group's CA will do", Observed,
        "azure-iot-sdk-c#510; that the thumbprint is what DPS leaves behind: azure-iot-sdk-csharp#3360";
    /// A device that is disabled.
    HUB_DISABLED = "hub: CONNECT of a device that is disabled in the registry", "CONNACK 5, closed; one that is connected is closed",
        Assumed, "that it cannot connect is documented (iot-hub-devguide-identity-registry), the code is not";
    /// The client ID.
    HUB_CLIENT_ID = "hub: client ID is not the device ID of the user name", "CONNACK 5, closed", Assumed,
        "that they must be equal is documented (iot-mqtt-connect-to-iot-hub), the code is not";
    /// Two connections of one device.
    HUB_TAKEN_OVER = "hub: second connection of a device", "the first is closed", Documented,
        "iot-mqtt-connect-to-iot-hub (400027 ConnectionForcefullyClosedOnNewConnection)";
    /// The keep-alive at the hub.
    HUB_KEEP_ALIVE = "hub: silence for 1.5 times the keep-alive, 1767 seconds at most", "closed", Documented,
        "iot-mqtt-connect-to-iot-hub";
    /// The session at the hub.
    HUB_SESSION = "hub: clean session not set",
        "subscriptions outlive the connection, and session present says so; set, there is no session", Documented,
        "iot-mqtt-connect-to-iot-hub; MQTT 3.1.1 section 3.1.2.4";
    /// User names of a hub.
    HUB_USER_NAME = "hub: user name without a question mark or without an api-version", "taken", Documented,
        "iot-mqtt-connect-to-iot-hub (recommended, not required; 2016-11-14 in its older form)";
    /// Modules.
    HUB_MODULE = "hub: CONNECT or topic of a module", "CONNACK 5, closed; a PUBLISH is ignored", Assumed,
        "modules are not emulated";
    /// Filters of a hub.
    HUB_FILTER = "hub: any topic filter but those for twins, methods and cloud-to-device messages",
        "SUBACK 0x80 for it", Assumed,
        "only documented filters are supported (iot-mqtt-connect-to-iot-hub), how a hub refuses is not said; devices/+/messages/devicebound/# is granted: azure-sdk-for-c samples";
    /// Many subscriptions.
    HUB_SUBSCRIPTIONS = "hub: SUBSCRIBE to a sixth topic", "SUBACK 0x80 for it", Assumed,
        "that five is the limit is documented (iot-mqtt-connect-to-iot-hub), how a hub refuses is not";
    /// QoS 2 at the hub.
    HUB_QOS_2 = "hub: PUBLISH with QoS 2", "closed", Documented, "iot-mqtt-connect-to-iot-hub";
    /// Telemetry.
    HUB_TELEMETRY = "hub: telemetry",
        "taken, shown as an event and kept for whoever asks; RETAIN becomes the property mqtt-retain", Documented,
        "iot-mqtt-connect-to-iot-hub; the names of system properties: iot-hub-devguide-messages-construct";
    /// The will.
    HUB_WILL = "hub: connection that ends without DISCONNECT, and CONNECT had a will",
        "a message with iothub-MessageType Will; a will on another topic than telemetry is ignored", Documented,
        "iot-mqtt-connect-to-iot-hub; what becomes of another topic is not said";
    /// Twins.
    HUB_TWIN = "hub: twin GET, reported PATCH, change of desired properties",
        "200 with both sections; 204 with the new version; the change and its version as a message", Documented,
        "iot-mqtt-connect-to-iot-hub, iot-hub-devguide-device-twins";
    /// A twin that is replaced.
    HUB_TWIN_REPLACED = "hub: desired properties that the service replaces (PUT)",
        "the device is told the new ones, and null for what is gone", Assumed,
        "what a device is told then is not said; so it has what the twin has";
    /// A twin PATCH that is no JSON.
    HUB_TWIN_JSON = "hub: reported PATCH that is no JSON object", "400, with an error body", Documented,
        "iot-mqtt-connect-to-iot-hub (the status; the body is assumed)";
    /// Limits of twins.
    HUB_TWIN_LIMITS = "hub: reported PATCH with a key, a string, a number, a depth or a size that is too much",
        "400, with an error body, and nothing changes", Assumed,
        "the limits: iot-hub-devguide-device-twins; it is refused with an error that is not named";
    /// The version of a twin.
    HUB_TWIN_VERSION = "hub: reported PATCH with a $version in its topic that is not the present one",
        "412, and nothing changes", Assumed,
        "versions enforce consistency (iot-hub-devguide-device-twins); the topic: azure-iot-sdk-node comments; the status is not said";
    /// Methods.
    HUB_METHOD = "hub: direct method",
        "sent with QoS 0 to a device that is connected and subscribes; 404103 if it is not, 504101 if it does not answer in time",
        Documented, "iot-hub-devguide-direct-methods; the codes: issues of the service SDKs";
    /// A method without a payload.
    HUB_METHOD_EMPTY = "hub: direct method without a payload", "the body is null", Assumed,
        "documented is valid JSON or an empty body (iot-mqtt-connect-to-iot-hub); azure-iot-sdk-node answers an empty one with 400";
    /// A method's answer.
    HUB_METHOD_RESPONSE = "hub: answer of a method that nobody waits for, or that is no JSON", "ignored", Assumed,
        "what becomes of it is not said";
    /// Messages to devices.
    HUB_CLOUD_MESSAGE = "hub: cloud-to-device message",
        "waits for the device, 50 at most, an hour or as long as it says; with QoS 1 it is complete with PUBACK, unacknowledged it comes again on the next connection, and no delivery count ends that",
        Documented, "iot-hub-devguide-messages-c2d, iot-mqtt-connect-to-iot-hub";
    /// Messages that wait.
    HUB_CLOUD_MESSAGE_EARLY = "hub: cloud-to-device message that was sent before the first subscription", "delivered", Assumed,
        "iot-mqtt-connect-to-iot-hub says after the subscription only, iot-hub-devguide-messages-c2d that queues are kept";
    /// A topic that the hub does not have.
    HUB_TOPIC = "hub: PUBLISH to any other topic", "ignored; with QoS 1 it is acknowledged", Assumed,
        "only documented topics are supported (iot-mqtt-connect-to-iot-hub), what becomes of others is not said";
    /// What the hub does not speak.
    HUB_NOT_EMULATED = "hub: AMQP, over WebSocket too; file upload; whatever else of the service's REST API",
        "closed, or 501; an event says that it is not emulated", Assumed, "not planned";
    /// A device by HTTPS.
    HUB_HTTPS = "hub: telemetry and cloud-to-device messages of a device by HTTPS",
        "204, alone or in batches; a message is the device's for a minute, to be completed, rejected or put back, ten times at most; 412 with a lock that does not hold",
        Documented, "IoT Hub REST reference, device; iot-hub-devguide-messages-c2d; the headers: azure-iot-sdk-node (http.ts); the status of a lost lock is assumed";
    /// A device by HTTPS that is not let in.
    HUB_HTTPS_REFUSED = "hub: HTTPS of a device without the certificate that was provisioned",
        "401 IotHubUnauthorizedAccess", Observed, "issues of the SDKs; not for this cause alone";
    /// The model of a device.
    HUB_MODEL = "hub: CONNECT with model-id in the user name", "the twin's modelId, and dt-dataschema of its telemetry",
        Documented, "iot-pnp concepts-developer-guide-device";
    /// The service's REST API.
    HUB_SERVICE = "hub: REST API of the service with a SAS token of the emulator's key",
        "twins, digital twins, direct methods, devices and their registry (X.509), queries, statistics, feedback and purge; everything else is answered with 501",
        Documented, "IoT Hub REST reference 2021-04-12; the bodies of errors: issues of the service SDKs";
    /// Queries.
    HUB_QUERY = "hub: query over devices",
        "SELECT with TOP, names, aliases and aggregates, WHERE, GROUP BY; page by page; what is not of the language is 400", Documented,
        "iot-hub-devguide-query-language; names of aggregates without an alias, and pages of 100, are assumed";
    /// Digital twins.
    HUB_DIGITAL_TWIN = "hub: digital twin and commands of a device",
        "its twin in the form of the conventions, whatever its model says; a command is a direct method, of a component with a star", Documented,
        "iot-pnp concepts-digital-twin, concepts-convention; no model is read";
    /// Feedback.
    HUB_FEEDBACK = "hub: feedback of cloud-to-device messages, by REST",
        "what became of those that ask for it, 64 at once, at the next call; under a lock for a minute", Documented,
        "iot-hub-devguide-messages-c2d; that nobody waits 15 seconds for more is the emulator's";
    /// DPS's service API.
    SERVICE = "REST API of DPS's service with a SAS token of the emulator's key",
        "enrollments, groups and registrations are read, made, changed, deleted and listed; those of the file cannot be changed",
        Documented, "DPS REST reference, service, 2021-10-01";
    /// Another hub than before.
    REPROVISION = "registering again, when the enrollment leads to another hub",
        "the device moves and takes its twin along, or is reset to its initial twin, or stays, as the enrollment says", Documented,
        "DPS concepts-device-reprovision";
    /// REST.
    REST = "HTTPS: register, operation status and registration of a device",
        "the same answers; retry-after and location with a 202, x-ms-error-code with an error", Documented,
        "DPS REST reference, Runtime Registration 2021-10-01";
    /// A lookup of nothing.
    NOT_REGISTERED = "HTTPS: looking up the registration of a device that never registered",
        "404201 \"Enrollment not found.\"", Assumed, "the code is of its class; no trace shows this case";
    /// REST calls that do not exist.
    REST_OTHER = "HTTPS: another path, another method", "404 and 405, no body", Assumed,
        "405 is documented for the service API (DPS how-to-troubleshoot-dps)";
    /// WebSocket.
    WEBSOCKET = "MQTT over WebSocket", "at /$iothub/websocket, /mqtt and / with the sub-protocol mqtt, on every port", Documented,
        "DPS iot-mqtt-connect-to-iot-dps (sub-protocol, port 443); the paths: sources of the SDKs (/mqtt: Java, /: .NET)";
    /// WebSocket otherwise.
    WEBSOCKET_OTHER = "WebSocket with another sub-protocol or version, or a text message",
        "400, or closed", Assumed, "no source";
    /// A fault by script.
    FAULT = "fault by script", "as the script says", Assumed, "made on purpose, by the configuration";
    /// A CSR that is answered.
    CSR = "csr in the body, and the enrollment has issues-certificates = true (preview)",
        "issuedCertificateChain, leaf first, from a CA of the emulator's own", Assumed,
        "the members and their order: IoT Hub concept-certificate-issuance, azure-sdk-for-c; the policy's form is the emulator's";
    /// A CSR that cannot be.
    CSR_REFUSED = "csr that is no PKCS#10 request, has another CN, or a key that is not on P-384",
        "400004 \"BadRequest\"", Assumed,
        "the rules are documented (concept-certificate-issuance), the code is not";
    /// A CSR by an API version that knows of none.
    CSR_TOO_EARLY = "csr in the body, with an api-version before 2025-07-01-preview", "ignored", Assumed,
        "documented for that version alone (concept-certificate-issuance); what an older one does is not said";
    /// A CSR that is not asked for.
    CSR_IGNORED = "csr in the body, and the enrollment issues nothing", "ignored", Assumed,
        "no document says what is answered";
}
