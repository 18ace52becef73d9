//! Values go, names stay.

use std::collections::BTreeMap;

use super::*;

fn masked(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let secrets = spans(&bytes);
    mask(&mut bytes, secrets);
    assert_eq!(bytes.len(), text.len());
    String::from_utf8(bytes).unwrap()
}

/// What is put into every syntax, and must not come out. Each has what a value may have, and no blank.
const SECRETS: [&str; 9] = [
    "hunter2secret",
    "c2VjcmV0LWtleS1zZWNyZXQ=",
    "Tr0ub4dor&3",
    "p@ss/w0rd:x",
    "Zm9vYmFyYmF6cXV4MDEyMzQ1Njc4OWFiY2RlZg==",
    "correct-horse-9-battery",
    "S3cr3t!%23",
    "aB3$xYz_9",
    "0123456789abcdef0123456789abcdef",
];

/// The syntaxes of configurations, shells, logs and programs; `{}` is the secret.
const SYNTAXES: &[&str] = &[
    "static const uint8_t psk[] = { 0x1a, {}, 0x2b };",
    "uint8_t key[32] = {\n  0x1a,\n  {}\n};",
    "password={}",
    "one-time code is {}",
    "verification code {}",
    "password = {}",
    "password: {}",
    "Password : {} trailing words",
    "\"password\": \"{}\"",
    "\"password\":\"{}\",\"status\":1",
    "'password': '{}'",
    "{\\\"password\\\":\\\"{}\\\"}",
    "{\\\\\\\"password\\\\\\\":\\\\\\\"{}\\\\\\\"}",
    "<password>{}</password>",
    "password=\"{}\" host=x",
    "password='{}'",
    "export MQTT_PASSWORD={}",
    "set PASSWORD={}",
    "$env:DEVICE_PASSWORD = \"{}\"",
    "ENV X509_PASS_PHRASE={}",
    "X509_PASS_PHRASE: {}",
    "IOTHUB_DEVICE_SECRET={}",
    "passphrase => {}",
    "pass_phrase={}, cert_file=a.pem",
    "X509(cert_file='a', key_file='b', pass_phrase='{}')",
    "username_pw_set(\"user\", password=\"{}\")",
    "HostName=h.azure-devices.net;DeviceId=d;SharedAccessKey={}",
    "SharedAccessKeyName=owner;SharedAccessKey={};x",
    "SharedAccessSignature sr=a&sig={}&se=1",
    "?sv=2020&sig={}&se=1",
    "https://f.azurewebsites.net/api/alloc?code={}&x=1",
    "DefaultEndpointsProtocol=https;AccountKey={};EndpointSuffix=x",
    "primaryKey: '{}'",
    "\"secondaryKey\" : \"{}\"",
    "symmetric_key = \"{}\"",
    "device_key={}",
    "--password {}",
    "--password={}",
    "mosquitto_pub -h host -u user -P {} -t topic",
    "mosquitto_sub -P '{}' -d",
    "curl --cert device.pem:{} --key k.pem https://h/",
    "curl -u user:{} https://h/",
    "curl --user user:{} https://h/",
    "curl --pass {} --cert a.pem",
    "openssl pkey -in k.pem -passin pass:{} -out p.pem",
    "openssl pkcs12 -in a.p12 -passin pass:{}",
    "keytool -list -storepass {} -keystore a.jks",
    "dps-x509 x --key-password {}",
    "mqtts://user:{}@host:8883/x",
    "http://proxy-user:{}@proxy.corp:3128",
    "Authorization: Bearer {}",
    "authorization: Basic {}",
    "Cookie: session={}; path=/",
    "Set-Cookie: id={}",
    "wifi: psk={}",
    "ssid=\"home\" psk=\"{}\"",
    "WIFI_PASSWORD \"{}\"",
    "#define WIFI_PASSWORD \"{}\"",
    "api_key: {}",
    "x-api-key: {}",
    "access_token={}&y",
    "client_secret={}",
    // Kubernetes, Docker, systemd, CI.
    "      - name: MQTT_PASSWORD\n        value: {}",
    "      - name: MQTT_PASSWORD\n        value: \"{}\"",
    "{\"name\":\"MQTT_PASSWORD\",\"value\":\"{}\"}",
    "stringData:\n  password: {}",
    "docker run -e MQTT_PASSWORD={} image",
    "docker run --env \"MQTT_PASSWORD={}\" image",
    "docker login -u user -p {} registry.example",
    "--build-arg NPM_TOKEN={}",
    "Environment=\"MQTT_PASSWORD={}\"",
    "Environment=MQTT_PASSWORD={}",
    "helm install x --set mqtt.password={}",
    "kubectl create secret generic x --from-literal=password={}",
    "az iot hub connection-string show --login HostName=h;SharedAccessKey={}",
    "az login --service-principal -u id -p {} --tenant t",
    "az iot dps enrollment create --primary-key {} --x",
    "terraform: password = \"{}\" -> null",
    // Files of other tools.
    "//registry.example.com/:_authToken={}",
    "//registry.example.com/:_password={}",
    "_auth={}",
    "machine api.example.com login user password {}",
    "requirepass {}",
    "password = {} ; comment",
    "PASSWORD = '{}'  # comment",
    "CONFIG_WIFI_PASSWORD=\"{}\"",
    "CONFIG_ESP_WIFI_PASSWORD=\"{}\"",
    "CONFIG_MQTT_HELPER_PASSWORD=\"{}\"",
    "#define IOT_CONFIG_WIFI_PASSWORD      \"{}\"",
    "#define IOT_CONFIG_DEVICE_KEY \"{}\"",
    "static const char* device_password = \"{}\";",
    "char password[] = \"{}\";",
    "const password: &str = \"{}\";",
    "String wifiPassword = \"{}\";",
    "<add key=\"MqttPassword\" value=\"{}\" />",
    "<setting name=\"password\" value=\"{}\"/>",
    "<property name=\"password\">{}</property>",
    "<entry key=\"mqtt.password\">{}</entry>",
    "<Data Name='Password'>{}</Data>",
    "spring.rabbitmq.password={}",
    "mqtt.password={}",
    // Programs.
    "ConvertTo-SecureString \"{}\" -AsPlainText -Force",
    "ConvertTo-SecureString -String '{}' -AsPlainText",
    "New-Object PSCredential('user', '{}') password",
    "-Password {}",
    "net use x: \\\\server\\share /user:me {}",
    "sshpass -p {} ssh host",
    "mysql -uroot -p{} db",
    "psql postgresql://user:{}@db/app",
    "PGPASSWORD={} psql -h db",
    "echo {} | sudo -S ls",
    "sqlplus user/{}@//db:1521/x",
    "Properties{password={}, user=x}",
    "Config(user='x', password='{}', host='h')",
    "User { name: \"x\", password: \"{}\" }",
    "User { name: \"x\", password: Some(\"{}\") }",
    "{'password': b'{}'}",
    "password: Optional[{}]",
    "password=[{}]",
    "password=({})",
    "\\u0022password\\u0022:\\u0022{}\\u0022",
    "%22password%22%3A%22{}%22",
    "&quot;password&quot;:&quot;{}&quot;",
    "username=x&password={}&grant_type=password",
    "[\"password\",\"{}\"]",
    "password<TAB>{}",
    "| password | {} |",
    "AT+CMQTTCONNECT=0,\"tcp://h:8883\",60,1,\"user\",\"{}\"",
    "AT+QMTCONN=0,\"id\",\"user\",\"{}\"",
    "AT+CWJAP=\"home\",\"{}\"",
    "AT+SMCONF=\"PASSWORD\",\"{}\"",
    "WiFi.begin(\"home\", \"{}\");",
    "client.connect(\"id\", \"user\", \"{}\")",
    "username_pw_set(\"user\", \"{}\")",
    "x-functions-key: {}",
    "X-Auth-Token: {}",
    "Ocp-Apim-Subscription-Key: {}",
    "Proxy-Authorization: Basic {}",
    "\"Authorization\": \"SharedAccessSignature sr=h&sig={}&se=1\"",
    "HostName=h;DeviceId=d;\nSharedAccessKey={}",
    "HostName=h;DeviceId=d;SharedAccessKey=\n{}",
    "DPS_SYMMETRIC_KEY={}",
    "dps.attestation.symmetric_key.value = \"{}\"",
    "[provisioning.attestation]\nsymmetric_key = { value = \"{}\" }",
    "registration_id: d, symmetric_key: {}",
    // What strangers' lines had: modems, calls, prompts, flags, compound names.
    "mqttpass={}",
    "<string name=\"mqtt_pass\">{}</string>",
    "iwconfig wlan0 key s:{}",
    "AT+CWSAP=\"ap\",\"{}\",5,3",
    "AT+UMQTT=4,\"user\",\"{}\"",
    "AT+SQNSMQTTCFG=0,\"id\",\"user\",\"{}\"",
    "AT#XMQTTCON=1,\"id\",\"user\",\"{}\",\"host\",8883,11",
    "AT+CGAUTH=1,1,\"user\",\"{}\"",
    "AT+QICSGP=1,1,\"apn\",\"user\",\"{}\",1",
    "AT+CSTT=\"apn\",\"user\",\"{}\"",
    "AT+KMQTTCFG=1,\"h\",8883,4,\"id\",60,1,0,,,,,\"u\",\"{}\"",
    "symmetric_key = { value = \"{}\" }",
    "az keyvault secret set --vault-name v -n s --value {}",
    "--account-key {}",
    "--client-secret {}",
    "new X509Certificate2(\"device.pfx\", \"{}\")",
    "X509Certificate2(\"device.pfx\",\"{}\",X509KeyStorageFlags.Exportable)",
    "Import-PfxCertificate -FilePath a.pfx -Password (ConvertTo-SecureString -String \"{}\" -AsPlainText -Force)",
    "signtool sign /f a.pfx /p {} x.exe",
    "curl -E dev.pem:{} https://h",
    "Enter pass phrase for device.key: {}",
    "Password for user device: {}",
    "[sudo] password for pi: {}",
    "pkcs11-tool --login --pin {} -O",
    "auth=(\"user\", \"{}\")",
    "mqttClient.setCredentials(\"u\", \"{}\");",
    "mqtt.connect(\"id\", \"user\", \"{}\")",
    "options.setPassword(\"{}\".toCharArray());",
    "connOpts.SetPassword(\"{}\")",
    ".WithCredentials(\"user\", \"{}\")",
    "new NetworkCredential(\"u\", \"{}\")",
    "load_cert_chain(\"a.pem\", \"k.pem\", \"{}\")",
    "-Djavax.net.ssl.keyStorePassword={}",
    "keystore.password={}",
    "bridge_psk {}",
    "remote_password {}",
    "Mot de passe : {}",
    "Contraseña: {}",
    "密码：{}",
    "пароль: {}",
    "パスワード: {}",
    "비밀번호: {}",
    "Kennwort: {}",
    "ownerAuth: {}",
    "--owner-auth {}",
    "TPM2_OWNER_AUTH={}",
    "device_id_pk = { value = \"{}\" }",
    "az iot hub device-identity create --pk {} --sk x",
    "dps-keygen {} device-1",
    "dps-keygen -mk:{} device-1",
    "keytool -keypasswd -new {}",
    "softhsm2-util --so-pin {} --label x",
    "KeyStore.load(in, \"{}\".toCharArray())",
    "kmf.init(store, '{}'.toCharArray());",
    "new X509Certificate2(bytes, \"{}\", flags)",
    "X509CertificateLoader.LoadPkcs12FromFile(\"a.pfx\", \"{}\")",
    "X509Certificate2.CreateFromEncryptedPemFile(\"a.pem\", \"{}\", \"k.pem\")",
    "mbedtls_pk_parse_keyfile(&pk, \"k.pem\", \"{}\")",
    "WiFi.begin(ssid, \"{}\");",
    "<keyMaterial>{}</keyMaterial>",
    "MqttOptions { credentials: Some((\"me\", \"{}\")) }",
    "Primary key: {}",
    // Of programs that have flags and places of their own for them, by their manuals.
    "redis-cli -h 10.0.0.4 -a {} ping",
    "redis-cli -u redis://default:{}@10.0.0.4:6379",
    "curl -b session={} https://h/",
    "curl -uuser:{} https://h/",
    "http --auth=me:{} GET https://h/",
    "tpm2_changeauth -c owner {}",
    "tpm2_unseal -c k.ctx -p str:{}",
    "az iot hub generate-sas-token --key {} --du 3600",
    "az keyvault secret set -n s --vault-name v --value={}",
    "-P {} \\",
    "mosquitto_pub -h h \\\n  -P '{}' \\\n  -t t",
    "[\"mosquitto_pub\",\"-u\",\"me\",\"-P\",\"{}\"]",
    "args:\n  - -P\n  - {}",
    "subprocess.run(['curl', '-u', 'me:{}', url])",
    "Command::new(\"curl\").args([\"--pass\", \"{}\"])",
    "mosquitto_passwd -b /etc/mosquitto/passwd me {}",
    "htpasswd -nbB me {}",
    "openssl dgst -sha256 -hmac {} f",
    "openssl passwd -6 {}",
    "ldapsearch -x -D cn=a -w {} -b dc=x",
    "snmpget -v3 -u me -A {} -X priv h",
    "smbclient //s/x -U me%{}",
    "xfreerdp /u:me /p:{} /v:h",
    "sqlcmd -S h -U sa -P{}",
    "mysqladmin -u root password {}",
    "echo {} | docker login -u me --password-stdin",
    "printf '%s' {} | sudo -S ls",
    "vault kv put secret/dps pfx={}",
    "aws configure set aws_secret_access_key {}",
    "pk12util -i d.p12 -W {} -d .",
    "ssh-keygen -t ed25519 -N {} -f k",
    "nmcli dev wifi connect home password {}",
    "iwconfig eth1 key restricted {}",
    "net user me {} /add",
    "ConvertTo-SecureString {} -AsPlainText -Force",
    "-Password (ConvertTo-SecureString {} -AsPlainText -Force)",
    "dotnet user-secrets set \"Dps:PfxPassword\" \"{}\"",
    "rabbitmqctl change_password me {}",
    "coap-client -m get -k \"{}\" coaps://h",
    "expect -c 'send \"{}\\r\"'",
    "lftp -u me,{} h",
    "cryptsetup luksOpen --key-file <(echo {}) x",
    "redis-cli CONFIG SET requirepass {}",
    "tpm2_policysecret -c o {}",
    "echo \"{}\" | openssl enc -pass stdin",
    "lftp me:{}@host",
    "mysql -e \"CREATE USER me IDENTIFIED BY '{}'\"",
    "$secure = \"{}\" | ConvertTo-SecureString -AsPlainText -Force",
    "[System.Net.NetworkCredential]::new(\"me\",\"{}\")",
    "az functionapp keys set --key-value {}",
];

/// What stands before and behind it on its line.
const FRAMES: [(&str, &str); 5] = [
    ("", ""),
    ("2026-02-03T10:15:42Z [INFO] ", " (end)"),
    ("I (1234) app: ", ""),
    ("{\"log\":\"", "\\n\",\"stream\":\"stderr\"}"),
    ("Jan 05 10:11:12 host app[12]: ", " Connection refused: not authorised"),
];

/// Nine secrets in some 220 syntaxes in five frames: ten thousand texts.
#[test]
fn no_secret_survives_any_syntax() {
    let mut shown: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for syntax in SYNTAXES {
        for secret in SECRETS {
            for (before, behind) in FRAMES {
                let written = syntax.replace("{}", secret).replace("<TAB>", "\t");
                let text = format!("{before}{written}{behind}");
                if masked(&text).contains(secret) {
                    shown.entry(syntax).or_default().push(text);
                }
            }
        }
    }
    let told =
        shown.iter().map(|(syntax, texts)| format!("{} of {syntax}, such as {}", texts.len(), texts[0]));
    assert!(shown.is_empty(), "{}", told.collect::<Vec<_>>().join("\n"));
}

/// What has to be read stays.
#[test]
fn what_is_no_secret_stays() {
    for text in [
        "no password here, design=1, https://h:8883/x",
        "error: key values mismatch, keyUsage=digitalSignature",
        "\"errorCode\":401002,\"code\":5, code: 401002",
        "--key /etc/device/device-key.pem --cert device.pem",
        "private key: /etc/aziot/key.pem",
        "redis-cli -p 6379 ping; openssl x509 -in d.pem -text, az iot dps show -n d",
        "openssl s_client -connect h:8883 -cert d.pem -key k.pem -CAfile ca.pem",
        "mosquitto_sub -p 8883 -h global.azure-devices-provisioning.net",
        "java.io.IOException: keystore password was incorrect",
        "Unexpected token < in JSON at position 0",
        "sigalgs=rsa_pkcs1_sha256, passing test, spinning",
        "https://global.azure-devices-provisioning.net/0ne00000000/registrations/a@b/register",
    ] {
        assert_eq!(masked(text), text);
    }
}

#[test]
fn values_go_and_names_stay() {
    for (text, expected) in [
        ("HostName=h;SharedAccessKey=abc+/=;x=1", "HostName=h;SharedAccessKey=******;x=1"),
        ("sr=a&sig=a%2Bb&se=1", "sr=a&sig=*****&se=1"),
        ("\"password\": \"p w, x\", \"y\"", "\"password\": \"******\", \"y\""),
        ("{\\\"password\\\":\\\"pw\\\"}", "{\\\"password\\\":\\\"**\\\"}"),
        ("Password: hunter2 ok", "Password: ******* ok"),
        ("Authorization: Bearer a.b c\nnext", "Authorization: ************\nnext"),
        ("mqtts://me:pw@host:8883", "mqtts://me:**@host:8883"),
        ("no password here, design=1, https://h:8883/x", "no password here, design=1, https://h:8883/x"),
    ] {
        assert_eq!(masked(text), expected, "{text}");
    }
}

#[test]
fn private_keys_go_whole_or_cut() {
    let key = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\nabc=\n-----END EC PRIVATE KEY-----\nafter";
    let expected = "-----BEGIN EC PRIVATE KEY-----\n********\n****\n-----END EC PRIVATE KEY-----\nafter";
    assert_eq!(masked(key), expected);
    assert!(!masked("-----BEGIN PRIVATE KEY-----\\nMIGHAgEA").contains("MIGH"));
}

#[test]
fn what_nothing_names_is_not_quoted() {
    let half = format!("x {}aZ9 y", "Ab1+".repeat(12));
    assert_eq!(without_long_runs(&half), "x *** y");
    let path = "/usr/lib/python3.11/site-packages/paho/mqtt/client.py";
    assert_eq!(without_long_runs(path), path);
}
