//! A client's command line, or its call: what it takes for the CA file.

use super::reader::Reader;
use crate::explain::{catalogue::cause, hit::Hit, statement::Statement};

pub(super) static READERS: &[Reader] = &[
    Reader { word: "cafile", read: ca_file },
    Reader { word: "cacert", read: ca_file },
    Reader { word: "cacerts", read: ca_file },
    Reader { word: "ca certs", read: ca_file },
    Reader { word: "ca file", read: ca_file },
    Reader { word: "trusted cert", read: ca_file },
];

/// What names the device's own certificate and key, in lower case.
const OWN: [&str; 10] = [
    "--cert",
    "-cert",
    "--key",
    "-key",
    "certfile",
    "keyfile",
    "clientcert",
    "client_cert",
    "cert_file",
    "key_file",
];

/// The file that is to prove the server is the device's own: given for both, or called so.
fn ca_file(hit: &Hit<'_>) -> Option<Statement> {
    let given = value(hit.after())?;
    let name = given.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
    let line = String::from_utf8_lossy(hit.line()).into_owned();
    let is_own = OWN.iter().any(|own| {
        line.match_indices(own).any(|(at, _)| {
            let behind = line.get(at + own.len()..).unwrap_or_default();
            value(behind.as_bytes()).is_some_and(|other| other == given.to_ascii_lowercase())
        })
    });
    let is_called_so = name.contains("device")
        && !["ca", "root", "trust", "chain", "bundle", "azure"].iter().any(|word| name.contains(word));
    (is_own || is_called_so).then_some(Statement::Hint(&cause::OWN_CA_IN_CA_FILE))
}

/// The name of a file behind an option: `=device.pem`, ` "device.pem"`, `: 'device.pem',`.
fn value(behind: &[u8]) -> Option<String> {
    let behind = String::from_utf8_lossy(behind.get(..behind.len().min(200))?).into_owned();
    let separators: &[char] = &[' ', '=', ':', '"', '\'', '\t'];
    let rest = behind.strip_prefix(separators)?.trim_start_matches(separators);
    let end = rest.find([' ', '"', '\'', ',', ')', ';', '\r']).unwrap_or(rest.len());
    rest.get(..end).filter(|name| name.contains('.') && !name.starts_with('-')).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, word: &str) -> bool {
        let at = text.find(word).unwrap();
        ca_file(&Hit::new(text.as_bytes(), text.as_bytes(), at, at + word.len())).is_some()
    }

    #[test]
    fn the_devices_own_file_as_ca_file_is_told() {
        assert!(of(
            "mosquitto_pub -h x --cafile device-cert.pem --cert device-cert.pem --key device-key.pem",
            "cafile"
        ));
        assert!(of("curl --cacert=/etc/d/me.crt --cert /etc/d/me.crt --key me.key https://x", "cacert"));
        assert!(of("openssl s_client -CAfile device.pem -connect x:8883", "CAfile"));
        assert!(of("tls_set(ca_certs=\"leaf.pem\", certfile=\"leaf.pem\", keyfile='k.pem')", "ca_certs"));
        assert!(!of("mosquitto_pub --cafile roots.pem --cert device-cert.pem", "cafile"));
        assert!(!of("mosquitto_pub --cafile device-root-ca.pem --cert device-cert.pem", "cafile"));
        assert!(!of("Unable to load CA certificates. Check cafile \"\"", "cafile"));
    }
}
