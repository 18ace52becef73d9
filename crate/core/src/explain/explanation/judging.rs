//! What can be behind what happened, and what the text and the files say of it.

use super::{Cause, CauseVerdict, Happening};
use crate::{
    cert::{self, Enrollment, Inputs, Report},
    explain::{
        catalogue::{self, Likely, Needs, Unsettled},
        occurrences::{Event, What},
        refusal::UNEXPLAINED,
        statement::Peer,
    },
    finding::{Definition, Family, Finding, Place, Severity, Standing, Words, catalogue as code},
    order,
    service::{self, Answer, known},
    session::{Settings, mqtt::printable},
};

/// The files, if there are any, and what their rules could see.
pub(super) struct Files {
    pub(super) report: Option<Report>,
    enrollment: Enrollment,
    has_registration_id: bool,
    has_time: bool,
}

impl Files {
    pub(super) fn check(inputs: &Inputs, device: Option<&(String, String)>) -> Self {
        let registration_id = inputs
            .registration_id
            .clone()
            .or_else(|| device.and_then(|(_, id)| Settings::registration_id(id).ok().map(|(id, _)| id)));
        let (has_registration_id, has_time) = (registration_id.is_some(), inputs.at.is_some());
        let report =
            (!inputs.files.is_empty()).then(|| cert::check(&Inputs { registration_id, ..inputs.clone() }));
        Self { report, enrollment: inputs.enrollment, has_registration_id, has_time }
    }

    fn finding(&self, definition: &Definition) -> Option<&Finding> {
        self.report
            .iter()
            .flat_map(|report| &report.findings)
            .find(|finding| finding.definition == definition)
    }

    /// Whether a rule that needs this would have spoken.
    fn could_see(&self, needs: Needs) -> bool {
        let Some(report) = &self.report else { return false };
        let has_leaf = report.chain.leaf.is_some();
        match needs {
            Needs::Service => false,
            Needs::File => !report.items.is_empty(),
            Needs::Leaf => has_leaf,
            Needs::RegistrationId => has_leaf && self.has_registration_id,
            Needs::Time => has_leaf && self.has_time,
            Needs::GroupCa => has_leaf && !report.group_cas.is_empty(),
            Needs::Key => has_leaf && !report.keys.is_empty(),
            Needs::Trust => !report.server_trust.is_empty(),
        }
    }
}

/// A cause that the text itself shows.
pub(super) struct Hint {
    pub(super) cause: &'static catalogue::Cause,
    pub(super) place: Place,
    pub(super) found: String,
}

impl Hint {
    /// Whether this comes before whatever follows from it: the clock, and who ends TLS.
    pub(super) fn is_before_all(&self) -> bool {
        [&code::DEVICE_CLOCK_WRONG, &code::TLS_INTERCEPTED].contains(&self.cause.definition)
    }

    /// Whether a setting is not filled in: who is asked with that can only refuse.
    pub(super) fn is_unfilled(&self) -> bool {
        self.cause.definition == &code::SETTING_MISSING
    }

    /// The hint as all there is.
    pub(super) fn alone(&self) -> Option<Happening> {
        if !self.cause.is_telling {
            return None;
        }
        let finding = self.cause.finding().at(self.place.clone()).found(self.found.clone());
        Some(Happening { finding, times: 1, is_at_least: false, causes: Vec::new(), unsettled: None })
    }
}

/// An event as a finding, before its causes.
pub(super) struct Draft {
    finding: Finding,
    likely: &'static [Likely],
    unsettled: Option<Unsettled>,
    pub(super) is_vague: bool,
}

impl Draft {
    pub(super) fn of(event: &Event, excerpt: String) -> Self {
        match &event.what {
            What::Refused(answer) => refused(answer, event.peer, excerpt),
            What::Failed(symptom, word) => Self {
                finding: symptom.finding(word.as_deref()).found(excerpt),
                likely: symptom.likely,
                unsettled: symptom.unsettled,
                is_vague: symptom.is_vague,
            },
        }
    }

    pub(super) fn happening(
        mut self,
        event: &Event,
        place: Place,
        hints: &[Hint],
        files: &Files,
    ) -> Happening {
        let mut causes: Vec<Cause> =
            self.likely.iter().filter_map(|likely| judged(likely, hints, files)).collect();
        // Stable: among equals the order of the list stays.
        order::by_key(&mut causes, |cause| cause.verdict);
        let is_found = |verdict| matches!(verdict, CauseVerdict::InText | CauseVerdict::InFiles);
        if let Some(cause) = causes.first_mut().filter(|cause| is_found(cause.verdict)) {
            cause.finding.severity = Severity::Error;
            self.finding = self.finding.caused_by(cause.finding.definition);
        }
        let is_of_files = |cause: &Cause| cause.verdict == CauseVerdict::RuledOut;
        let has_errors = files
            .report
            .iter()
            .flat_map(|report| &report.findings)
            .any(|finding| finding.severity == Severity::Error);
        if !has_errors
            && self.finding.caused_by.is_none()
            && causes.iter().any(is_of_files)
            && self.finding.family() == Family::Service
        {
            self.finding.next_step = Words::from(UNEXPLAINED).then(self.finding.next_step);
        }
        if self.finding.place.is_empty() {
            self.finding = self.finding.at(place);
        }
        let Event { times, goes_on, .. } = *event;
        Happening { finding: self.finding, times, is_at_least: goes_on, causes, unsettled: self.unsettled }
    }
}

/// A refusal of the service, or of the hub, as a finding.
fn refused(answer: &Answer, peer: Option<Peer>, excerpt: String) -> Draft {
    let mut finding = answer.to_finding();
    finding.message = finding.message.map(|text| printable(text.as_bytes()));
    if finding.found.is_none() && !excerpt.is_empty() {
        finding.found = Some(excerpt);
    }
    if let Some(return_code) = answer.return_code() {
        let who = match peer {
            Some(Peer::Dps) => "DPS",
            Some(Peer::Hub) => "The IoT hub",
            None => "The server",
        };
        let (code, meaning) = (return_code.number(), return_code.meaning());
        if let Some(next) = next_at_hub(code).filter(|_| peer == Some(Peer::Hub)) {
            finding.next_step = next.into();
        }
        finding.message = format!("{who} answered CONNECT with return code {code}: {meaning}.").into();
        if peer == Some(Peer::Hub) {
            finding.definition = &code::HUB_REFUSES_DEVICE;
        }
        // A version or a server's state has nothing to do with who the device is.
        if matches!(code, 1 | 3) {
            return Draft { finding, likely: &[], unsettled: None, is_vague: false };
        }
    } else if let Some(code) = answer.code {
        let is_known = known::ALL.iter().any(|known| known.code == code);
        if let Some(class) = answer.class().and_then(service::class).filter(|_| !is_known) {
            if finding.definition != &code::REFUSED {
                finding.message =
                    finding.message.then("The code itself is in no document and no trace known here.");
            }
            finding.message = finding.message.then(format!("Its class, {}, says: {class}.", code / 1000));
            finding.standing = Standing::Documented;
        }
    } else if answer.message.is_none() && answer.operation_status.is_none() {
        let first = "The text has the status and not the code. The body has errorCode and message, and the client's debug \
                     log shows it.";
        finding.next_step = Words::from(first).then(finding.next_step);
    }
    let (likely, unsettled) =
        (catalogue::likely(finding.definition), catalogue::unsettled(finding.definition));
    Draft { unsettled, finding, likely, is_vague: false }
}

/// What to do about a return code of CONNACK at a hub, where it is not the same as at DPS.
const fn next_at_hub(code: u8) -> Option<&'static str> {
    Some(match code {
        1 | 3 => return None,
        2 => "The client ID has to be the device ID, as DPS assigned it.",
        _ => {
            "A device that DPS provisioned goes by its thumbprint. Compare the one that the hub holds with the \
             certificate's, and provision again if they differ. A device that is CA signed needs CN = device ID, its chain \
             sent, and its CA verified at the hub. Then look at whether the device is enabled there."
        }
    })
}

/// A likely cause, and what text and files say of it.
fn judged(likely: &Likely, hints: &[Hint], files: &Files) -> Option<Cause> {
    let cause = likely.cause;
    if files.enrollment != Enrollment::Unknown && cause.only.is_some_and(|only| only != files.enrollment) {
        return None;
    }
    let told = cause.finding();
    let hint = hints.iter().find(|hint| hint.cause == cause);
    let (finding, verdict) = match (hint, files.finding(cause.definition)) {
        (Some(hint), _) => (told.at(hint.place.clone()).found(hint.found.clone()), CauseVerdict::InText),
        (None, Some(found)) => (found.clone(), CauseVerdict::InFiles),
        (None, None) if files.could_see(cause.needs) => (told, CauseVerdict::RuledOut),
        (None, None) => (told, CauseVerdict::Open),
    };
    Some(Cause { finding: finding.standing(likely.standing), source: likely.source, verdict })
}
