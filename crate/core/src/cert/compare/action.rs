//! What a person does between two chains, and the sentence for it.

use std::fmt;

/// What to do in one step. Certificates are named by subject and thumbprint.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// The registration ID is another: this certificate wants an enrollment of its own.
    MakeEnrollment(String),
    /// This certificate goes into the enrollment that holds the old one.
    UploadBesideTheOld(String),
    /// The enrollment of the old registration ID goes.
    DisableOldEnrollment,
    /// The old certificate leaves the enrollment.
    RemoveOldCertificate,
    /// A self-signed certificate is in no group.
    LeaveTheGroup,
    /// Both chains end in the CA that the group has.
    KeepTheSameCa,
    /// Both chains have these CAs; the group's may be one of them.
    KeepASharedCa(Vec<String>),
    /// This root is new to the service.
    VerifyTheGroupsRoot(String),
    /// One of the CAs that only the new chain has goes into the group.
    UploadANewCa {
        /// These.
        added: Vec<String>,
        /// Whether that is for the case only that the group's CA is none of the shared ones.
        is_otherwise: bool,
    },
    /// The new certificate has an issuer whose certificate was not given.
    FindTheIssuer {
        /// Its name.
        issuer: String,
        /// As in [`Action::UploadANewCa`].
        is_otherwise: bool,
    },
    /// The device gets what it is to send.
    PutOntoTheDevice {
        /// How many intermediates stand behind its certificate.
        intermediates: usize,
        /// Whether its private key is another.
        is_key_new: bool,
    },
    /// The device asks anew which hub is its own.
    ProvisionAgain,
    /// This CA is to be known to the service.
    VerifyTheCa {
        /// Which.
        certificate: String,
        /// Whether no CA above it could be verified in its place.
        is_self_issued: bool,
    },
    /// This CA goes into the groups that have the old one.
    UploadTheCaBesideTheOld(String),
    /// What the CA has issued stays as it is.
    KeepTheDevices,
    /// Every device needs a certificate of the new CA.
    IssueForTheDevices,
    /// The old CA leaves the groups.
    RemoveTheOldCa,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let condition = |is_otherwise: &bool| if *is_otherwise { "Otherwise: " } else { "" };
        f.write_str(match self {
            Self::MakeEnrollment(certificate) => {
                return write!(
                    f,
                    "Make an enrollment for the new registration ID with {certificate} as its primary certificate. A \
                     certificate can be in one enrollment only."
                );
            }
            Self::UploadBesideTheOld(certificate) => {
                return write!(
                    f,
                    "Upload {certificate} as the secondary certificate, beside the old one, before the device uses it."
                );
            }
            Self::DisableOldEnrollment => {
                "Disable the old enrollment when nothing uses the old certificate any more."
            }
            Self::RemoveOldCertificate => {
                "Remove the old certificate from the enrollment when the device uses the new one. If its key has leaked, do it at once."
            }
            Self::LeaveTheGroup => {
                "Nothing to upload: a self-signed certificate leads to no group's CA. It needs an individual enrollment."
            }
            Self::KeepTheSameCa => "Nothing to upload: the new chain leads to the same CA.",
            Self::KeepASharedCa(kept) => {
                let kept = kept.join(", ");
                return write!(f, "Nothing to upload if the group's CA is one that both chains have: {kept}.");
            }
            Self::VerifyTheGroupsRoot(root) => {
                return write!(f, "Add {root} and verify it, so that the group's CA leads to a verified one.");
            }
            Self::UploadANewCa { added, is_otherwise } => {
                let (condition, added) = (condition(is_otherwise), added.join(", "));
                return write!(
                    f,
                    "{condition}Upload one of the new CAs as the secondary certificate, beside the old one: {added}. Do it before \
                     any device uses the new chain."
                );
            }
            Self::FindTheIssuer { issuer, is_otherwise } => {
                let condition = condition(is_otherwise);
                return write!(
                    f,
                    "{condition}The device's certificate has another issuer, \"{issuer}\", whose certificate is not among the \
                     files. Compare the whole chains, or upload that CA as the secondary certificate of the group."
                );
            }
            Self::PutOntoTheDevice { intermediates, is_key_new } => {
                let above = match intermediates {
                    0 => "",
                    1 => " and, behind it in the same file, its intermediate,",
                    _ => " and, behind it in the same file, its intermediates,",
                };
                let key = if *is_key_new { " together with its private key" } else { "" };
                return write!(f, "Put the new certificate{above} onto the device{key}.");
            }
            Self::ProvisionAgain => {
                "Let the device provision again: until then its hub may know it by the old certificate only."
            }
            Self::VerifyTheCa { certificate, is_self_issued } => {
                let unless = if *is_self_issued { "" } else { ", unless it leads to a verified CA" };
                return write!(f, "Add {certificate} and verify it{unless}.");
            }
            Self::UploadTheCaBesideTheOld(certificate) => {
                return write!(
                    f,
                    "Upload {certificate} as the secondary certificate of its groups, beside the old one."
                );
            }
            Self::KeepTheDevices => {
                "Nothing to do: the CA has the same name and key, so what it issued leads to both."
            }
            Self::IssueForTheDevices => {
                "Give every device a certificate that the new CA issued; those of the old CA do not lead to it."
            }
            Self::RemoveTheOldCa => {
                "Remove the old CA from the groups when no device depends on it any more."
            }
        })
    }
}
