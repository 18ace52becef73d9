//! What a text comes to: what happened, the likely causes in order, and, by the device's files, which of them it is.

mod json;
mod text;

use super::{
    catalogue::{self, Likely, Needs, Unsettled},
    gathering::{Event, Gathering, What},
    lexicon::Stage,
    reading::{Peer, facts},
    refusal::UNEXPLAINED,
    text::Text,
};
use crate::{
    cert::{self, Enrollment, Inputs, Report},
    config,
    finding::{Definition, Family, Finding, Place, Severity, Standing, Words, catalogue as code},
    service::{self, Answer, known},
    session::{Settings, mqtt::printable},
};

/// What happened, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// What happened, the precise first; what only follows from it names it as its cause.
    pub happenings: Vec<Happening>,
    /// The assignment that the text tells of; after a refusal it is the end of the story.
    pub assigned: Option<Assigned>,
    /// What the client says of itself.
    pub device: Option<Device>,
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
    pub verdict: Verdict,
}

/// What text and files say of a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The text shows it.
    InText,
    /// The files show it.
    InFiles,
    /// Nothing that was given decides it.
    Open,
    /// The files rule it out.
    RuledOut,
}

impl Verdict {
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
pub struct Device {
    /// The ID scope.
    pub id_scope: String,
    /// The registration ID.
    pub registration_id: String,
}

impl Explanation {
    /// What to give instead, where nothing was recognised.
    pub const WHAT_TO_GIVE: &'static str = "Paste the lines around the failure, with the line that names it: the JSON body \
        that DPS sent (errorCode, message, trackingId), the topic $dps/registrations/res/…, the CONNACK return code, or the \
        TLS error. Microsoft's SDKs print them at debug level; mosquitto with -d, openssl s_client with -state. A code alone \
        is enough as well: 401002.";

    /// Explains a text of any size by what is in it, and by the files of `inputs`.
    ///
    /// The registration ID is taken from the text where `inputs` has none. `place` is where the text came from; lines
    /// and columns are added to it. Secrets in the text are masked before it is read.
    #[must_use]
    pub fn of_text(text: &[u8], place: &Place, inputs: &Inputs) -> Self {
        let text = Text::new(text);
        let facts = facts(&text);
        let mut gathering = Gathering::of(&facts, &text);
        gathering.look_at_the_clock(&text, inputs.at);
        let place = |at: usize| {
            let (line, column) = text.position(at);
            place.clone().line(line).column(column)
        };
        let files = Files::check(inputs, gathering.device.as_ref());
        let hints: Vec<Hint> = gathering
            .hints
            .iter()
            .map(|(cause, at)| Hint {
                cause,
                place: place(*at),
                found: printable(text.excerpt(*at, *at).as_bytes()),
            })
            .collect();
        let mut happenings: Vec<(bool, Happening)> = gathering
            .events
            .iter()
            .map(|event| {
                let excerpt = printable(text.excerpt(event.at.start, event.at.end).as_bytes());
                let told = Told::of(event, excerpt);
                (told.is_vague, told.happening(event, place(event.at.start), &hints, &files))
            })
            .collect();
        // What is said without a reason follows from the reason that was given before it.
        let mut reason = None;
        for (is_vague, happening) in &mut happenings {
            if *is_vague {
                happening.finding.caused_by = reason.or(happening.finding.caused_by);
            } else {
                reason = Some(happening.finding.code());
            }
        }
        // What the text shows by itself comes before what only says that something failed.
        let is_cause = |hint: &Hint| {
            let causes = happenings.iter().flat_map(|(_, happening)| &happening.causes);
            causes.into_iter().any(|cause| cause.finding.definition == hint.cause.definition)
        };
        let shown = hints.iter().filter(|hint| !is_cause(hint)).find_map(Hint::alone);
        let says_little = |(is_vague, happening): &(bool, Happening)| {
            *is_vague || happening.finding.definition == &code::ANSWER_HIDDEN_BY_CLIENT
        };
        if let Some(shown) = shown.filter(|_| happenings.iter().all(says_little)) {
            for (_, happening) in &mut happenings {
                happening.finding.caused_by.get_or_insert(shown.finding.definition.code);
            }
            happenings.insert(0, (false, shown));
        }
        // Stable: within either kind the order of the text stays.
        happenings.sort_by_key(|(is_vague, _)| *is_vague);
        let happenings: Vec<Happening> = happenings.into_iter().map(|(_, happening)| happening).collect();
        let assigned = gathering.assigned.map(|(hub, device_id, at)| Assigned {
            hub: printable(hub.as_bytes()),
            device_id: device_id.map(|id| printable(id.as_bytes())),
            place: place(at),
        });
        let device = gathering.device.map(|(id_scope, registration_id)| Device { id_scope, registration_id });
        let elsewhere = gathering
            .elsewhere
            .iter()
            .map(|(what, definition, at)| Elsewhere {
                what: printable(what.as_bytes()),
                definition,
                place: place(*at),
            })
            .collect();
        let reached = gathering.stage.map(|(stage, at)| Reached { what: reached(stage), place: place(at) });
        Self { happenings, assigned, device, reached, elsewhere, ..Self::default() }.with(&files)
    }

    /// A text that is nothing but a code of the service, for [`Explanation::of_code`]: six digits of class 3 to 5, or three
    /// of a status.
    #[must_use]
    pub fn code(text: &str) -> Option<u32> {
        let code = text.trim().parse().ok()?;
        matches!(code, 300..=599 | 300_000..=599_999).then_some(code)
    }

    /// Explains an extended code of the service, such as 401002, by what is known of it, and by the files of `inputs`.
    ///
    /// One code can come with several messages that mean different things; each is a happening of its own. A code that
    /// is in no document and no trace is explained by its class, and said to be unknown. Three digits are a status, as
    /// in a response topic.
    #[must_use]
    pub fn of_code(code: u32, inputs: &Inputs) -> Self {
        let is_status = code < 1000;
        let status = u16::try_from(if is_status { code } else { code / 1000 }).unwrap_or_default();
        let answer = |message: Option<&str>| {
            let code = (!is_status).then_some(code);
            Box::new(Answer { status, code, message: message.map(str::to_owned), ..Answer::default() })
        };
        let known: Vec<_> = known::ALL.iter().filter(|known| known.code == code).collect();
        let mut answers: Vec<_> = known
            .iter()
            .map(|known| answer(Some(known.message).filter(|message| !message.is_empty())))
            .collect();
        if answers.is_empty() {
            answers.push(answer(None));
        }
        let files = Files::check(inputs, None);
        let happening = |answer: Box<Answer>| {
            let what = What::Refused(answer);
            let event = Event { what, at: 0..0, line: 0, times: 1, goes_on: false, peer: None };
            Told::of(&event, String::new()).happening(&event, Place::default(), &[], &files)
        };
        Self { happenings: answers.into_iter().map(happening).collect(), ..Self::default() }.with(&files)
    }

    /// Whether anything was recognised.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.happenings.is_empty() && self.assigned.is_none() && self.reached.is_none()
    }

    /// Adds what the files have besides the causes.
    fn with(mut self, files: &Files) -> Self {
        let Some(report) = &files.report else { return self };
        self.has_files = true;
        let causes = self.happenings.iter().flat_map(|happening| &happening.causes);
        let told: Vec<&str> = causes.map(|cause| cause.finding.code()).collect();
        let is_other =
            |finding: &&Finding| finding.severity == Severity::Error && !told.contains(&finding.code());
        self.also = report.findings.iter().filter(is_other).cloned().collect();
        let common_name = config::common_name(report);
        self.others_files = self
            .device
            .as_ref()
            .zip(common_name)
            .map(|(device, name)| (device.registration_id.clone(), name))
            .filter(|(id, name)| !id.eq_ignore_ascii_case(name));
        self
    }
}

/// The files, if there are any, and what their rules could see.
struct Files {
    report: Option<Report>,
    enrollment: Enrollment,
    has_registration_id: bool,
    has_time: bool,
}

impl Files {
    fn check(inputs: &Inputs, device: Option<&(String, String)>) -> Self {
        let registration_id = inputs
            .registration_id
            .clone()
            .or_else(|| device.and_then(|(_, id)| Settings::registration_id(id).ok()));
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
struct Hint {
    cause: &'static catalogue::Cause,
    place: Place,
    found: String,
}

impl Hint {
    /// The hint as all there is.
    fn alone(&self) -> Option<Happening> {
        if !self.cause.is_telling {
            return None;
        }
        let finding = self.cause.finding().at(self.place.clone()).found(self.found.clone());
        Some(Happening { finding, times: 1, is_at_least: false, causes: Vec::new(), unsettled: None })
    }
}

/// An event as a finding, before its causes.
struct Told {
    finding: Finding,
    likely: &'static [Likely],
    unsettled: Option<Unsettled>,
    is_vague: bool,
}

impl Told {
    fn of(event: &Event, excerpt: String) -> Self {
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

    fn happening(mut self, event: &Event, place: Place, hints: &[Hint], files: &Files) -> Happening {
        let mut causes: Vec<Cause> =
            self.likely.iter().filter_map(|likely| judged(likely, hints, files)).collect();
        // Stable: among equals the order of the list stays.
        causes.sort_by_key(|cause| cause.verdict);
        let is_found = |verdict| matches!(verdict, Verdict::InText | Verdict::InFiles);
        if let Some(cause) = causes.first_mut().filter(|cause| is_found(cause.verdict)) {
            cause.finding.severity = Severity::Error;
            self.finding = self.finding.caused_by(cause.finding.definition);
        }
        let is_of_files = |cause: &Cause| cause.verdict == Verdict::RuledOut;
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
fn refused(answer: &Answer, peer: Option<Peer>, excerpt: String) -> Told {
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
        if let Some(next) = connack_next(code, peer) {
            finding.next_step = next.into();
        }
        finding.message = format!("{who} answered CONNECT with return code {code}: {meaning}.").into();
        if peer == Some(Peer::Hub) {
            finding.definition = &code::HUB_REFUSES_DEVICE;
        }
        // A version or a server's state has nothing to do with who the device is.
        if matches!(code, 1 | 3) {
            return Told { finding, likely: &[], unsettled: None, is_vague: false };
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
        let first = "The text has the status and not the code: errorCode and message are in the body, which the client's debug \
                     log shows.";
        finding.next_step = Words::from(first).then(finding.next_step);
    }
    let (likely, unsettled) =
        (catalogue::likely(finding.definition), catalogue::unsettled(finding.definition));
    Told { unsettled, finding, likely, is_vague: false }
}

/// What to do about a return code of CONNACK, where it is not the same for all of them.
const fn connack_next(code: u8, peer: Option<Peer>) -> Option<&'static str> {
    Some(match (code, peer) {
        (1, _) => "Set the client to MQTT 3.1.1 (protocol level 4): neither 3.1 nor 5 is taken.",
        (2, Some(Peer::Hub)) => "The client ID has to be the device ID, as DPS assigned it.",
        (2, _) => "The client ID has to be the registration ID, which with X.509 is the CN of the leaf.",
        (3, _) => "Ask again with growing pauses; look at the Azure status page if it stays.",
        (_, Some(Peer::Hub)) => {
            "A device that DPS provisioned goes by its thumbprint: compare the one that the hub holds with the \
             certificate's, and provision again if they differ. A device that is CA signed needs CN = device ID, its chain \
             sent, and its CA verified at the hub. Then look at whether the device is enabled there."
        }
        _ => return None,
    })
}

/// How far a client came, as a sentence.
const fn reached(stage: Stage) -> &'static str {
    match stage {
        Stage::Connected => "The client came through TLS and CONNECT; registering is next.",
        Stage::Assigned => "DPS assigned the device; the IoT hub is next.",
        Stage::HubConnected => "The client came as far as the IoT hub, which let it in.",
    }
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
        (Some(hint), _) => (told.at(hint.place.clone()).found(hint.found.clone()), Verdict::InText),
        (None, Some(found)) => (found.clone(), Verdict::InFiles),
        (None, None) if files.could_see(cause.needs) => (told, Verdict::RuledOut),
        (None, None) => (told, Verdict::Open),
    };
    Some(Cause { finding: finding.standing(likely.standing), source: likely.source, verdict })
}
