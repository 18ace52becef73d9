//! A fault as it is written in TOML.

use std::time::Duration;

use dps_x509_core::text::Quoted;
use serde::Deserialize;

use super::{Action, Alert, Fault, Stage, When};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct FaultEntry {
    device: Option<String>,
    stage: Stage,
    /// From 1.
    occurrence: Option<u32>,
    times: Option<u32>,
    /// Percent.
    chance: Option<u8>,
    kind: String,
    /// For `delay` and `trickle`.
    seconds: Option<f64>,
    /// For `retry-after` and `throttled`, in seconds.
    retry_after: Option<u64>,
    /// For `connack`.
    code: Option<u8>,
    /// For `tls-alert`.
    alert: Option<String>,
}

/// A delay is no longer than this.
const MAX_DELAY: f64 = 3600.0;
/// Does not fit into 32 bits.
const HUGE: u64 = 5_000_000_000;

impl FaultEntry {
    /// The fault, or what is wrong with the entry.
    pub(crate) fn fault(&self) -> Result<Fault, String> {
        let action = self.action()?;
        self.refuse_foreign_keys(&action)?;
        if !fits(&action, self.stage) {
            return Err(format!("{} cannot happen at the stage {}", action.as_str(), self.stage));
        }
        if matches!(self.stage, Stage::Tls | Stage::Upgrade) && self.device.is_some() {
            return Err(format!("at the stage {} it is not known yet which device it is", self.stage));
        }
        Ok(Fault { device: self.device.clone(), stage: self.stage, when: self.when()?, action })
    }

    fn when(&self) -> Result<When, String> {
        match (self.occurrence, self.times, self.chance) {
            (None, None, None) => Ok(When::Always),
            (None, None, Some(percent @ 0..=100)) => Ok(When::Chance(percent)),
            (None, None, Some(_)) => Err("chance is in percent, 0 to 100".to_owned()),
            (Some(0), ..) => Err("occurrences are counted from 1".to_owned()),
            (first, count, None) => Ok(When::From { first: first.unwrap_or(1), count: count.unwrap_or(1) }),
            _ => Err("chance does not go together with occurrence or times".to_owned()),
        }
    }

    /// What takes `seconds` does not do without.
    fn time(&self) -> Result<Duration, String> {
        match self.seconds {
            Some(seconds) if (0.0..=MAX_DELAY).contains(&seconds) => Ok(Duration::from_secs_f64(seconds)),
            _ => Err(format!("{} needs seconds, 0 to {MAX_DELAY}", self.kind)),
        }
    }

    fn action(&self) -> Result<Action, String> {
        let retry_after = |default| Duration::from_secs(self.retry_after.unwrap_or(default));
        Ok(match self.kind.as_str() {
            "delay" => Action::Delay(self.time()?),
            "trickle" => Action::Trickle(self.time()?),
            "drop" => Action::Drop,
            "close" => Action::Close,
            "half" => Action::Half,
            "garbage" => Action::Garbage,
            "oversize" => Action::Oversize,
            "reset" => Action::Reset,
            "duplicate" => Action::Duplicate,
            "wrong-rid" => Action::WrongRid,
            "reordered-query" => Action::ReorderedQuery,
            "no-retry-after" => Action::NoRetryAfter,
            "retry-after" => Action::RetryAfter(retry_after(HUGE)),
            "malformed-json" => Action::MalformedJson,
            "unknown-status" => Action::UnknownStatus,
            "throttled" => Action::Throttled(retry_after(10)),
            "internal-error" => Action::InternalError,
            "failed-operation" => Action::FailedOperation,
            "connack" => match self.code.unwrap_or(5) {
                code @ 1..=5 => Action::Connack(code),
                _ => return Err("the codes of CONNACK that refuse are 1 to 5".to_owned()),
            },
            "tls-alert" => {
                let word = self.alert.as_deref().unwrap_or(Alert::UnknownCa.as_str());
                let alert = Alert::ALL.into_iter().find(|alert| alert.as_str() == word);
                Action::TlsAlert(alert.ok_or_else(|| {
                    let words = Alert::ALL.map(Alert::as_str).join(", ");
                    format!("the alert {} is none of {words}", Quoted(word))
                })?)
            }
            "expired-certificate" => Action::ExpiredCertificate,
            "wrong-host" => Action::WrongHost,
            other => return Err(format!("there is no kind of fault called {}", Quoted(other))),
        })
    }

    fn refuse_foreign_keys(&self, action: &Action) -> Result<(), String> {
        let foreign = [
            ("seconds", self.seconds.is_some() && !matches!(action, Action::Delay(_) | Action::Trickle(_))),
            (
                "retry-after",
                self.retry_after.is_some() && !matches!(action, Action::RetryAfter(_) | Action::Throttled(_)),
            ),
            ("code", self.code.is_some() && !matches!(action, Action::Connack(_))),
            ("alert", self.alert.is_some() && !matches!(action, Action::TlsAlert(_))),
        ];
        match foreign.iter().find(|(_, is_foreign)| *is_foreign) {
            Some((key, _)) => Err(format!("{} has no {key}", action.as_str())),
            None => Ok(()),
        }
    }
}

/// Whether something can go wrong there in this way.
fn fits(action: &Action, stage: Stage) -> bool {
    let is_connect = matches!(stage, Stage::Connect | Stage::HubConnect);
    let is_request = matches!(stage, Stage::Register | Stage::Poll);
    match action {
        Action::Delay(_) | Action::Reset => true,
        Action::Close => stage != Stage::Disconnect,
        Action::TlsAlert(_) | Action::ExpiredCertificate | Action::WrongHost => stage == Stage::Tls,
        Action::Drop | Action::Garbage | Action::Oversize => stage != Stage::Tls,
        Action::Half | Action::Duplicate | Action::Trickle(_) => {
            !matches!(stage, Stage::Tls | Stage::Disconnect)
        }
        Action::Connack(_) => is_connect,
        Action::WrongRid | Action::ReorderedQuery | Action::MalformedJson => {
            is_request || stage == Stage::Twin
        }
        _ => is_request,
    }
}
