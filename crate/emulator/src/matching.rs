//! From a device and its certificates to an enrollment, or to a refusal.
//!
//! DPS looks for an enrollment from the leaf upwards; the first one found decides
//! (`concepts-x509-attestation`).

use dps_x509_core::{
    name::{ApiVersion, IdScope, RegistrationId},
    service::known::{self, Known},
};
use rustls::pki_types::UnixTime;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    allocation::{self, Reprovision},
    behaviour::{self, Behaviour},
    ca,
    certificate::Presented,
    chain::{self, Judgement},
    config::Config,
    enrollment::{Group, Individual, SigningCertificate, Terms},
    hub::TwinChange,
};

/// Who asks, and how: what the MQTT user name or the URL says, and the certificates of the TLS handshake.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Applicant<'a> {
    pub(crate) id_scope: &'a IdScope,
    pub(crate) registration_id: &'a str,
    pub(crate) api_version: &'a ApiVersion,
    pub(crate) presented: Option<&'a Presented>,
}

/// What was decided about a request, and why.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Decision {
    /// The registration ID as it was sent.
    pub registration_id: String,
    /// The enrollment that decided, such as `group factory`.
    pub enrollment: Option<String>,
    /// What was decided.
    pub verdict: Verdict,
    /// The row of the table of behaviour that applies, with its standing and source.
    pub behaviour: &'static Behaviour,
    /// What in this case led to it, where there is more to say than the situation does.
    pub evidence: Option<String>,
    /// What the function of a custom allocation has to say to the device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<Map<String, Value>>,
    /// Whether a CSR is answered with certificates.
    #[serde(skip)]
    pub(crate) issues_certificates: bool,
    /// What becomes of a device that is assigned to another hub.
    #[serde(skip)]
    pub(crate) reprovision: Reprovision,
    /// The twin of a device that is new at its hub.
    #[serde(skip)]
    pub(crate) initial_twin: Option<Box<TwinChange>>,
    /// Rows of the table that apply besides: how the hub was chosen, and what the enrollment asks for in vain.
    pub notes: Vec<&'static Behaviour>,
}

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Verdict {
    /// Provisioned.
    Assigned {
        /// The hub's host name.
        hub: String,
        /// The device ID at the hub.
        device_id: String,
    },
    /// The enrollment is disabled.
    Disabled,
    /// The operation fails (status 200, `failed`).
    Failed {
        /// The extended code.
        code: u32,
        /// The service's words.
        message: String,
    },
    /// The request is refused (status 4xx).
    Refused {
        /// The extended code.
        code: u32,
        /// The service's words.
        message: String,
    },
}

impl Verdict {
    fn refused(known: &Known) -> Self {
        Self::Refused { code: known.code, message: known.message.to_owned() }
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Assigned { hub, device_id } => write!(f, "assigned to {hub} as {device_id}"),
            Self::Disabled => f.write_str("disabled"),
            Self::Failed { code, message } => write!(f, "failed with {code} \"{message}\""),
            Self::Refused { code, message } => write!(f, "refused with {code} \"{message}\""),
        }
    }
}

impl std::fmt::Display for Decision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.registration_id, self.verdict)?;
        if let Some(enrollment) = &self.enrollment {
            write!(f, " by {enrollment}")?;
        }
        write!(f, "; {}", self.behaviour)?;
        if let Some(evidence) = &self.evidence {
            write!(f, "; {evidence}")?;
        }
        self.notes.iter().try_for_each(|note| write!(f, "; note, {note}: {}", note.answer))
    }
}

impl Decision {
    pub(crate) fn refuse(device: Applicant<'_>, known: &Known, behaviour: &'static Behaviour) -> Self {
        Self {
            registration_id: device.registration_id.to_owned(),
            enrollment: None,
            verdict: Verdict::refused(known),
            behaviour,
            evidence: None,
            payload: None,
            issues_certificates: false,
            reprovision: Reprovision::default(),
            initial_twin: None,
            notes: Vec::new(),
        }
    }

    pub(crate) fn because(mut self, evidence: impl Into<String>) -> Self {
        self.evidence = Some(evidence.into());
        self
    }

    /// Whether it is refused with a 401.
    pub(crate) fn is_unauthorized(&self) -> bool {
        matches!(self.verdict, Verdict::Refused { code, .. } if code / 1000 == 401)
    }

    /// Makes a 401 an operation that fails.
    pub(crate) fn fail_later(&mut self) {
        if self.is_unauthorized()
            && let Verdict::Refused { code, message } = &self.verdict
        {
            self.verdict = Verdict::Failed { code: *code, message: message.clone() };
            self.notes.push(&behaviour::REFUSALS_OPERATION);
        }
    }

    fn by(mut self, enrollment: String) -> Self {
        self.enrollment = Some(enrollment);
        self
    }
}

/// Decides about a registration.
pub(crate) fn decide(config: &Config, device: Applicant<'_>, now: UnixTime) -> Decision {
    let registration_id = match RegistrationId::new(device.registration_id) {
        Ok(registration_id) => registration_id,
        Err(error) => {
            return Decision::refuse(device, &known::INVALID_REGISTRATION_ID, &behaviour::REGISTRATION_ID)
                .because(error.to_string());
        }
    };
    if *device.id_scope != config.id_scope {
        return Decision::refuse(device, &known::ENROLLMENT_NOT_FOUND, &behaviour::ID_SCOPE)
            .because(format!("the ID scope is {}, not {}", config.id_scope, device.id_scope));
    }
    let Some(presented) = device.presented else {
        return Decision::refuse(device, &known::UNAUTHORIZED, &behaviour::NO_CERTIFICATE);
    };
    let matching = Matching { config, device, registration_id, presented };
    if let Some(individual) = config.enrollments.individual(&matching.registration_id) {
        matching.by_individual(individual)
    } else if let Some(other) = config.enrollments.individual_with_leaf(presented.leaf.thumbprint) {
        matching.cn_differs().by(format!("individual {}", other.registration_id))
    } else {
        matching.by_chain(now)
    }
}

struct Matching<'a> {
    config: &'a Config,
    device: Applicant<'a>,
    registration_id: RegistrationId,
    presented: &'a Presented,
}

impl Matching<'_> {
    fn by_individual(&self, individual: &Individual) -> Decision {
        let presented = self.presented.leaf.thumbprint;
        let decision = if individual.leaves.iter().any(|leaf| leaf.thumbprint == presented) {
            let device_id = individual.device_id.as_deref();
            self.enrolled(&individual.terms, device_id, &behaviour::INDIVIDUAL)
        } else {
            let enrolled: Vec<_> = individual.leaves.iter().map(|leaf| leaf.thumbprint.to_string()).collect();
            let enrolled = enrolled.join(" and ");
            self.refuse(&known::INVALID_CERTIFICATE, &behaviour::INDIVIDUAL_OTHER_LEAF)
                .because(format!("enrolled is the leaf {enrolled}, presented was {presented}"))
        };
        decision.by(format!("individual {}", individual.registration_id))
    }

    fn by_chain(&self, now: UnixTime) -> Decision {
        match chain::judge(self.presented, self.config.enrollments.groups(), now) {
            Judgement::Holds(group, signer) => self.by_group(group, signer, now).by(group_label(group)),
            Judgement::Fails(group, failure) => {
                let behaviour = if failure.is_about_key_usage() {
                    &behaviour::CLIENT_AUTH
                } else if failure.was_observed() {
                    &behaviour::CHAIN_INVALID
                } else {
                    &behaviour::WEBPKI_ALONE
                };
                self.refuse(&known::INVALID_CERTIFICATE, behaviour)
                    .because(failure.to_string())
                    .by(group_label(group))
            }
            Judgement::LeadsNowhere if self.presented.leaf.is_self_issued() => {
                self.refuse(&known::ENROLLMENT_NOT_FOUND, &behaviour::SELF_SIGNED)
            }
            Judgement::LeadsNowhere => {
                let issuer = self.presented.leaf.summary().issuer;
                self.refuse(&known::CA_CERTIFICATE_NOT_FOUND, &behaviour::CA_NOT_FOUND).because(format!(
                    "the leaf was issued by {issuer} and sent with {} other certificates",
                    self.presented.others.len()
                ))
            }
        }
    }

    fn by_group(&self, group: &Group, signer: &SigningCertificate, now: UnixTime) -> Decision {
        let uploaded = &self.config.ca_certificates;
        if !uploaded.is_empty() && !ca::is_verified(uploaded, signer, self.presented, now) {
            let subject = signer.certificate.summary().subject;
            return self.refuse(&known::INVALID_CERTIFICATE, &behaviour::CA_NOT_VERIFIED).because(format!(
                "the group's CA {subject} is neither verified nor does it roll up to a verified one"
            ));
        }
        let mut decision = self.enrolled(&group.terms, None, &behaviour::GROUP);
        decision.notes.extend(uploaded.is_empty().then_some(&behaviour::NO_UPLOADED_CA));
        decision
    }

    /// The enrollment is found; what is left is the CN, whether it is enabled, and the hub.
    fn enrolled(&self, terms: &Terms, device_id: Option<&str>, behaviour: &'static Behaviour) -> Decision {
        let cn = self.presented.leaf.common_name();
        if !cn.is_some_and(|cn| cn.eq_ignore_ascii_case(self.registration_id.as_str())) {
            return self.cn_differs();
        }
        let (mut payload, mut notes) = (None, Vec::new());
        let (verdict, behaviour) = if !terms.enabled {
            (Verdict::Disabled, &behaviour::DISABLED)
        } else {
            match allocation::allocate(self.config, terms, &self.registration_id) {
                Ok(allocated) => {
                    payload = allocated.payload;
                    notes.extend(allocated.note);
                    notes.extend(&terms.ignored);
                    let device_id = device_id.unwrap_or(self.registration_id.as_str()).to_owned();
                    (Verdict::Assigned { hub: allocated.hub, device_id }, behaviour)
                }
                Err(failure) => {
                    let verdict = Verdict::Failed { code: failure.code, message: failure.message };
                    (verdict, failure.behaviour)
                }
            }
        };
        let registration_id = self.device.registration_id.to_owned();
        let issues_certificates = terms.issues_certificates;
        Decision {
            registration_id,
            enrollment: None,
            verdict,
            behaviour,
            evidence: None,
            payload,
            issues_certificates,
            reprovision: terms.reprovision,
            initial_twin: terms.initial_twin.clone(),
            notes,
        }
    }

    fn cn_differs(&self) -> Decision {
        let evidence = match self.presented.leaf.common_name() {
            Some(cn) => format!("the CN is {cn:?}, the registration ID is {:?}", self.device.registration_id),
            None => "the leaf has no CN that could be read".to_owned(),
        };
        self.refuse(&known::UNAUTHORIZED, &behaviour::CN_DIFFERS).because(evidence)
    }

    fn refuse(&self, known: &Known, behaviour: &'static Behaviour) -> Decision {
        Decision::refuse(self.device, known, behaviour)
    }
}

fn group_label(group: &Group) -> String {
    format!("group {}", group.name)
}
