//! Who speaks, about whom, which way, and by which evidence: what each of these comes to, whoever the client is.

use dps_x509_core::{
    cert::{Inputs, UnixTime},
    explain::Explanation,
    finding::{Naming, Place},
};

/// A text, and the code that is told first; `-` for none, `other` for what is told of another host or program.
type Told = (&'static str, &'static str);

const HUB_OR_DPS: &[Told] = &[
    (
        "iothub_client/src/iothubtransport_mqtt_common.c Line:9 Connection Not Accepted: 0x4: Bad Username/Password",
        "DX812",
    ),
    (
        "Microsoft.Azure.Devices.Client.Exceptions.UnauthorizedException: CONNECT failed: RefusedBadUsernameOrPassword",
        "DX812",
    ),
    (
        "File \"azure/iot/device/iothub/sync_clients.py\", line 33\nConnection Refused: not authorised.",
        "DX812",
    ),
    (
        "com.microsoft.azure.sdk.iot.device.transport.mqtt.exceptions.MqttUnauthorizedException: Not authorized to connect (5)",
        "DX812",
    ),
    (
        "provisioning_client/src/prov_transport_mqtt_common.c Line:9 Connection Not Accepted: 0x4: Bad Username/Password",
        "DX718",
    ),
    (
        "Microsoft.Azure.Devices.Provisioning.Client.ProvisioningTransportException ---> CONNECT failed: RefusedNotAuthorized",
        "DX718",
    ),
    (
        "File \"azure/iot/device/provisioning/provisioning_device_client.py\", line 33\nConnection Refused: not authorised.",
        "DX718",
    ),
];

const DIRECTIONS: &[Told] = &[
    (
        "nginx: [info] 7#7: *1 SSL_do_handshake() failed (SSL: error:0A000418:SSL routines::tlsv1 alert unknown ca:SSL alert \
      number 48) while SSL handshaking, client: 10.0.0.2, server: 0.0.0.0:8883",
        "other",
    ),
    (
        "1637347475: OpenSSL Error[0]: error:14094418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca\n\
      1637347475: Socket error on client <unknown>, disconnecting.",
        "other",
    ),
    (
        "1732876543: Client connection from 10.0.0.4 failed: error:0A000418:SSL routines::tlsv1 alert unknown ca.",
        "other",
    ),
    ("[error] TLS accept failed: alert received: unknown_ca", "other"),
    ("broker: TLS handshake failed: SSL3 alert received certificate unknown from client 10.0.0.4", "other"),
    ("TLS alert: unknown_ca", "DX516"),
    ("SSL3 alert read:fatal:unknown CA", "DX511"),
    ("SSL3 alert write:fatal:unknown CA", "DX506"),
];

const SOCKETS: &[Told] = &[
    ("aziot: could not connect to unix:///var/run/iotedge/workload.sock: Connection refused", "DX515"),
    ("aziot: http+unix://%2Frun%2Faziot%2Fkeyd.sock connection refused (os error 111)", "DX515"),
    ("aziot: dial unix /run/aziot/identityd.sock: connect: connection refused", "DX515"),
];

const EVIDENCE: &[Told] = &[
    ("[1970-01-01T00:00:12Z] azure-devices-provisioning.net: certificate verify failed", "DX551"),
    ("Jan  1 00:00:09 1970 dps: mbedtls_ssl_handshake returned -0x2700", "DX551"),
    ("19700101 000003.120 x.azure-devices.net tls: unknown authority", "DX551"),
    ("2021-03-02T10:00:00Z azure-devices-provisioning.net: certificate is not yet valid", "DX551"),
    ("Mar  2 10:00:00 2019 dps tls: certificate is not yet valid", "DX551"),
    ("2031-01-01 10:00:00 azure-devices.net certificate has expired", "DX551"),
    (
        "*  subject: CN=*.azure-devices-provisioning.net\n*  issuer: C=US; O=Zscaler Inc.; CN=Zscaler Intermediate Root CA\n\
      * SSL certificate problem: unable to get local issuer certificate",
        "DX541",
    ),
    (
        "depth=1 O = Fortinet, CN = FG100E\nverify error:num=19:self signed certificate in certificate chain\nazure-devices.net",
        "DX541",
    ),
    (
        "azure-devices-provisioning.net JSONDecodeError: <!DOCTYPE html><html><head><title>Web Filter block</title>",
        "DX541",
    ),
    (
        "$ openssl verify -CAfile root.pem dev.pem\nerror 20 at 0 depth lookup: unable to get local issuer certificate",
        "DX518",
    ),
    ("error 10 at 0 depth lookup: certificate has expired\nerror device1.pem: verification failed", "DX518"),
    ("username: 0ne00112233/registrations//api-version=2019-03-31\nCONNACK 5", "DX110"),
    ("The link address '0ne00090436/registrations/' did not match any of the expected formats.", "DX110"),
    ("PUT /0ne00AB12CD/registrations//register?api-version=2021-06-01 HTTP/1.1", "DX110"),
];

/// A setting that nobody filled in comes before what a service says to whoever asks with it, and not before other reasons.
const UNFILLED: &[Told] = &[
    ("DPS_ID_SCOPE=undefined\nprovisioning failed: 401 Unauthorized", "DX110"),
    ("idScope: undefined, registrationId: dev-1\nError: Unauthorized", "DX110"),
    ("ID_SCOPE=YOUR_ID_SCOPE_HERE error 401002", "DX110"),
    ("idScope=None\nazure.iot.device.exceptions.ClientError: Unexpected failure", "DX110"),
    (
        "{\"idScope\": \"<your-id-scope>\", \"deviceId\": \"d1\"}\n{\"errorCode\":404201,\"message\":\"ID scope not found\"}",
        "DX110",
    ),
    ("registration_id: \"${DEVICE_ID}\"\nprovisioning: CONNACK 5", "DX110"),
    (
        "id_scope: '0ne00112233', registrationId: null\n{\"errorCode\":404201,\"message\":\"Enrollment not found\"}",
        "DX711",
    ),
    ("idScope=YOUR_SCOPE\nazure-devices-provisioning.net certificate verify failed", "DX506"),
    ("usage: prov --id-scope <ID_SCOPE> --registration-id <ID>", "-"),
    ("inet6 fe80::1%lo0 prefixlen 64 scopeid 0x1", "-"),
    ("\"idScope\": \"<your-id-scope>\"", "-"),
];

const TRANSLATED: &[Told] = &[
    ("MQTT: Verbindung abgelehnt: nicht autorisiert", "DX718"),
    ("connexion refusée : non autorisé (rc 5)", "DX718"),
    ("Conexión rechazada (rc=5)", "DX718"),
    ("连接被拒绝: 未授权", "DX718"),
    ("global.azure-devices-provisioning.net: Verbindung abgelehnt", "DX503"),
];

const NO_CODES: &[Told] = &[
    ("retry 5 of 10, rc pending", "-"),
    ("test_connack_rc_5_is_refused PASSED", "-"),
    ("if (rc == 5) { printf(\"not authorized\"); }", "-"),
    ("for example \"CONNACK 5\" means that a client is not authorized, as the standard has it.", "-"),
    ("seq=401002 bytes=400209", "-"),
    ("Processed 401002 rows in 5 s", "-"),
];

const BROKEN: &[Told] = &[
    (
        "azure-devices-provisioning.net certificate verify fail\ned: unable to get local issu\ner certificate",
        "DX506",
    ),
    (
        "{\"log\": \"{\\\"m\\\": \\\"{\\\\\\\"errorCode\\\\\\\": 401002, \\\\\\\"message\\\\\\\": \\\\\\\"CA certificate not found.\\\\\\\"}\\\"}\"}",
        "DX707",
    ),
    (
        "Feb 03 10:00:00 host app[1]: {\"errorCode\":401\nFeb 03 10:00:00 host app[1]: 002,\"message\":\"CA certificate not \
      found.\",\"trackingId\":\"a\"}",
        "DX707",
    ),
    ("app-1  | unable to get local\napp-1  | issuer certificate\napp-1  | azure-devices.net", "DX506"),
];

fn explained(text: &str) -> Explanation {
    let inputs = Inputs { at: Some(UnixTime::from_seconds(1_795_910_400)), ..Inputs::default() };
    Explanation::of_text(text.as_bytes(), &Place::default(), &inputs)
}

fn first(text: &str) -> String {
    let explanation = explained(text);
    match explanation.happenings.first() {
        Some(happening) => happening.finding.code().to_owned(),
        None if !explanation.elsewhere.is_empty() => "other".to_owned(),
        None => "-".to_owned(),
    }
}

#[test]
fn each_text_is_about_whom_it_says() {
    for (text, code) in
        [HUB_OR_DPS, DIRECTIONS, SOCKETS, EVIDENCE, UNFILLED, TRANSLATED, NO_CODES, BROKEN].concat()
    {
        assert_eq!(first(text), code, "{text}");
    }
    let empty = |text: &str| explained(text).to_text(Naming::CommandLine).contains("registration ID");
    assert!(EVIDENCE.iter().filter(|(_, code)| *code == "DX110").all(|(text, _)| empty(text)));
}

#[test]
fn the_hub_has_causes_and_return_codes_have_lists_of_their_own() {
    let hub = explained("connecting to a.azure-devices.net:8883\nCONNACK rc=5").to_text(Naming::CommandLine);
    for word in ["thumbprint", "CN = device ID", "chain", "CA verified"] {
        assert!(hub.contains(word), "{word}: {hub}");
    }
    for (text, next) in [
        ("Connection to global.azure-devices-provisioning.net refused: CONNACK (3)", "pauses"),
        ("prov_transport_mqtt_common.c Connection Not Accepted: 0x3: Server Unavailable", "pauses"),
        ("paho: Connection Refused: broker unavailable. rc=3", "pauses"),
        ("MQTT: unacceptable protocol version, CONNACK code 1", "3.1.1"),
        ("mqttConnection refused: unacceptable protocol version rc 1", "3.1.1"),
        ("connect_return_code=1", "3.1.1"),
    ] {
        let explanation = explained(text);
        let happening = explanation.happenings.first().unwrap();
        assert!(
            happening.causes.is_empty() && happening.finding.next_step.to_string().contains(next),
            "{text}"
        );
    }
}

#[test]
fn what_names_another_host_is_told_last_and_causes_nothing() {
    const OURS: &str = "azure-devices-provisioning.net CONNACK rc=5";
    for other in [
        "curl: (6) Could not resolve host: api.github.com",
        "connect ETIMEDOUT to ntp.ubuntu.com:123",
        "x509: certificate signed by unknown authority: https://registry.example.com/v2/",
    ] {
        assert_eq!(first(other), "other");
        for text in [format!("{other}\n{OURS}"), format!("{OURS}\n{other}")] {
            let explanation = explained(&text);
            let [happening] = &*explanation.happenings else { panic!("{text}: {explanation:?}") };
            assert_eq!((happening.finding.code(), happening.finding.caused_by), ("DX718", None), "{text}");
            assert_eq!(explanation.elsewhere.len(), 1, "{text}");
        }
    }
}
