//! From an answer of the service to a finding: what happened, why, what to do next.

use super::{Answer, Channel};
use crate::finding::{Definition, Finding, catalogue};

/// What one kind of refusal means.
struct Meaning {
    definition: &'static Definition,
    cause: &'static str,
    next_step: &'static str,
}

impl Meaning {
    const fn new(definition: &'static Definition, cause: &'static str, next_step: &'static str) -> Self {
        Self { definition, cause, next_step }
    }
}

static REGISTRATION_ID_INVALID: Meaning = Meaning::new(
    &catalogue::REGISTRATION_ID_REFUSED,
    "the service does not take this registration ID or the body of the request",
    "Use only letters, digits, '-', '.', '_' and ':' in the certificate's CN, and try lower case: \
     the service of 2018 refused upper case.",
);
static CUSTOM_ALLOCATION_FAILED: Meaning = Meaning::new(
    &catalogue::CUSTOM_ALLOCATION_FAILED,
    "the custom allocation function answered with an error or with a body that DPS cannot read",
    "Look at the log of the function that the enrollment names; the device and its certificate are not the cause.",
);
static NO_HUB: Meaning = Meaning::new(
    &catalogue::NO_HUB_TO_ASSIGN,
    "no IoT hub is linked to this DPS instance, or the allocation policy chose none",
    "Link an IoT hub to the DPS instance, and select it in the enrollment.",
);
static HUB_UNAUTHORIZED: Meaning = Meaning::new(
    &catalogue::HUB_REFUSED_DPS,
    "the IoT hub or the custom allocation function refused DPS, not the device",
    "Unlink and link the IoT hub again, so that DPS holds its present policy key; with custom allocation, check the function's key.",
);
static UNAUTHORIZED: Meaning = Meaning::new(
    &catalogue::NO_ENROLLMENT_FOR_THIS_IDENTITY,
    "no enrollment fits this identity",
    "Check that an enrollment exists whose ID is the leaf's CN (individual) or whose CA signed the leaf's chain (group), \
     and that the leaf that was uploaded is the one the device sends.",
);
static INVALID_CERTIFICATE: Meaning = Meaning::new(
    &catalogue::CERTIFICATE_REFUSED,
    "the certificate is not the enrolled one, has expired, lacks the clientAuth usage, or its CA is not verified",
    "Individual enrollment: upload the leaf itself again. Group: upload and verify the CA that signed the leaf's chain.",
);
static CA_NOT_FOUND: Meaning = Meaning::new(
    &catalogue::CA_CERTIFICATE_NOT_FOUND,
    "DPS cannot lead the certificates that were sent to a CA it has verified",
    "Send the leaf followed by its intermediates, up to but not including the CA that was uploaded; \
     and check that this CA is uploaded and verified.",
);
static SIGNING_CERTIFICATE_NOT_IN_CHAIN: Meaning = Meaning::new(
    &catalogue::GROUP_CERTIFICATE_NOT_IN_CHAIN,
    "the certificate of the enrollment group is not in the chain that was sent",
    "Put the intermediate that signed the leaf into the enrollment group, or send the chain that belongs to the group.",
);
static ACCESS_REFUSED: Meaning = Meaning::new(
    &catalogue::ACCESS_REFUSED,
    "the service refuses this identity; its words fit several causes",
    "Compare the enrollment with the certificates that the device sends, then look at the link to the IoT hub.",
);
static FORBIDDEN: Meaning = Meaning::new(
    &catalogue::FORBIDDEN,
    "the service forbids this; an IP filter or a quota are possible, neither is shown",
    "Look at the DPS instance's network settings and quotas; for a support ticket give the tracking ID.",
);
static ENROLLMENT_NOT_FOUND: Meaning = Meaning::new(
    &catalogue::ENROLLMENT_NOT_FOUND,
    "the DPS instance of this ID scope has no enrollment for this device",
    "Check the ID scope, and create the enrollment if it is not there.",
);
static OPERATION_NOT_FOUND: Meaning = Meaning::new(
    &catalogue::OPERATION_NOT_FOUND,
    "the service does not know the operation (any more), also after registering again",
    "Register again later; for a support ticket give the tracking ID.",
);
static THROTTLED: Meaning = Meaning::new(
    &catalogue::THROTTLED,
    "the service takes no more requests at the moment",
    "Try again after the time that the service names; spread the start of many devices over time.",
);
static SERVICE_FAULT: Meaning = Meaning::new(
    &catalogue::SERVICE_FAULT,
    "the service failed by itself",
    "Try again later; if it lasts, open a ticket with the tracking ID.",
);
static DISABLED: Meaning = Meaning::new(
    &catalogue::ENROLLMENT_DISABLED,
    "the enrollment that fits this device is disabled",
    "Enable the enrollment (or the group), if this device is meant to be provisioned.",
);
static OPERATION_FAILED: Meaning = Meaning::new(
    &catalogue::OPERATION_FAILED,
    "the operation failed, without a code",
    "Look at the message and at the DPS instance's log; for a support ticket give the registration ID and the time.",
);
static UNKNOWN_CODE: Meaning = Meaning::new(
    &catalogue::REFUSED,
    "this code is in no document and no trace known here; only its class can be told",
    "Look at the message and at the enrollment; for a support ticket give the tracking ID.",
);
static CONNACK_REFUSED: Meaning = Meaning::new(
    &catalogue::CONNECT_REFUSED,
    "the server refuses the MQTT connection",
    "Check client ID (the registration ID) and user name (ID scope and registration ID), then enrollment and chain: \
     in 2018 DPS answered a leaf without its intermediates this way.",
);
static SUBSCRIBE_REFUSED: Meaning = Meaning::new(
    &catalogue::SUBSCRIPTION_REFUSED,
    "the server refuses the subscription to the response topic",
    "Check that the endpoint is DPS and not another MQTT broker; DPS allows just this filter.",
);

impl Answer {
    /// The refusal as a finding: what the service said, what that means, what to do next.
    #[must_use]
    pub fn to_finding(&self) -> Finding {
        let meaning = self.meaning();
        let mut finding = Finding::new(
            meaning.definition,
            format!("DPS answered {self}: {}.", meaning.cause),
            meaning.next_step,
        );
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

    fn meaning(&self) -> &'static Meaning {
        match self.channel {
            Channel::Connack => return &CONNACK_REFUSED,
            Channel::Suback => return &SUBSCRIBE_REFUSED,
            Channel::Request | Channel::Operation => {}
        }
        // The hub's own refusal is passed on inside the message, whatever the code (azure-iot-sdk-c#1789).
        if self.says("IotHubUnauthorizedAccess") {
            return &HUB_UNAUTHORIZED;
        }
        let Some(code) = self.code else { return self.meaning_without_code() };
        match code {
            400_004 => &REGISTRATION_ID_INVALID,
            400_207 => &CUSTOM_ALLOCATION_FAILED,
            400_208 => &NO_HUB,
            400_209 => &HUB_UNAUTHORIZED,
            401_000 => &UNAUTHORIZED,
            401_002 if self.says("Invalid certificate") => &INVALID_CERTIFICATE,
            401_002 if self.says("CA certificate not found") => &CA_NOT_FOUND,
            401_002 if self.says("Signing certificate info") => &SIGNING_CERTIFICATE_NOT_IN_CHAIN,
            401_002 => &ACCESS_REFUSED,
            404_203 => &OPERATION_NOT_FOUND,
            403_000..=403_999 => &FORBIDDEN,
            404_200..=404_299 => &ENROLLMENT_NOT_FOUND,
            429_000..=429_999 => &THROTTLED,
            500_000..=599_999 => &SERVICE_FAULT,
            _ => &UNKNOWN_CODE,
        }
    }

    fn meaning_without_code(&self) -> &'static Meaning {
        match (self.channel, self.status, self.operation_status.as_deref()) {
            (_, _, Some("disabled")) => &DISABLED,
            (Channel::Operation, ..) => &OPERATION_FAILED,
            (_, 401, _) => &ACCESS_REFUSED,
            (_, 403, _) => &FORBIDDEN,
            (_, 404, _) => &ENROLLMENT_NOT_FOUND,
            (_, 429, _) => &THROTTLED,
            (_, 500.., _) => &SERVICE_FAULT,
            _ => &UNKNOWN_CODE,
        }
    }

    fn says(&self, words: &str) -> bool {
        self.message.as_ref().is_some_and(|message| message.contains(words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::known;

    fn code_of(answer: &Answer) -> &'static str {
        answer.to_finding().code()
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
