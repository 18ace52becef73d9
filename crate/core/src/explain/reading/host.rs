//! The hosts that a line names: Azure's, and others, of which nothing here knows anything.

/// What the names of public hosts end with. Other names, `gateway.local`, may well stand for DPS or its emulator.
const PUBLIC: [&str; 32] = [
    "com", "net", "org", "io", "dev", "gov", "edu", "de", "uk", "eu", "fr", "us", "cn", "jp", "co", "ai",
    "cloud", "app", "tech", "info", "in", "nl", "ch", "at", "se", "no", "ca", "au", "es", "it", "pl", "me",
];
/// Where sentences send their readers.
const MANUALS: [&str; 16] = [
    // What names a kind of XML.
    "schemas.microsoft.com",
    "schemas.xmlsoap.org",
    "www.w3.org",
    "aka.ms",
    "docs.microsoft.com",
    "learn.microsoft.com",
    "go.microsoft.com",
    "curl.se",
    "curl.haxx.se",
    "cryptography.io",
    "openssl.org",
    "www.openssl.org",
    "nodejs.org",
    "docs.python.org",
    "stackoverflow.com",
    "docs.rs",
];
/// What looks like a host and is the name of a part of a program.
const PARTS: [&str; 6] =
    ["javax.net", "java.net", "system.net", "microsoft.net", "asp.net", "paho.mqtt.java"];
/// What Boost writes before a number that is no port: `[system:111]`.
const CATEGORIES: [&str; 3] = ["system", "generic", "asio"];
/// Ports of services that are none of ours.
const PORTS: [&str; 51] = [
    "21", "22", "23", "25", "53", "88", "110", "111", "123", "135", "139", "143", "389", "445", "465", "502",
    "514", "543", "554", "587", "631", "636", "873", "993", "995", "1194", "1433", "1521", "2049", "2181",
    "2375", "2376", "2379", "3260", "3306", "3389", "4222", "4840", "5060", "5432", "5601", "5984", "6379",
    "6443", "8086", "9042", "9090", "9092", "9200", "10051", "27017",
];
/// What the URLs of a device begin with; any other kind is for something else.
const SCHEMES: [&str; 19] = [
    "mqtt",
    "mqtts",
    "mqtt+ssl",
    "ssl",
    "tls",
    "tcp",
    "ws",
    "wss",
    "wxs",
    "http",
    "https",
    "amqp",
    "amqps",
    "amqp+ssl",
    "amqps+ws",
    "unix",
    "http+unix",
    "file",
    "fd",
];

/// The other host that a line is about; none where it names Azure's, or no host at all.
pub(in crate::explain) fn other(line: &[u8]) -> Option<String> {
    let line = String::from_utf8_lossy(line.get(..line.len().min(1024))?);
    let mut other = None;
    let is_of_name = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '-');
    for word in line.split(|character: char| !(is_of_name(character) || matches!(character, '@' | ':' | '_')))
    {
        let word = word.trim_matches([':', '.']);
        let (name, port) = word.split_once(':').map_or((word, ""), |(name, port)| (name, port));
        let name = name.trim_matches(['.', '-']);
        if is_of_azure(name) {
            return None;
        }
        // `at client.pl line 12.`: Perl's own file.
        let is_script = name.ends_with(".pl") && line.contains(" line ");
        if is_public(name) && !is_script
            || PORTS.contains(&port) && !CATEGORIES.contains(&name) && name.chars().any(is_of_name)
        {
            other.get_or_insert_with(|| word.rsplit('@').next().unwrap_or_default().to_owned());
        }
    }
    other.or_else(|| other_scheme(&line)).or_else(|| other_port(&line))
}

/// The other host that a line says was not reached through a proxy: one beside the proxy's own.
pub(in crate::explain) fn behind_a_proxy(line: &[u8]) -> Option<String> {
    let first = other(line)?;
    let line = String::from_utf8_lossy(line.get(..line.len().min(1024))?);
    let (_, rest) = line.split_once(&first)?;
    let names = rest.split(|it: char| !(it.is_ascii_alphanumeric() || matches!(it, '.' | '-')));
    // The proxy's own may be of any domain.
    let is_host =
        |name: &str| is_public(name) || name.split('.').filter(|label| !label.is_empty()).count() >= 3;
    let is_other = |name: &str| is_host(name) && !first.starts_with(name);
    names.map(|name| name.trim_matches(['.', '-'])).any(is_other).then_some(first)
}

/// The other host of a line that says that it is dialled by MQTT, AMQP or TLS, or as a database: by its scheme, or its port.
pub(in crate::explain) fn dialled(line: &[u8]) -> Option<String> {
    const SIGNS: [&str; 21] = [
        "mqtt://",
        "mqtts://",
        "mqtt+ssl://",
        "ssl://",
        "tls://",
        "tcp://",
        "ws://",
        "wss://",
        "amqp://",
        "amqps://",
        ":5671",
        "8883",
        "1883",
        "8884",
        ":443",
        ":1433",
        ":3306",
        ":3307",
        ":5432",
        ":6379",
        ":27017",
    ];
    let lower = String::from_utf8_lossy(line.get(..line.len().min(1024))?).to_ascii_lowercase();
    SIGNS.iter().any(|sign| lower.contains(sign)).then(|| other(line)).flatten()
}

/// The other host that a line has the address of: `https://shop.example.lan/v1`, `mx.example.com[192.0.2.5]:443`.
pub(in crate::explain) fn addressed(line: &[u8]) -> Option<String> {
    const SIGNS: [&str; 4] = ["https://", "http://", "host='", ":443"];
    let line = line.get(..line.len().min(1024))?;
    let lower = String::from_utf8_lossy(line).to_ascii_lowercase();
    if !SIGNS.iter().any(|sign| lower.contains(sign)) || is_azure(line) {
        return None;
    }
    other(line).or_else(|| SIGNS.iter().take(2).find_map(|scheme| behind_scheme(&lower, scheme)))
}

/// The host of the first URL of this scheme, of whatever domain, and neither a page to read nor a number.
fn behind_scheme(lower: &str, scheme: &str) -> Option<String> {
    let (_, rest) = lower.split_once(scheme)?;
    let is_of_name = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '-');
    let name = rest.split(|character: char| !is_of_name(character)).next()?.trim_matches(['.', '-']);
    let last = name.rsplit_once('.').map(|(_, last)| last)?;
    (last.chars().all(|it| it.is_ascii_alphabetic()) && !MANUALS.contains(&name)).then(|| name.to_owned())
}

/// `port 22`, as ssh says it.
fn other_port(line: &str) -> Option<String> {
    let (_, behind) = line.split_once(" port ")?;
    let port = behind.split(|it: char| !it.is_ascii_digit()).next()?;
    PORTS.contains(&port).then(|| format!("port {port}"))
}

/// A URL that no device goes to: `rtsp://…`, `redis://…`, `jdbc:postgresql://…`.
fn other_scheme(line: &str) -> Option<String> {
    let is_of_scheme = |character: char| character.is_ascii_alphanumeric() || matches!(character, '+' | '-');
    line.match_indices("://").find_map(|(at, _)| {
        let before = line.get(..at)?;
        let start = before.rfind(|character| !is_of_scheme(character)).map_or(0, |last| last + 1);
        let scheme = before.get(start..).filter(|scheme| (2..=16).contains(&scheme.len()))?;
        let rest = line.get(at + 3..)?.split(|it: char| it.is_whitespace() || "'\",)".contains(it)).next()?;
        let is_ours = SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme));
        (!is_ours).then(|| {
            format!("{scheme}://{}", rest.rsplit('@').next().unwrap_or_default().trim_end_matches(':'))
        })
    })
}

/// Whether a line names one of Azure's hosts.
pub(in crate::explain) fn is_azure(line: &[u8]) -> bool {
    let name = b"azure-devices";
    line.windows(name.len()).any(|part| part.eq_ignore_ascii_case(name))
}

/// Azure's names, and what was meant to be one.
fn is_of_azure(name: &str) -> bool {
    name.to_ascii_lowercase().contains("azure-devices")
}

fn is_public(name: &str) -> bool {
    let labels: Vec<&str> = name.split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty()
            && label.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-')
    };
    labels.len() >= 2
        && labels.iter().all(is_label)
        && labels.last().is_some_and(|last| PUBLIC.contains(last))
        && labels.iter().rev().skip(1).any(|label| label.chars().any(|it| it.is_ascii_alphabetic()))
        && !MANUALS.contains(&name)
        && !PARTS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_behind_a_proxy_is_told_from_the_proxy() {
        let of = |line: &str| behind_a_proxy(line.as_bytes());
        let line = "app.exe - a.example.com:443 error : through proxy p.example.org:5070 - status code 403";
        assert_eq!(of(line).as_deref(), Some("a.example.com:443"));
        let line = "app.exe - a.example.com:80 error : through proxy p.x.edu.hk:5070 - connection refused";
        assert_eq!(of(line).as_deref(), Some("a.example.com:80"));
        assert_eq!(of("CONNECT by p.example.org:5070 - status code 403"), None);
        assert_eq!(of("x.azure-devices.net through p.example.org:5070 - status code 403"), None);
    }

    #[test]
    fn the_host_of_an_address_may_be_of_any_domain() {
        for (line, host) in [
            ("Post \"https://chat.example.lan/hooks/1\": refused", Some("chat.example.lan")),
            ("https://cdn.example.tv/live.m3u8: error", Some("cdn.example.tv")),
            ("chat.example.lan refused", None),
            ("https://10.0.0.4/x refused", None),
            ("https://x.azure-devices.net/devices/a refused", None),
            ("see https://aka.ms/iot", None),
        ] {
            assert_eq!(addressed(line.as_bytes()).as_deref(), host, "{line}");
        }
    }

    #[test]
    fn a_database_is_dialled_by_its_port() {
        let dials = |line: &str| dialled(line.as_bytes());
        assert_eq!(dials("connecting to db.example.com:5432").as_deref(), Some("db.example.com:5432"));
        assert_eq!(dials("time from pool.ntp.org:123"), None);
        assert_eq!(dials("main.rs:5432: one.azure-devices.net:8883"), None);
    }

    #[test]
    fn other_hosts_are_told_from_azures_and_from_names_of_files() {
        for (line, host) in [
            ("getaddrinfo ENOTFOUND registry.npmjs.org", Some("registry.npmjs.org")),
            ("error resolving pool 0.pool.ntp.org: Name or service not known", Some("0.pool.ntp.org")),
            ("version 2.0.dev: Name or service not known", None),
            ("connect to mx1.example.com[1.2.3.4]:25: Connection timed out", Some("mx1.example.com")),
            ("Could not connect to Redis at 127.0.0.1:6379: Connection refused", Some("127.0.0.1:6379")),
            ("connect to global.azure-devices-provisioning.net:8883 failed, see https://example.com", None),
            ("javax.net.ssl.SSLHandshakeException at client.c:12, ssl.py:3, main.rs", None),
            ("connect ECONNREFUSED 127.0.0.1:8883", None),
            ("curl: (60) More details here: https://curl.se/docs/sslcerts.html", None),
            ("cannot reach gateway.local:8883", None),
            ("rtsp://10.0.0.1:8554/stream: Connection refused", Some("rtsp://10.0.0.1:8554/stream")),
            ("jdbc:postgresql://u:p@db/app: refused", Some("postgresql://db/app")),
            ("mqtts://gateway.local refused", None),
            ("connect: Connection refused [system:111]", None),
            ("certificate verify failed at client.pl line 12.", None),
            ("ssh: connect to host 10.0.0.1 port 22: Connection refused", Some("port 22")),
        ] {
            assert_eq!(other(line.as_bytes()).as_deref(), host, "{line}");
        }
    }
}
