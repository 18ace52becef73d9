//! From an answer of the service to a finding: what happened, why, what to do next.

use super::{Answer, Channel, ReturnCode};
use crate::finding::{Finding, say};

/// What the catalogue says of answers with certain codes.
struct Meaning {
    from: u32,
    /// Itself included.
    to: u32,
    /// Words that the service has to say with it.
    says: Option<&'static str>,
    finding: fn(&Answer) -> Finding,
}

include!(concat!(env!("OUT_DIR"), "/answers.rs"));

impl Answer {
    /// The refusal as a finding: what the service said, what that means, what to do next.
    #[must_use]
    pub fn to_finding(&self) -> Finding {
        let mut finding = self.meaning();
        let mut evidence = Vec::new();
        if let Some(tracking_id) = &self.tracking_id {
            evidence.push(format!("tracking ID {tracking_id}"));
        }
        if let Some(timestamp) = &self.timestamp {
            evidence.push(format!("at {timestamp}"));
        }
        if let Some(info) = &self.info {
            evidence.push(format!("info {info}"));
        }
        if !evidence.is_empty() {
            finding = finding.found(evidence.join(", "));
        }
        finding
    }

    fn meaning(&self) -> Finding {
        let answer = self;
        match self.channel {
            Channel::Connack => {
                let refused = match self.return_code().map(ReturnCode::number) {
                    Some(1) => say::ConnectRefused::Version { answer },
                    Some(2) => say::ConnectRefused::ClientId { answer },
                    Some(3) => say::ConnectRefused::Unavailable { answer },
                    _ => say::ConnectRefused::Identity { answer },
                };
                return refused.finding();
            }
            Channel::Suback => return say::SubscriptionRefused { answer }.finding(),
            Channel::Request | Channel::Operation => {}
        }
        // The hub's own refusal is passed on inside the message, whatever the code (azure-iot-sdk-c#1789).
        if self.says("IotHubUnauthorizedAccess") {
            return say::HubRefusedDps { answer }.finding();
        }
        let Some(code) = self.code else { return self.meaning_without_code() };
        let is_it = |meaning: &&Meaning| {
            (meaning.from..=meaning.to).contains(&code) && meaning.says.is_none_or(|words| self.says(words))
        };
        match MEANINGS.iter().find(is_it) {
            Some(meaning) => (meaning.finding)(answer),
            None => say::Refused { answer }.finding(),
        }
    }

    fn meaning_without_code(&self) -> Finding {
        let answer = self;
        match (self.channel, self.status, self.operation_status.as_deref()) {
            (_, _, Some("disabled")) => say::EnrollmentDisabled { answer }.finding(),
            (Channel::Operation, ..) => say::OperationFailed { answer }.finding(),
            (_, 401, _) => say::AccessRefused { answer }.finding(),
            (_, 403, _) => say::Forbidden { answer }.finding(),
            (_, 404, _) => say::EnrollmentNotFound { answer }.finding(),
            (_, 429, _) => say::Throttled { answer }.finding(),
            (_, 500.., _) => say::ServiceFault { answer }.finding(),
            _ => say::Refused { answer }.finding(),
        }
    }

    fn says(&self, words: &str) -> bool {
        self.message.as_ref().is_some_and(|message| message.contains(words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{finding::catalogue, service::known};

    fn code_of(answer: &Answer) -> &'static str {
        answer.to_finding().code()
    }

    #[test]
    fn a_return_code_of_connack_says_what_to_do_about_it() {
        for (status, word) in
            [(1, "3.1.1"), (2, "CN of the leaf"), (3, "pauses"), (4, "chain"), (5, "chain"), (9, "chain")]
        {
            let answer = Answer { channel: Channel::Connack, status, ..Answer::default() };
            let next = answer.to_finding().next_step.to_string();
            assert!(next.contains(word), "{status}: {next}");
        }
    }

    #[test]
    fn every_known_code_has_a_meaning_of_its_own() {
        for known in known::ALL {
            let answer = Answer {
                status: 401,
                code: Some(known.code),
                message: (!known.message.is_empty()).then(|| known.message.to_owned()),
                ..Answer::default()
            };
            assert_ne!(code_of(&answer), catalogue::REFUSED.code, "{known:?}");
        }
    }

    #[test]
    fn the_message_tells_the_causes_of_401002_apart() {
        let answer = |message: &str| Answer {
            status: 401,
            code: Some(401_002),
            message: Some(message.to_owned()),
            ..Answer::default()
        };
        assert_eq!(code_of(&answer("CA certificate not found.")), "DX707");
        assert_eq!(code_of(&answer("Invalid certificate")), "DX706");
        assert_eq!(code_of(&answer("Signing certificate info did not match chain elements.")), "DX708");
        assert_eq!(code_of(&answer("Unauthorized")), "DX709");
        assert_eq!(
            code_of(&answer("{\"Message\":\"ErrorCode:IotHubUnauthorizedAccess;Unauthorized\"}")),
            "DX704"
        );
    }

    #[test]
    fn without_a_code_the_class_decides() {
        let answer = |channel, status, operation_status: Option<&str>| Answer {
            channel,
            status,
            operation_status: operation_status.map(str::to_owned),
            ..Answer::default()
        };
        assert_eq!(code_of(&answer(Channel::Request, 404, None)), "DX711");
        assert_eq!(code_of(&answer(Channel::Request, 503, None)), "DX714");
        assert_eq!(code_of(&answer(Channel::Request, 418, None)), "DX717");
        assert_eq!(code_of(&answer(Channel::Operation, 200, Some("disabled"))), "DX715");
        assert_eq!(code_of(&answer(Channel::Operation, 200, Some("failed"))), "DX716");
        assert_eq!(code_of(&answer(Channel::Connack, 5, None)), "DX718");
        assert_eq!(code_of(&answer(Channel::Suback, 0x80, None)), "DX719");
    }

    #[test]
    fn a_failed_operation_is_judged_by_its_code() {
        let answer =
            Answer { channel: Channel::Operation, status: 200, code: Some(429_001), ..Answer::default() };
        assert!(answer.is_transient());
        let answer =
            Answer { channel: Channel::Operation, status: 200, code: Some(400_207), ..Answer::default() };
        assert!(!answer.is_transient());
    }
}
