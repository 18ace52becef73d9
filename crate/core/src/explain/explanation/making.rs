//! From a text, or a code, to its explanation.

use super::{
    Assigned, DeviceNames, Elsewhere, Explanation, Happening, Reached,
    judging::{Draft, Files, Hint},
};
use crate::{
    cert::Inputs,
    config,
    explain::{
        occurrences::{Event, Occurrences, What},
        reading::{facts, prose},
        statement::Stage,
        text::Text,
    },
    finding::{Definition, Finding, Place, Severity, catalogue as code},
    order,
    service::{Answer, known},
    session::mqtt::printable,
};

/// What DPS can say to whoever asks with a placeholder: everything else has a reason of its own.
static REFUSALS: [&Definition; 5] = [
    &code::ACCESS_REFUSED,
    &code::ANSWER_HIDDEN_BY_CLIENT,
    &code::CONNECT_REFUSED,
    &code::ENROLLMENT_NOT_FOUND,
    &code::SUBSCRIPTION_REFUSED,
];

impl Explanation {
    /// Explains a text of any size by what is in it, and by the files of `inputs`.
    ///
    /// The registration ID is taken from the text where `inputs` has none. `place` is where the text came from; lines
    /// and columns are added to it. Secrets in the text are masked before it is read.
    #[must_use]
    pub fn of_text(text: &[u8], place: &Place, inputs: &Inputs) -> Self {
        let text = Text::new(text);
        let facts = facts(&text);
        let mut occurrences = Occurrences::of(&facts, &text);
        occurrences.look_at_the_clock(&text, inputs.at);
        let place = |at: usize| {
            let (line, column) = text.position(at);
            place.clone().line(line).column(column)
        };
        let files = Files::check(inputs, occurrences.device.as_ref());
        let hints: Vec<Hint> = occurrences
            .hints
            .iter()
            .map(|(cause, at)| Hint {
                cause,
                place: place(*at),
                found: printable(text.excerpt(*at, *at).as_bytes()),
            })
            .collect();
        let mut happenings: Vec<(bool, Happening)> = occurrences
            .events
            .iter()
            .map(|event| {
                let excerpt = printable(text.excerpt(event.at.start, event.at.end).as_bytes());
                let draft = Draft::of(event, excerpt);
                (draft.is_vague, draft.happening(event, place(event.at.start), &hints, &files))
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
        // Nothing that TLS says can be trusted before the clock is right and nobody stands between.
        let is_asked =
            happenings.iter().any(|(_, happening)| REFUSALS.contains(&happening.finding.definition));
        let is_first =
            |hint: &&Hint| (is_cause(hint) && hint.is_before_all()) || (is_asked && hint.is_unfilled());
        let before_all = hints.iter().filter(is_first).find_map(Hint::alone);
        let is_shown = |hint: &&Hint| !is_cause(hint) && !hint.is_unfilled();
        let shown = hints.iter().filter(is_shown).find_map(Hint::alone);
        let says_little = |(is_vague, happening): &(bool, Happening)| {
            *is_vague || happening.finding.definition == &code::ANSWER_HIDDEN_BY_CLIENT
        };
        if let Some(shown) = shown.filter(|_| happenings.iter().all(says_little)) {
            for (_, happening) in &mut happenings {
                happening.finding.caused_by.get_or_insert(shown.finding.definition.code);
            }
            happenings.insert(0, (false, shown));
        }
        // Stable: within either kind the order of the text stays. What a device shows of itself comes behind what it was told.
        let is_of_itself =
            |happening: &Happening| happening.finding.definition == &code::SHARED_DEMO_IDENTITY;
        // What somebody tells of what was tried before comes behind what a program printed.
        let is_told = |happening: &Happening| {
            happening.finding.place.line.is_some_and(|line| prose::is_prose(text.line_text(line)))
        };
        // What was got over comes behind what was not: the newest failure is the one to mend.
        let overcome = occurrences.overcome();
        let is_overcome =
            |happening: &Happening| happening.finding.place.line.is_some_and(|line| overcome.contains(&line));
        order::by_key(&mut happenings, |(is_vague, happening)| {
            (*is_vague, is_overcome(happening), is_of_itself(happening), is_told(happening))
        });
        if let Some(first) = before_all {
            for (_, happening) in &mut happenings {
                happening.causes.retain(|cause| cause.finding.definition != first.finding.definition);
            }
            happenings.insert(0, (false, first));
        }
        let happenings: Vec<Happening> = happenings.into_iter().map(|(_, happening)| happening).collect();
        let assigned = occurrences.assigned.map(|(hub, device_id, at)| Assigned {
            hub: printable(hub.as_bytes()),
            device_id: device_id.map(|id| printable(id.as_bytes())),
            place: place(at),
        });
        let device =
            occurrences.device.map(|(id_scope, registration_id)| DeviceNames { id_scope, registration_id });
        let elsewhere = occurrences
            .elsewhere
            .iter()
            .map(|(what, definition, at)| Elsewhere {
                what: printable(what.as_bytes()),
                definition,
                place: place(*at),
            })
            .collect();
        let reached = occurrences.stage.map(|(stage, at)| Reached { what: reached(stage), place: place(at) });
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
        // Without a message the code says what all of them have in common: that is told first, as in a log.
        let alone = answer(None).to_finding().code();
        order::by_key(&mut answers, |answer| answer.to_finding().code() != alone);
        let files = Files::check(inputs, None);
        let happening = |answer: Box<Answer>| {
            let what = What::Refused(answer);
            let event = Event { what, at: 0..0, line: 0, times: 1, goes_on: false, peer: None };
            Draft::of(&event, String::new()).happening(&event, Place::default(), &[], &files)
        };
        Self { happenings: answers.into_iter().map(happening).collect(), ..Self::default() }.with(&files)
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

/// How far a client came, as a sentence.
const fn reached(stage: Stage) -> &'static str {
    match stage {
        Stage::Connected => "The client came through TLS and CONNECT; registering is next.",
        Stage::Assigned => "DPS assigned the device; the IoT hub is next.",
        Stage::HubConnected => "The client came as far as the IoT hub, which let it in.",
    }
}
