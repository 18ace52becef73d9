//! What is the same for every device, and how the rest is taken from its row.

use std::path::{Path, PathBuf};

use dps_x509_core::{
    cert::{Enrollment, Passphrase},
    name::Cloud,
    session::Settings,
    text::is_bare_key,
};
use dps_x509_net::{
    Route, Trusted,
    pkcs11::{PinSource, Uri, UriError},
};

use crate::{
    list::Row,
    template::{Template, TemplateError},
};

/// What is the same for every device, and where in its row the rest stands.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Plan {
    /// The settings that all share. ID scope, registration ID and payload are each device's.
    pub settings: Settings,
    /// The ID scope; without it the column `idScope` (`scopeId`, `scope`).
    pub id_scope: Option<Template>,
    /// The registration ID; without it the column `registrationId`, `id`, `deviceId` or `device`, or the CN of the device's
    /// certificate.
    pub registration_id: Option<Template>,
    /// Where the identity comes from; without it the columns `cert` and `key`.
    pub identity: Source,
    /// The passphrase of every key.
    pub passphrase: Option<Passphrase>,
    /// The roots.
    pub trust: Trusted,
    /// The way.
    pub route: Route,
    /// Hosts that may be dialled besides the endpoint: none unless it is said.
    pub cloud: Option<Cloud>,
    /// How the devices are enrolled, for those who look at the files.
    pub enrollment: Enrollment,
    /// What paths in the list are relative to.
    pub folder: PathBuf,
}

/// Where a device's certificate and key come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_enums, reason = "a caller chooses")]
pub enum Source {
    /// The columns `cert` (`certificate`, `certFile`, `chain` and the like) and `key` (`privateKey`, `keyFile`) are the paths of files, relative to the list's folder; a key may be a `pkcs11:` URI.
    #[default]
    Columns,
    /// These are the paths of files, relative to where the program was started.
    Files {
        /// The leaf with its intermediates.
        cert: Template,
        /// Its key; or a `pkcs11:` URI, in which the values of columns are percent-encoded.
        key: Template,
    },
    /// A program prints both as PEM: its words, each filled in by itself. No shell reads them.
    Command(Vec<Template>),
}

/// What the columns are called that are taken where no template does, the first name before the others. Case, blanks,
/// hyphens and underscores do not count.
const ID_SCOPE: [&str; 3] = ["idScope", "scopeId", "scope"];
const REGISTRATION_ID: [&str; 4] = ["registrationId", "id", "deviceId", "device"];
const CERT: [&str; 8] = [
    "cert",
    "certificate",
    "certFile",
    "certificateFile",
    "certPath",
    "certificatePath",
    "chain",
    "fullChain",
];
const KEY: [&str; 6] = ["key", "privateKey", "keyFile", "privateKeyFile", "keyPath", "privateKeyPath"];

/// The input that a row does not say, and why not.
pub(crate) type Fault = (&'static str, TemplateError);

/// Whom a row is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) id_scope: Option<String>,
    pub(crate) registration_id: Option<String>,
}

/// What a row says besides, before any file is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowInputs {
    pub(crate) payload: Option<String>,
    pub(crate) from: From,
}

/// Where the identity of one device comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum From {
    Files {
        cert: PathBuf,
        key: PathBuf,
    },
    /// The key stays in a token.
    Token {
        cert: PathBuf,
        key: Uri,
    },
    Command(Vec<String>),
}

impl Plan {
    /// Everything as it is by default, with these roots.
    #[must_use]
    pub fn new(trust: Trusted) -> Self {
        Self {
            settings: Settings::default(),
            id_scope: None,
            registration_id: None,
            identity: Source::default(),
            passphrase: None,
            trust,
            route: Route::direct(),
            cloud: None,
            enrollment: Enrollment::default(),
            folder: PathBuf::new(),
        }
    }

    /// The ID scope and the registration ID, as far as a row says them.
    ///
    /// # Errors
    /// A template asks for what the row does not have.
    pub(crate) fn named(&self, row: &Row) -> Result<Named, Fault> {
        let filled = |template: &Option<Template>, input, columns: &[&str]| match template {
            Some(template) => template.fill(row).map(Some).map_err(|error| (input, error)),
            None => named(row, columns).map_err(|error| (input, error)),
        };
        let shared = Some(self.settings.id_scope.clone()).filter(|scope| !scope.is_empty());
        Ok(Named {
            id_scope: filled(&self.id_scope, "id-scope", &ID_SCOPE)?.or(shared),
            registration_id: filled(&self.registration_id, "registration-id", &REGISTRATION_ID)?,
        })
    }

    /// What else a row says.
    ///
    /// # Errors
    /// As [`Plan::named`].
    pub(crate) fn given(&self, row: &Row) -> Result<RowInputs, Fault> {
        let payload = first(row, &["payload"]).or_else(|| self.settings.payload.clone());
        Ok(RowInputs { payload, from: self.from(row)? })
    }

    fn from(&self, row: &Row) -> Result<From, Fault> {
        match &self.identity {
            Source::Columns => {
                let column = |input, columns| {
                    let value = named(row, columns).map_err(|error| (input, error))?;
                    value.ok_or_else(|| (input, lacks(row, columns)))
                };
                let cert = self.folder.join(column("cert", &CERT)?);
                match column("key", &KEY)? {
                    uri if Uri::is_meant(&uri) => Ok(From::Token { cert, key: uri_of_list(&uri)? }),
                    key => Ok(From::Files { cert, key: self.folder.join(key) }),
                }
            }
            Source::Files { cert, key } => {
                let path =
                    |template: &Template, input| template.fill_path(row).map_err(|error| (input, error));
                let cert = path(cert, "cert")?.into();
                if Uri::is_meant(key.begin()) {
                    let uri = key.fill_uri(row).map_err(|error| ("key", error))?;
                    return Ok(From::Token { cert, key: uri.parse().map_err(|error| no_uri(&error))? });
                }
                match path(key, "key")? {
                    uri if Uri::is_meant(&uri) => Ok(From::Token { cert, key: uri_of_list(&uri)? }),
                    key => Ok(From::Files { cert, key: key.into() }),
                }
            }
            Source::Command(words) => {
                let word = |word: &Template| word.fill(row).map_err(|error| ("identity-command", error));
                Ok(From::Command(words.iter().map(word).collect::<Result<_, _>>()?))
            }
        }
    }
}

/// A URI that stands in the list. A list is data: it does not say which library is loaded into this process, nor which
/// file is sent to it as a PIN.
fn uri_of_list(text: &str) -> Result<Uri, Fault> {
    let uri: Uri = text.parse().map_err(|error| no_uri(&error))?;
    if uri.module().is_some() || matches!(uri.pin(), Some(PinSource::File(_))) {
        let reason = "a PKCS#11 URI in a list names no module-path and no pin-source; the environment's \
                      PKCS11_MODULE_PATH and the file with the PIN do, or a template for all rows";
        return Err(("key", TemplateError::NoUri { reason: reason.to_owned() }));
    }
    Ok(uri)
}

fn no_uri(error: &UriError) -> Fault {
    ("key", TemplateError::NoUri { reason: error.to_string() })
}

/// The first of these columns with something in it.
fn first(row: &Row, columns: &[&str]) -> Option<String> {
    let filled = columns.iter().filter_map(|column| row.get(column)).find(|value| !value.trim().is_empty());
    filled.map(|value| value.trim().to_owned())
}

/// The same as a name, of a device or a file: a key in its place would be repeated in whatever is said of that.
fn named(row: &Row, columns: &[&str]) -> Result<Option<String>, TemplateError> {
    for column in columns {
        let Some(value) = row.get(column) else { continue };
        // Also in a connection string and in a SAS token.
        let mut parts = value.split([';', '&']).filter_map(|part| part.split_once('='));
        if is_bare_key(value) || parts.any(|(_, value)| is_bare_key(value)) {
            return Err(TemplateError::BareKey { column: (*column).to_owned() });
        }
        if value.contains("-----BEGIN ") {
            return Err(TemplateError::Pem { column: (*column).to_owned() });
        }
    }
    Ok(first(row, columns))
}

/// That none of these columns is there, or which one is and has nothing in it.
fn lacks(row: &Row, columns: &[&str]) -> TemplateError {
    match columns.iter().find(|column| row.get(column).is_some()) {
        Some(column) => TemplateError::Empty { column: (*column).to_owned() },
        None => TemplateError::NoColumn {
            column: columns.first().copied().unwrap_or_default().to_owned(),
            columns: row.columns().map(str::to_owned).collect(),
        },
    }
}

impl From {
    /// The certificate's path, for a place.
    pub(crate) fn cert(&self) -> &Path {
        match self {
            Self::Files { cert, .. } | Self::Token { cert, .. } => cert,
            Self::Command(words) => words.first().map_or(Path::new(""), Path::new),
        }
    }

    /// The key's path, for a place.
    pub(crate) fn key(&self) -> &Path {
        match self {
            Self::Files { key, .. } => key,
            Self::Token { .. } | Self::Command(_) => self.cert(),
        }
    }
}

/// The words of a command, as a shell would part them: blanks, quotation marks of both kinds, and backslashes.
///
/// # Errors
/// A quotation mark is never closed, or nothing is there; or a word is no template.
pub fn words(command: &str) -> Result<Vec<Template>, String> {
    let (mut words, mut word, mut quote): (Vec<String>, Option<String>, Option<char>) =
        (Vec::new(), None, None);
    let mut characters = command.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), character) if open == character => quote = None,
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') => word.get_or_insert_default().extend(characters.next()),
            (None, character) if character.is_whitespace() => words.extend(word.take()),
            (_, character) => word.get_or_insert_default().push(character),
        }
    }
    if quote.is_some() {
        return Err("a quotation mark is never closed".to_owned());
    }
    words.extend(word);
    if words.first().is_none_or(String::is_empty) {
        return Err("there is no program in it".to_owned());
    }
    words.iter().map(|word| word.parse().map_err(|error: TemplateError| error.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_parted_before_it_is_filled_in() {
        let row = Row::of(1, 1, [("id", "a b; rm -rf $HOME"), ("x", "'")]);
        let filled: Vec<_> = words(r#"read-key "{id} x" '{x}' a\ b """#)
            .unwrap()
            .iter()
            .map(|word| word.fill(&row).unwrap())
            .collect();
        assert_eq!(filled, ["read-key", "a b; rm -rf $HOME x", "'", "a b", ""]);
        for text in ["", "  ", "a 'b", "a \"b", "a {", "'' x"] {
            assert!(words(text).is_err(), "{text}");
        }
    }

    #[test]
    fn columns_serve_where_no_template_does() {
        let mut plan = Plan::new(dps_x509_net::Trust::azure(Cloud::Public).ready().unwrap());
        plan.folder = "lists".into();
        let row = Row::of(
            1,
            1,
            [("Registration ID", " a "), ("cert", "c.pem"), ("key", "/k.pem"), ("payload", "")],
        );
        let (named, given) = (plan.named(&row).unwrap(), plan.given(&row).unwrap());
        assert_eq!(
            (named.registration_id.as_deref(), named.id_scope, given.payload),
            (Some("a"), None, None)
        );
        assert_eq!(given.from, From::Files { cert: "lists/c.pem".into(), key: "/k.pem".into() });
        let token = |key: &str| plan.given(&Row::of(1, 1, [("id", "a"), ("cert", "c.pem"), ("key", key)]));
        assert!(matches!(token("pkcs11:object=a").unwrap().from, From::Token { .. }));
        for evil in
            ["pkcs11:object=a?module-path=/tmp/x.so", "pkcs11:object=a?pin-source=/etc/shadow", "pkcs11:"]
        {
            assert!(matches!(token(evil), Err(("key", TemplateError::NoUri { .. }))), "{evil}");
        }
        let lacking = plan.given(&Row::of(1, 1, [("cert", "c.pem")])).unwrap_err();
        assert_eq!(lacking.0, "key");
        for (cert, key) in [
            ("Certificate", "Private Key"),
            ("cert_file", "key_file"),
            ("fullchain", "key-path"),
            ("CERT PATH", "KEY"),
        ] {
            let row =
                Row::of(1, 1, [("Device ID", "a"), ("ID Scope", "0ne1"), (cert, "c.pem"), (key, "k.pem")]);
            let (named, given) = (plan.named(&row).unwrap(), plan.given(&row).unwrap());
            assert_eq!(
                (named.registration_id.as_deref(), named.id_scope.as_deref()),
                (Some("a"), Some("0ne1"))
            );
            assert_eq!(
                given.from,
                From::Files { cert: "lists/c.pem".into(), key: "lists/k.pem".into() },
                "{cert}"
            );
        }
        // A key where a name belongs is not repeated, whatever the column is called.
        let key = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";
        let (input, error) = plan.named(&Row::of(1, 1, [("Device ID", key)])).unwrap_err();
        assert_eq!((input, error.to_string().contains("q83v")), ("registration-id", false));
        for key in [key, &format!("HostName=h;SharedAccessKey={key}"), &format!("sr=x&sig={key}&se=1")] {
            let row = Row::of(1, 1, [("id", "a"), ("cert", "c.pem"), ("key", key)]);
            let bare = TemplateError::BareKey { column: "key".into() };
            assert_eq!(plan.given(&row).unwrap_err(), ("key", bare), "{key}");
        }
        let row = Row::of(1, 1, [("cert", "a.pem"), ("key", "-----BEGIN PRIVATE KEY-----\nMC4CAQAw")]);
        assert_eq!(plan.given(&row).unwrap_err(), ("key", TemplateError::Pem { column: "key".into() }));
        let empty = plan.given(&Row::of(1, 1, [("certificate", " "), ("key", "k.pem")])).unwrap_err();
        assert_eq!(empty, ("cert", TemplateError::Empty { column: "certificate".into() }));
    }
}
