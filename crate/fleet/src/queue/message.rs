//! What is sent: a row of the list with the name of its device. Where its key is, never the key.

use dps_x509_core::{
    cert::{Kind, Purpose, Read},
    finding::{Finding, Place, catalogue},
};
use dps_x509_net::pkcs11::Uri;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    device::Name,
    key::Key,
    list::{MAX_ROW, Row},
};

/// The version of a message. A worker leaves others alone.
const VERSION: u32 = 1;

/// A device that is to be provisioned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Message {
    version: u32,
    row: u64,
    line: u64,
    id_scope: String,
    device: String,
    /// The columns of the row, in their order.
    columns: Vec<(String, String)>,
}

impl Message {
    /// Of a row whose device is known.
    pub(super) fn new(row: &Row, id_scope: String, device: String, columns: Vec<(String, String)>) -> Self {
        Self { version: VERSION, row: row.number(), line: row.line(), id_scope, device, columns }
    }

    /// Of what was received; else why it is none.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() > MAX_ROW * 2 {
            return Err(format!("it has {} bytes, more than any that is submitted", bytes.len()));
        }
        let message: Self = serde_json::from_slice(bytes)
            .map_err(|error| format!("it is no device of this program: {error}"))?;
        if message.version != VERSION {
            return Err(format!("it is of version {}, and this worker knows {VERSION}", message.version));
        }
        Ok(message)
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        // Of strings and numbers.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// What its device is remembered by.
    pub(super) fn key(&self) -> Key {
        Key::of(&self.id_scope, &self.device)
    }

    pub(super) fn name(&self) -> Name {
        Name {
            row: self.row,
            line: self.line,
            id_scope: Some(self.id_scope.clone()),
            device: Some(self.device.clone()),
        }
    }

    /// The row as a list would have it. Whom it is about, was told by whoever submitted it.
    pub(super) fn to_row(&self) -> Row {
        let name = [("idScope", self.id_scope.as_str()), ("registrationId", self.device.as_str())];
        let columns = self.columns.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Row::of(self.row, self.line, name.into_iter().chain(columns))
    }
}

/// What is secret in a row, and is not sent: a private key, or a PIN.
pub(super) fn secret(row: &Row) -> Option<Finding> {
    row.columns().find_map(|column| {
        let value = row.get(column)?;
        let what = if has_pin(value) {
            "a PKCS#11 URI with its PIN (pin-value)"
        } else if has_key(value) {
            "a private key itself"
        } else {
            return None;
        };
        let shown = dps_x509_core::text::visible(column).into_owned();
        let message =
            format!("The column {shown} of row {} holds {what}, and what is sent to a queue is read by others.", row.number());
        let next_step = "Put the keys into files, or into a token, where the workers are, and their paths or URIs into the list.";
        let line = u32::try_from(row.line()).unwrap_or(u32::MAX);
        let finding = Finding::new(&catalogue::DEVICE_ROW_INVALID, message, next_step);
        Some(finding.at(Place::input("list").line(line)))
    })
}

/// Whether a value is a URI with a PIN in it. One that nobody could use may have a PIN in it all the same.
fn has_pin(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    value.contains(Uri::SCHEME) && value.contains("pin-value")
}

/// Shortest text that a private key can be: 32 bytes as Base64.
const SHORTEST: usize = 43;

/// Whether a value is a private key, however it is written: the core says what comes out of it.
fn has_key(value: &str) -> bool {
    if value.len() < SHORTEST {
        return false;
    }
    let is_key = |text: &str| {
        let read = Read::new(Purpose::DeviceKey, Place::default(), Zeroizing::new(text.as_bytes().to_vec()));
        read.items().iter().any(|item| matches!(item.kind, Kind::PrivateKey(_)))
    };
    let is_armoured = value.contains("PRIVATE KEY-----");
    is_armoured || is_key(value) || (value.contains("\\n") && is_key(&value.replace("\\n", "\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row<'a>(columns: impl IntoIterator<Item = (&'a str, &'a str)>) -> Row {
        Row::of(7, 9, columns)
    }

    #[test]
    fn what_is_sent_is_what_comes_back() {
        let list = row([("Registration ID", "pump"), ("cert", "c.pem"), ("key", "k.pem"), ("site", "3")]);
        let columns = list.columns().map(|name| (name.to_owned(), list.get(name).unwrap().to_owned()));
        let message = Message::new(&list, "0ne1".into(), "Pump".into(), columns.collect());
        let read = Message::read(&message.bytes()).unwrap();
        assert_eq!(read, message);
        assert_eq!(read.key(), Key::of("0ne1", "pump"));
        let row = read.to_row();
        assert_eq!((row.number(), row.line()), (7, 9));
        assert_eq!(
            (row.get("registrationId"), row.get("idScope"), row.get("key")),
            (Some("Pump"), Some("0ne1"), Some("k.pem"))
        );
    }

    #[test]
    fn what_is_no_message_says_why() {
        for (bytes, why) in [
            (&b""[..], "EOF"),
            (b"\xff\xfe", "no device"),
            (b"{\"version\":1}", "missing field"),
            (br#"{"version":2,"row":1,"line":1,"idScope":"0","device":"a","columns":[]}"#, "version 2"),
        ] {
            let told = Message::read(bytes).unwrap_err();
            assert!(told.contains(why), "{told}");
        }
    }

    #[test]
    fn keys_and_pins_are_not_sent_however_they_are_written() {
        let read = |name: &str| {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixture/cert/");
            std::fs::read_to_string(format!("{path}{name}")).unwrap()
        };
        let pem = read("device-1.key");
        let bare: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let escaped = pem.replace('\n', "\\n");
        let one_line = pem.replace('\n', " ");
        for secret_value in [
            pem.as_str(),
            &bare,
            &escaped,
            &one_line,
            "pkcs11:object=a?pin-value=1234",
            "PKCS11:object=a?PIN-VALUE=1234",
        ] {
            let found = secret(&row([("id", "a"), ("anything", secret_value)]));
            let told = found.unwrap_or_else(|| panic!("{secret_value}"));
            assert!(told.to_string().contains("anything") && !told.to_string().contains(&bare), "{told}");
        }
        let cert = read("device-1.pem");
        for plain in
            ["keys/device-1-key.pem", "pkcs11:object=a?pin-source=/run/pin", "", &cert, &"a".repeat(200)]
        {
            assert_eq!(secret(&row([("key", plain)])), None, "{plain}");
        }
    }
}
