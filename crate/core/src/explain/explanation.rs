//! What a text comes to: what happened, the likely causes in order, and, by the device's files, which of them it is.

mod json;
mod judging;
mod making;
mod text;

use super::catalogue::Unsettled;
use crate::finding::{Definition, Finding, Place};

/// What happened, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// What happened, the precise first; what only follows from it names it as its cause.
    pub happenings: Vec<Happening>,
    /// The assignment that the text tells of; after a refusal it is the end of the story.
    pub assigned: Option<Assigned>,
    /// What the client says of itself.
    pub device: Option<DeviceNames>,
    /// How far the client came, if the text says so.
    pub reached: Option<Reached>,
    /// The name under which the text registers, and the CN of the leaf among the files, where they differ.
    pub others_files: Option<(String, String)>,
    /// What the text tells of other hosts and programs, which is nothing of DPS's.
    pub elsewhere: Vec<Elsewhere>,
    /// Errors in the files that none of the causes is.
    pub also: Vec<Finding>,
    /// Whether files were looked at.
    pub has_files: bool,
}

/// One thing that happened, with its causes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Happening {
    /// What it was, and where it was read.
    pub finding: Finding,
    /// On how many lines it stands, or how many answers it was.
    pub times: usize,
    /// Whether it may be more: of what stands in a text thousands of times the first and the last are looked at.
    pub is_at_least: bool,
    /// What can be behind it: shown ones first, ruled out ones last, else the likeliest first.
    pub causes: Vec<Cause>,
    /// What the threads about it leave open.
    pub unsettled: Option<Unsettled>,
}

/// Something that can be behind a happening.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cause {
    /// The cause as a finding; its standing says how sure it is that this gives that.
    pub finding: Finding,
    /// The thread or document by which it does.
    pub source: &'static str,
    /// What text and files say of it.
    pub verdict: CauseVerdict,
}

/// What text and files say of a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "the contract of the components has a case for each")]
pub enum CauseVerdict {
    /// The text shows it.
    InText,
    /// The files show it.
    InFiles,
    /// Nothing that was given decides it.
    Open,
    /// The files rule it out.
    RuledOut,
}

impl CauseVerdict {
    /// The word used in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InText => "in-text",
            Self::InFiles => "in-files",
            Self::Open => "open",
            Self::RuledOut => "ruled-out",
        }
    }
}

/// A hub was assigned.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Assigned {
    /// Host name of the hub.
    pub hub: String,
    /// The device's name at the hub.
    pub device_id: Option<String>,
    /// Where it was read.
    pub place: Place,
}

/// How far a client came.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reached {
    /// A sentence.
    pub what: &'static str,
    /// Where it was read.
    pub place: Place,
}

/// Trouble of something else.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Elsewhere {
    /// The host or the program, as the text calls it.
    pub what: String,
    /// What happened there.
    pub definition: &'static Definition,
    /// Where it was read.
    pub place: Place,
}

/// What a client says of itself in its user name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceNames {
    /// The ID scope.
    pub id_scope: String,
    /// The registration ID.
    pub registration_id: String,
}

impl Explanation {
    /// What to give instead, where nothing was recognised.
    pub const WHAT_TO_GIVE: &'static str = "Paste the lines around the failure, with the line that names it. What \
        names it is the JSON body of DPS (errorCode, message, trackingId) or the topic $dps/registrations/res/…. Or it is the \
        CONNACK return code, or the TLS error. Microsoft's SDKs print them at debug level; mosquitto with -d, openssl s_client with -state. A code alone \
        is enough as well: 401002.";

    /// What to give instead, where all that was recognised is of something else.
    pub const WHAT_TO_GIVE_OF_THE_DEVICE: &'static str = "Paste the lines of the device's own client, from where it connects to \
        the end, with the host that it connects to. If this is all that it prints: a line alone is explained as the device's.";

    /// What to give instead, if nothing of a device was recognised.
    #[must_use]
    pub const fn what_to_give(&self) -> &'static str {
        if self.elsewhere.is_empty() { Self::WHAT_TO_GIVE } else { Self::WHAT_TO_GIVE_OF_THE_DEVICE }
    }

    /// Whether anything was recognised.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.happenings.is_empty() && self.assigned.is_none() && self.reached.is_none()
    }
}
