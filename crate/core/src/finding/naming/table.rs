// What can be given and what can be done, and what each front end calls it: the one home of these names. The build script
// reads it too, so that the catalogue names nothing that is not here.
//
// A row has the name by which sentences and the component's interface know it, then what it is called on the command line,
// in JavaScript, in Python, on the page.

inputs! {
    /// A hub that may be dialled although it is in no cloud that was chosen.
    AllowHub = "allow-hub":
        "--allow-hub", "`allowHub`", "`allow_hub`", "the hubs that are allowed";
    /// The version of the service's interface.
    ApiVersion = "api-version":
        "--api-version", "`apiVersion`", "`api_version`", "the API version";
    /// The device's certificate, with the intermediates that are sent with it.
    Cert = "cert":
        "--cert", "`cert`", "`cert`", "the device's certificate";
    /// Whether the assigned hub is asked, too.
    CheckHub = "check-hub":
        "--check-hub", "`checkHub`", "`check_hub`", "the check of the hub";
    /// The client's name and version.
    ClientVersion = "client-version":
        "the client version", "`clientVersion`", "`client_version`", "the client version";
    /// The cloud.
    Cloud = "cloud":
        "--cloud", "`cloud`", "`cloud`", "the field \"Cloud\"";
    /// The request for a certificate that DPS is to issue.
    Csr = "csr":
        "--csr", "`csr`", "`csr`", "the certificate signing request";
    /// The name of the DPS instance.
    DpsName = "dps-name":
        "--dps-name", "`dpsName`", "`dps_name`", "the field \"Name of the DPS instance\"";
    /// Whether the private key stands in the files of a configuration.
    EmbedKey = "embed-key":
        "--embed-key", "`embedKey`", "`embed_key`", "the embedding of the key";
    /// What is dialled in the place of the cloud's global endpoint.
    Endpoint = "endpoint":
        "--endpoint", "`endpoint`", "`endpoint`", "the field \"Endpoint\"";
    /// How the device is enrolled.
    Enrollment = "enrollment":
        "--enrollment", "`enrollment`", "`enrollment`", "the field \"Enrollment\"";
    /// For how long a certificate should still be valid.
    ExpiresWithin = "expires-within":
        "--expires-within",
        "`expiresWithinDays`",
        "`expires_within`",
        "the days that a certificate should still be valid";
    /// The folder on the device that a configuration is for.
    Folder = "folder":
        "--on-device", "`folder`", "`folder`", "the field \"Folder of the files on the device\"";
    /// The CA that the service knows.
    GroupCa = "group-ca":
        "--group-ca", "`groupCa`", "`group_ca`", "the CA of the enrollment group";
    /// The name of the enrollment group.
    GroupName = "group-name":
        "--group-name", "`groupName`", "`group_name`", "the name of the enrollment group";
    /// The ID scope of the DPS instance.
    IdScope = "id-scope":
        "--id-scope", "`idScope`", "`id_scope`", "the field \"ID scope\"";
    /// The program that prints the identity of each device of a list.
    IdentityCommand = "identity-command":
        "--identity-command",
        "the program that prints identities",
        "the program that prints identities",
        "the program that prints identities";
    /// The longest silence on a connection.
    KeepAlive = "keep-alive":
        "the keep-alive", "`keepAliveSeconds`", "`keep_alive`", "the keep-alive";
    /// The device's private key.
    Key = "key":
        "--key", "`key`", "`key`", "the device's private key";
    /// The list of devices.
    List = "list":
        "LIST", "the list", "the list", "the list";
    /// Where what is made is written.
    Out = "out":
        "--out", "the folder", "the folder", "the folder";
    /// The passphrase of the key.
    Passphrase = "passphrase":
        "--key-passphrase-file", "`passphrase`", "`passphrase`", "the field \"Passphrase\"";
    /// What the device tells the service of itself.
    Payload = "payload":
        "--payload", "`payload`", "`payload`", "the payload";
    /// The proxy.
    Proxy = "proxy":
        "--proxy", "the proxy", "`proxy`", "the proxy";
    /// The server of a fleet's queue.
    Queue = "queue":
        "--queue", "the server of the queue", "the server of the queue", "the server of the queue";
    /// What the server of a queue is trusted by.
    QueueCa = "queue-ca":
        "--queue-ca", "the queue's CA file", "the queue's CA file", "the queue's CA file";
    /// What the server of a queue knows its client by.
    QueueCert = "queue-cert":
        "--queue-cert", "the queue's certificate file", "the queue's certificate file", "the queue's certificate file";
    /// The JetStream domain of a queue.
    QueueDomain = "queue-domain":
        "--queue-domain", "the queue's domain", "the queue's domain", "the queue's domain";
    /// The registration ID.
    RegistrationId = "registration-id":
        "--registration-id", "`registrationId`", "`registration_id`", "the field \"Registration ID\"";
    /// The resource group of the DPS instance.
    ResourceGroup = "resource-group":
        "--resource-group", "`resourceGroup`", "`resource_group`", "the field \"Resource group\"";
    /// Which client a configuration is for.
    Target = "target":
        "TARGET", "the target", "the target", "the field \"Client\"";
    /// The time limit.
    Timeout = "timeout":
        "--timeout", "`timeoutSeconds`", "`timeout`", "the time limit";
    /// What MQTT travels in.
    Transport = "transport":
        "--transport", "`transport`", "`transport`", "the transport";
    /// What the server is trusted by.
    Trust = "trust":
        "--trust", "`trust`", "`trust`", "the server's roots";
}

deeds! {
    /// Have files checked.
    Check = "check":
        "have the files checked",
        "`dps-x509 check FILE`",
        "`inspect(files)`",
        "`inspect(files)`",
        "this page's check";
    /// See which targets of configurations there are.
    ListTargets = "list-targets":
        "the list of targets", "`dps-x509 configure --list`", "`targets()`", "`targets()`", "the list on this page";
    /// Provision.
    Provision = "provision":
        "this component",
        "`dps-x509 provision`",
        "`provision()`",
        "`provision()`",
        "the command line, `dps-x509 provision`";
    /// Have files repaired.
    Repair = "repair":
        "the repair",
        "`dps-x509 check FILE --write-fixed DIR`",
        "`repair(files)`",
        "`repair(files)`",
        "this page's repair";
    /// Have a private key written anew: it is written only where it is given as one.
    RepairKey = "repair-key":
        "the repair, which is given it as the device's key",
        "`dps-x509 check --key FILE --write-fixed DIR`",
        "`repair(files)`, with the purpose `device-key`",
        "`repair(files)`, with the purpose `device-key`",
        "this page's repair, with the file as the device's key";
    /// Say which proxy is to be taken, or none.
    SetProxy = "set-proxy":
        "the proxy",
        "the proxy (--proxy, else https_proxy, HTTPS_PROXY, all_proxy or ALL_PROXY of the environment). With \
         --no-proxy none is used",
        "the proxy that the connection is given",
        "the proxy that the connection is given",
        "the proxy of this machine";
    /// Put the devices of a list into a queue.
    Submit = "submit":
        "the submission of a list",
        "`dps-x509 fleet submit LIST`",
        "the command line",
        "the command line",
        "the command line";
    /// Take WebSocket.
    UseWebSocket = "use-web-socket":
        "transport: websocket",
        "--transport websocket",
        "`transport: 'websocket'`",
        "`transport=\"websocket\"`",
        "WebSocket";
    /// Have the server's roots written.
    WriteRoots = "write-roots":
        "the configuration \"roots\"",
        "`dps-x509 configure roots --out DIR`",
        "`configure(['roots'], files)`",
        "`configure([\"roots\"], files)`",
        "the configuration \"roots\" on this page";
}
