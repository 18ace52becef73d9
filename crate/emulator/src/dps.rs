//! The service itself: registrations and operations, whatever protocol they come by.

mod administration;
mod devices;
mod enrolled;
mod operations;
mod spoil;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use dps_x509_core::service::known::{self, Known};
use rustls::pki_types::UnixTime;

use administration::Proofs;
pub(crate) use administration::{DeleteError, UploadError};
pub(crate) use enrolled::{Enrolled, EnrollmentError, EnrollmentKind};

use crate::{
    behaviour, body,
    certificate::Presented,
    config::{Config, Refusals},
    fault::{Happening, Script, Stage},
    hub::{self, HubUserName, Hubs, NotAdmitted},
    issuance::Issuance,
    journal::{Journal, Record, State, Ticket},
    json,
    matching::{self, Applicant, Decision, Verdict},
    operation::{Operation, Operations},
    registration::Registrations,
    session::Now,
    throttle::{self, Throttle},
};

/// Malformed JSON: the code was seen with these words, not for this cause.
const BAD_REQUEST: Known = Known { message: "BadRequest", ..known::INVALID_REGISTRATION_ID };

/// One emulated DPS instance at work.
#[derive(Debug)]
pub(crate) struct Dps {
    /// In force: [`Self::given`] with all that was added since.
    config: Mutex<Arc<Config>>,
    /// As it was configured last.
    given: Mutex<Config>,
    enrolled: Mutex<Enrolled>,
    script: Mutex<Arc<Script>>,
    operations: Mutex<Operations>,
    registrations: Mutex<Registrations>,
    proofs: Mutex<Proofs>,
    throttle: Mutex<Throttle>,
    issuance: Issuance,
    hubs: Arc<Hubs>,
    /// Where a folder was given.
    journal: Option<Arc<Journal>>,
}

/// What became of a request.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Why, where there was something to decide.
    pub(crate) decision: Option<Decision>,
    pub(crate) reply: Reply,
    /// What has to last before the answer goes out.
    pub(crate) ticket: Option<Ticket>,
    /// What goes wrong with the answer on its way.
    pub(crate) happenings: Vec<Happening>,
}

/// An answer, for MQTT or HTTP alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    /// The status of the response topic, an HTTP status code.
    pub(crate) status: u16,
    pub(crate) retry_after: Option<Duration>,
    /// JSON.
    pub(crate) body: String,
}

impl Outcome {
    /// An answer with nothing more to tell.
    pub(crate) const fn of(reply: Reply) -> Self {
        Self { decision: None, reply, ticket: None, happenings: Vec::new() }
    }
}

impl Dps {
    pub(crate) fn new(config: Config) -> Self {
        let script = script(&config);
        Self {
            given: Mutex::new(config.clone()),
            config: Mutex::new(Arc::new(config)),
            enrolled: Mutex::default(),
            script: Mutex::new(Arc::new(script)),
            operations: Mutex::default(),
            registrations: Mutex::default(),
            proofs: Mutex::default(),
            throttle: Mutex::default(),
            issuance: Issuance::default(),
            hubs: Arc::default(),
            journal: None,
        }
    }

    /// Goes on where a journal ends, and writes to it.
    pub(crate) fn with_journal(mut self, journal: Journal, state: State) -> Self {
        let mut operations: Vec<Operation> = state.operations.into_values().collect();
        operations.sort_by_key(|operation| operation.created);
        operations.into_iter().for_each(|operation| lock(&self.operations).insert(operation));
        let registrations = state.registrations.into_values();
        registrations.for_each(|registration| lock(&self.registrations).insert(registration));
        lock(&self.proofs).restore(state.verified, &state.uploaded);
        let config = Config::clone(&self.config());
        *lock(&self.enrolled) = state.enrolled;
        let journal = Arc::new(journal);
        self.hubs = Arc::new(Hubs::restore(Arc::clone(&journal), state.devices, state.feedback));
        self.journal = Some(journal);
        self.configure(config);
        self
    }

    /// The hubs that devices are assigned to.
    pub(crate) const fn hubs(&self) -> &Arc<Hubs> {
        &self.hubs
    }

    /// Issues certificates from a CA of its own.
    pub(crate) fn with_issuance(self, issuance: Issuance) -> Self {
        Self { issuance, ..self }
    }

    /// Why nothing that has to last is acknowledged at the moment.
    pub(crate) fn state_failure(&self) -> Option<String> {
        self.journal.as_ref().and_then(|journal| journal.failure())
    }

    /// Writes what is left, and lets the folder go.
    pub(crate) fn close_journal(&self) {
        if let Some(journal) = &self.journal {
            journal.close();
        }
    }

    /// Records are written in the order of these calls, so whoever makes a change calls under its lock.
    fn append(&self, record: impl FnOnce() -> Record) -> Option<Ticket> {
        self.journal.as_ref().map(|journal| journal.append(&record()))
    }

    /// Replaces the configuration; operations that were started stay as they are.
    pub(crate) fn configure(&self, mut config: Config) {
        // Held to the end, so that nothing is verified or enrolled in between and forgotten.
        let (proofs, enrolled) = (lock(&self.proofs), lock(&self.enrolled));
        *lock(&self.given) = config.clone();
        proofs.mark(&mut config);
        enrolled::add(&enrolled, &mut config);
        *lock(&self.script) = Arc::new(script(&config));
        *lock(&self.config) = Arc::new(config);
        drop((proofs, enrolled));
    }

    /// What is in force without what the service enrolled.
    fn base(&self, proofs: &Proofs) -> Config {
        let mut config = lock(&self.given).clone();
        proofs.mark(&mut config);
        let in_force = self.config();
        (config.seed, config.faults) = (in_force.seed, in_force.faults.clone());
        config
    }

    /// What goes wrong.
    pub(crate) fn script(&self) -> Arc<Script> {
        Arc::clone(&lock(&self.script))
    }

    /// Counts an answer to a device and tells what goes wrong with it.
    pub(crate) fn faults(&self, stage: Stage, device: &str) -> Vec<Happening> {
        self.script().next(stage, device)
    }

    /// `PUT …/iotdps-register`
    pub(crate) fn register(&self, device: Applicant<'_>, body: &[u8], now: Now) -> Outcome {
        let happenings = self.faults(Stage::Register, device.registration_id);
        let limits = self.config().throttling;
        let mut ticket = None;
        let (decision, reply) = if let Some(reply) = self.instead(&happenings, device, now.wall) {
            (None, reply)
        } else if let Err(wait) = lock(&self.throttle).register(limits, now.instant) {
            self.throttled(device, "there were too many registrations in the last minute", wait, now)
        } else {
            let (decision, reply) = self.decide(device, body, now.wall, &mut ticket);
            (Some(decision), reply)
        };
        Outcome { decision, reply: spoil::spoil(reply, &happenings), ticket, happenings }
    }

    /// `GET …/iotdps-get-operationstatus`. There is a decision only where the operation is not found.
    pub(crate) fn operation_status(&self, device: Applicant<'_>, operation_id: &str, now: Now) -> Outcome {
        let happenings = self.faults(Stage::Poll, device.registration_id);
        let limits = self.config().throttling;
        let mut ticket = None;
        let (decision, reply) = if let Some(reply) = self.instead(&happenings, device, now.wall) {
            (None, reply)
        } else if let Err(wait) = lock(&self.throttle).poll(limits, device.registration_id, now.instant) {
            self.throttled(device, "the device polled too often in the last ten seconds", wait, now)
        } else {
            self.look_up(device, operation_id, now.wall, &mut ticket)
        };
        Outcome { decision, reply: spoil::spoil(reply, &happenings), ticket, happenings }
    }

    fn throttled(
        &self,
        device: Applicant<'_>,
        evidence: &str,
        wait: Duration,
        now: Now,
    ) -> (Option<Decision>, Reply) {
        let (known, behaviour) = (known::THROTTLED, &behaviour::THROTTLED);
        let decision = Decision::refuse(device, &known, behaviour).because(evidence.to_owned());
        let reply = refusal(known.code, known.message, behaviour, now.wall);
        (Some(decision), Reply { retry_after: Some(throttle::whole_seconds(wait)), ..reply })
    }

    /// The registration of a device, for itself to look up.
    pub(crate) fn registration(&self, device: Applicant<'_>, now: SystemTime) -> Outcome {
        let mut decision = matching::decide(&self.config(), device, unix_time(now));
        if let Verdict::Refused { code, message } = &decision.verdict {
            let reply = refusal(*code, message, decision.behaviour, now);
            return Outcome { decision: Some(decision), ..Outcome::of(reply) };
        }
        if let Some(registration) = lock(&self.registrations).get(device.registration_id) {
            let body = body::registration(registration);
            return Outcome::of(Reply { status: 200, retry_after: None, body });
        }
        let (known, behaviour) = (known::ENROLLMENT_NOT_FOUND, &behaviour::NOT_REGISTERED);
        decision = Decision::refuse(device, &known, behaviour);
        let reply = refusal(known.code, known.message, behaviour, now);
        Outcome { decision: Some(decision), ..Outcome::of(reply) }
    }

    /// A request that cannot be understood.
    pub(crate) fn refuse_request(&self, device: Applicant<'_>, evidence: &str, now: SystemTime) -> Outcome {
        let decision = Decision::refuse(device, &BAD_REQUEST, &behaviour::BODY).because(evidence.to_owned());
        let reply = refusal(BAD_REQUEST.code, BAD_REQUEST.message, &behaviour::BODY, now);
        Outcome { decision: Some(decision), ..Outcome::of(reply) }
    }

    fn decide(
        &self,
        device: Applicant<'_>,
        body: &[u8],
        now: SystemTime,
        ticket: &mut Option<Ticket>,
    ) -> (Decision, Reply) {
        let config = self.config();
        let (mut decision, csr) = match self.read_body(device, body) {
            Err(refusal) => (*refusal, None),
            Ok(body) => (matching::decide(&config, device, unix_time(now)), body.csr),
        };
        let issued = csr.map(|csr| self.issue(device, &csr, &mut decision)).unwrap_or_default();
        if json::zeros(body) > 0 {
            decision.notes.push(&behaviour::ZEROS);
        }
        if config.refusals == Refusals::Operation {
            decision.fail_later();
        }
        let reply = self.start(&config, device, (&decision, issued), now, ticket);
        (decision, reply)
    }

    /// Whether CONNECT itself is refused, in the mode that does so, and why.
    pub(crate) fn refuse_connect(&self, device: Applicant<'_>, now: SystemTime) -> Option<Decision> {
        let config = self.config();
        if config.refusals != Refusals::Connack {
            return None;
        }
        let mut decision = matching::decide(&config, device, unix_time(now));
        decision.notes.push(&behaviour::REFUSALS_CONNACK);
        decision.is_unauthorized().then_some(decision)
    }

    /// Whether the assigned hub lets a device in.
    pub(crate) fn admit_to_hub(
        &self,
        user_name: &HubUserName,
        presented: Option<&Presented>,
        now: SystemTime,
    ) -> Result<(), NotAdmitted> {
        let registrations = lock(&self.registrations);
        let registration = registrations.of_device(&user_name.host, &user_name.device_id);
        let identity = self.hubs.identity(&user_name.host, &user_name.device_id);
        let known = (identity.as_ref(), registration);
        hub::admit(&self.config(), user_name, known, presented, unix_time(now))
    }

    fn config(&self) -> Arc<Config> {
        Arc::clone(&lock(&self.config))
    }

    fn read_body(&self, device: Applicant<'_>, body: &[u8]) -> Result<body::Register, Box<Decision>> {
        let is_other = |named: &&String| !named.eq_ignore_ascii_case(device.registration_id);
        let evidence = match body::Register::parse(body) {
            Ok(body) => match body.registration_id.as_ref().filter(is_other) {
                None => return Ok(body),
                Some(other) => format!("the body names the registration ID {other:?}"),
            },
            Err(error) => error,
        };
        Err(Box::new(Decision::refuse(device, &BAD_REQUEST, &behaviour::BODY).because(evidence)))
    }

    /// The certificates for a CSR, if the enrollment that decided issues any.
    fn issue(&self, device: Applicant<'_>, csr: &str, decision: &mut Decision) -> Vec<String> {
        if !matches!(decision.verdict, Verdict::Assigned { .. }) {
            return Vec::new();
        }
        let ignored = if device.api_version.is_before_issuance() {
            Some(&behaviour::CSR_TOO_EARLY)
        } else {
            (!decision.issues_certificates).then_some(&behaviour::CSR_IGNORED)
        };
        if let Some(behaviour) = ignored {
            decision.notes.push(behaviour);
            return Vec::new();
        }
        match self.issuance.issue(csr, device.registration_id) {
            Ok(chain) => {
                decision.notes.push(&behaviour::CSR);
                chain
            }
            Err(evidence) => {
                *decision = Decision::refuse(device, &BAD_REQUEST, &behaviour::CSR_REFUSED).because(evidence);
                Vec::new()
            }
        }
    }
}

fn script(config: &Config) -> Script {
    Script::new(config.seed, config.faults.clone())
}

fn refusal(code: u32, message: &str, behaviour: &'static behaviour::Behaviour, now: SystemTime) -> Reply {
    let status = u16::try_from(code / 1000).unwrap_or(500);
    Reply { status, retry_after: None, body: body::error(code, message, behaviour, now) }
}

fn unix_time(now: SystemTime) -> UnixTime {
    UnixTime::since_unix_epoch(now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default())
}

/// Nothing that is done under these locks can leave them half-changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
