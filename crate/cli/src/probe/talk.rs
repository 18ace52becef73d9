//! The end of the walk: WebSocket, CONNECT and SUBSCRIBE, and what they tell of the client certificate.

use std::sync::Arc;

use dps_x509_core::{
    explain,
    finding::{Naming, Severity},
    name::Transport,
    session::{
        Failure, FailureCause, Stage as SessionStage, TransportFailure, TransportFailureKind as Kind,
        probe::Probe,
    },
};
use dps_x509_net::{
    Connection,
    probe::{Conversation, converse},
};

use super::{
    look::Walk,
    plan::Device,
    stage::{Stage, Step, Verdict},
};

impl Walk {
    /// Talks as the device, or as nobody, and notes every step.
    pub(super) async fn talk(&mut self, line: Connection) {
        let plan = Arc::clone(&self.plan);
        let seed = dps_x509_net::seed();
        let said = match &plan.device {
            Some(Device { config, .. }) => {
                let mut config = config.clone();
                config.transport = self.transport;
                config.endpoint = self.endpoint.clone();
                config.timeout = self.left();
                converse(line, |now| Probe::device(config, seed, now)).await
            }
            None if self.transport == Transport::WebSocket => {
                let (endpoint, left) = (self.endpoint.clone(), self.left());
                converse(line, |now| Probe::upgrade(&endpoint, left, seed, now)).await
            }
            None => return line.close().await,
        };
        for (stage, took) in &said.passed {
            if let Some(step) = step(*stage) {
                self.stages.push(Stage::new(step, Verdict::Passed, self.praise(step)).took(*took));
            }
        }
        if let Err(failure) = &said.result {
            self.not_well(failure, &said);
        }
        let answered = !said.passed.is_empty()
            || matches!(
                &said.result,
                Ok(()) | Err(Failure { cause: FailureCause::Refused(_) | FailureCause::WebSocket(_), .. })
            );
        let certificate = self.stages.iter_mut().find(|stage| stage.step == Step::ClientCertificate);
        if let Some(stage) = certificate.filter(|stage| answered && stage.verdict == Verdict::NotReached) {
            stage.verdict = Verdict::Passed;
            stage.summary = "asked for, sent and accepted by TLS".to_owned();
        }
    }

    fn praise(&self, step: Step) -> String {
        match (step, &self.plan.device) {
            (Step::WebSocket, _) => "upgraded at /$iothub/websocket".to_owned(),
            (Step::Connect, Some(Device { config, .. })) => {
                format!("accepted, as {}", config.registration_id)
            }
            _ => "accepted".to_owned(),
        }
    }

    fn not_well(&mut self, failure: &Failure, said: &Conversation) {
        if let FailureCause::Transport(transport) = &failure.cause
            && matches!(transport.kind, Kind::Alert(alert) if alert.is_about_device())
        {
            let stage = if self.plan.prober.has_identity() {
                self.refused_in_tls(transport)
            } else {
                let summary = "asked for, and nothing goes on without it; none was given here";
                Stage::new(Step::ClientCertificate, Verdict::Passed, summary).fact("asked", true)
            };
            self.stages.retain(|stage| stage.step != Step::ClientCertificate);
            self.stages.push(stage);
            return;
        }
        let Some(step) = step(failure.stage) else { return };
        let plain = failure.to_finding(&self.endpoint);
        let stage = |verdict, summary: String| Stage::new(step, verdict, summary).took(said.took);
        let stage = match (&failure.cause, &self.plan.device) {
            (FailureCause::Refused(answer), Some(Device { files, .. })) => {
                let mut stage = stage(Verdict::Refused, format!("refused: {answer}"));
                stage.findings = explain::refusal(answer, files);
                if let Some(first) = stage.findings.first_mut() {
                    first.place = plain.place;
                }
                stage
            }
            _ => stage(Verdict::Failed, plain.message.said(Naming::CommandLine)).finding(plain),
        };
        self.stages.push(stage);
    }

    /// The device's certificate was answered with an alert; with what is wrong in its files.
    pub(super) fn refused_in_tls(&self, failure: &TransportFailure) -> Stage {
        let finding = failure.to_finding(&self.endpoint, &Step::ClientCertificate.title());
        let stage =
            Stage::new(Step::ClientCertificate, Verdict::Refused, finding.message.said(Naming::CommandLine));
        let mut stage = stage.fact("asked", true).finding(finding);
        if let Some(Device { files, .. }) = &self.plan.device {
            let wrong = files.findings.iter().filter(|finding| finding.severity == Severity::Error);
            stage.findings.extend(wrong.cloned());
        }
        stage
    }
}

const fn step(stage: SessionStage) -> Option<Step> {
    match stage {
        SessionStage::Upgrade => Some(Step::WebSocket),
        SessionStage::Connect => Some(Step::Connect),
        SessionStage::Subscribe => Some(Step::Subscribe),
        _ => None,
    }
}
