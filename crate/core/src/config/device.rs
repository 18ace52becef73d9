//! Everything that a configuration is written from, parsed and inspected.

use zeroize::Zeroizing;

use super::root::{Root, roots};
use crate::{
    cert::{Certificate, Enrollment, KeyContainer, Kind, Link, Read, Report, file::to_pem, role::ServerRoot},
    name::{Cloud, Endpoint, IdScope, RegistrationId, Transport},
};

/// A device, the service it registers at, and where its files are.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "a caller says what it knows of it")]
pub struct DeviceSetup {
    /// The ID scope of the DPS instance.
    pub id_scope: Option<IdScope>,
    /// What the device registers as.
    pub registration_id: Option<RegistrationId>,
    /// What it dials.
    pub endpoint: Endpoint,
    /// Whose roots it trusts, and what its hubs are called.
    pub cloud: Cloud,
    /// How it speaks MQTT.
    pub transport: Transport,
    /// How it is enrolled.
    pub enrollment: Enrollment,
    /// The leaf, then what is sent with it: up to the CA that the service has, and never the root.
    pub chain: Vec<Pem>,
    /// The CA certificate of the enrollment group.
    pub group_ca: Option<Pem>,
    /// What it trusts the server by.
    pub roots: Vec<Root>,
    /// Whether these roots were given, and are not the cloud's.
    pub trusts_own: bool,
    /// The private key.
    pub key: Option<Key>,
    /// Whether the private key's file is encrypted.
    pub has_encrypted_key: bool,
    /// Whether the private key's file is no PEM: DER, or a store.
    pub has_binary_key: bool,
    /// Where the files are found when the client runs.
    pub folder: Folder,
    /// The names of the Azure side.
    pub azure: Azure,
}

/// A certificate as text.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "a caller makes it")]
pub struct Pem {
    /// The block, with its line breaks.
    pub text: String,
    /// The certificate in it.
    pub certificate: Certificate,
}

/// A private key: where it is and, only if asked for, what it is.
#[derive(Clone)]
pub struct Key {
    path: String,
    text: Option<Zeroizing<String>>,
}

/// Where the files of a configuration are found when the client runs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a caller chooses")]
pub enum Folder {
    /// Where they were written: the absolute path of the output. A target with a place of its own uses that.
    Output(String),
    /// A folder on the device, for every target; the key is there too.
    OnDevice(String),
}

/// The names of the Azure side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a caller names them")]
pub struct Azure {
    /// The DPS instance.
    pub dps_name: Option<String>,
    /// Its resource group.
    pub resource_group: Option<String>,
    /// The enrollment group.
    pub group_name: Option<String>,
}

impl DeviceSetup {
    /// A device of which nothing is known but what its certificate files are.
    ///
    /// The chain is what a client sends, the roots are those of the report's files or else the cloud's.
    #[must_use]
    pub fn new(report: &Report, endpoint: Endpoint, cloud: Cloud, folder: Folder) -> Self {
        let pem = |link: &Link| {
            let text = to_pem(Kind::Certificate, &link.certificate.der)?;
            Some(Pem { text: text.to_string(), certificate: link.certificate.clone() })
        };
        let own: Vec<Root> = report
            .server_trust
            .iter()
            .filter_map(|link| {
                let Pem { text, certificate } = pem(link)?;
                let known = ServerRoot::of(&certificate);
                Some(Root { pem: text, certificate, known, source: "" })
            })
            .collect();
        Self {
            id_scope: None,
            registration_id: None,
            endpoint,
            cloud,
            transport: Transport::default(),
            enrollment: Enrollment::default(),
            chain: report.sent().into_iter().filter_map(pem).collect(),
            group_ca: report.group_cas.first().and_then(|link| pem(link)),
            trusts_own: !own.is_empty(),
            roots: if own.is_empty() { roots(cloud) } else { own },
            key: None,
            has_encrypted_key: report.keys.iter().any(|(key, _)| {
                matches!(key.container, Some(KeyContainer::EncryptedPkcs8 | KeyContainer::LegacyEncrypted))
            }),
            has_binary_key: report
                .items
                .iter()
                .any(|item| matches!(item.kind, Kind::PrivateKey(_)) && item.label.is_none()),
            folder,
            azure: Azure::default(),
        }
    }

    /// The same device inside a container, where all files are in one folder.
    pub(super) fn inside(&self, folder: &str) -> Self {
        Self { folder: Folder::OnDevice(folder.to_owned()), ..self.clone() }
    }

    /// What is sent with the leaf.
    #[must_use]
    pub fn intermediates(&self) -> &[Pem] {
        self.chain.get(1..).unwrap_or_default()
    }

    /// Whether it is enrolled through a group.
    #[must_use]
    pub fn is_group(&self) -> bool {
        self.enrollment == Enrollment::Group
    }

    /// Whether it is enrolled by its own certificate.
    #[must_use]
    pub fn is_individual(&self) -> bool {
        self.enrollment == Enrollment::Individual
    }

    /// Whether the endpoint is none of Azure's.
    #[must_use]
    pub fn is_own_server(&self) -> bool {
        !Cloud::ALL.iter().any(|cloud| self.endpoint.host().ends_with(domain(*cloud)))
    }

    /// Whether the key's text is to stand in files.
    #[must_use]
    pub fn embeds_key(&self) -> bool {
        self.key.as_ref().is_some_and(|key| key.text.is_some())
    }
}

/// `azure-devices-provisioning.net` and its like, with the dot before it.
fn domain(cloud: Cloud) -> &'static str {
    cloud.global_host().strip_prefix("global").unwrap_or_default()
}

impl Key {
    /// A key by its path, as it is found when the client runs.
    #[must_use]
    pub const fn at(path: String) -> Self {
        Self { path, text: None }
    }

    /// The same, and the first private key of this file as PEM, to be embedded.
    #[must_use]
    pub fn embedding(mut self, file: &Read) -> Self {
        let item = file.items().iter().find(|item| matches!(item.kind, Kind::PrivateKey(_)));
        self.text = item.and_then(crate::cert::Item::to_pem);
        self
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What it is, if it is to be embedded.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.text.as_ref().map(|text| text.as_str())
    }
}

/// `Debug` does not show the key.
impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key").field("path", &self.path).field("is_embedded", &self.text.is_some()).finish()
    }
}
