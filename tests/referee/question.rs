//! Questions: a hierarchy that is right, and one thing or two that are wrong with it.

use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519};

use crate::{
    certificate::{CLIENT_AUTH, DIGITAL_SIGNATURE, KEY_CERT_SIGN, Spec, name},
    change::CHANGES,
};

/// When all of them are asked: 2027-01-01.
pub(crate) const AT: i64 = 1_798_761_600;

const BEGIN: &str = "20190101000000Z";
const END: &str = "20400101000000Z";

/// One question: what is sent, and what the service has.
pub(crate) struct Question {
    /// What is wrong, each with the level at which it is.
    pub(crate) wrong: Vec<(&'static str, usize)>,
    /// How many CAs stand above the device, and whether they have key identifiers.
    pub(crate) levels: usize,
    pub(crate) has_key_ids: bool,
    /// Which certificate the service has: its level, 0 is the device's.
    pub(crate) enrolled: usize,
    /// DER, the device's first.
    pub(crate) sent: Vec<Vec<u8>>,
    pub(crate) anchor: Vec<u8>,
}

/// The plan of one: level 0 is the device's, the last the root.
pub(crate) struct Plan {
    pub(crate) path: Vec<Spec>,
    /// What is sent besides the path below the anchor.
    pub(crate) besides: Vec<Spec>,
    /// What the service has, if it is not the certificate of the path.
    pub(crate) anchor: Option<Spec>,
    pub(crate) enrolled: usize,
    /// Levels that are not sent.
    pub(crate) missing: Vec<usize>,
    pub(crate) is_turned: bool,
    pub(crate) sends_all: bool,
    pub(crate) repeats: bool,
}

/// One of P-256 for each level and for those that are no level's, then one of P-384, and one of Ed25519.
pub(crate) fn keys() -> Vec<KeyPair> {
    let usual = [&PKCS_ECDSA_P256_SHA256; 7];
    let kinds = usual.into_iter().chain([&PKCS_ECDSA_P384_SHA384, &PKCS_ED25519]);
    kinds.map(|kind| KeyPair::generate_for(kind).unwrap()).collect()
}

fn plan(levels: usize, has_key_ids: bool, enrolled: usize) -> Plan {
    let subject = |level: usize| match level {
        0 => name("device-1"),
        level if level == levels => name("Root"),
        level => name(&format!("Intermediate {level}")),
    };
    let id = |level: usize| has_key_ids.then(|| u8::try_from(level + 1).unwrap());
    let path = (0..=levels).map(|level| {
        let above = (level + 1).min(levels);
        Spec {
            version: 3,
            serial: u8::try_from(level + 1).unwrap(),
            issuer: subject(above),
            subject: subject(level),
            not_before: BEGIN,
            not_after: END,
            key: level,
            signer: above,
            ca: Some((level > 0, None)),
            key_usage: Some(if level > 0 { KEY_CERT_SIGN } else { DIGITAL_SIGNATURE }),
            purposes: if level > 0 { Vec::new() } else { vec![CLIENT_AUTH] },
            subject_key_id: id(level),
            authority_key_id: id(above),
            authority: None,
            constraints: None,
            has_unknown_critical: false,
            is_changed: false,
            has_long_times: false,
            repeats_extension: false,
        }
    });
    Plan {
        path: path.collect(),
        besides: Vec::new(),
        anchor: None,
        enrolled,
        missing: Vec::new(),
        is_turned: false,
        sends_all: false,
        repeats: false,
    }
}

impl Plan {
    fn encode(&self, keys: &[KeyPair]) -> (Vec<Vec<u8>>, Vec<u8>) {
        let encoded: Vec<_> = self.path.iter().map(|spec| spec.encode(keys)).collect();
        let anchor = self.anchor.as_ref().map(|spec| spec.encode(keys));
        let anchor = anchor.unwrap_or_else(|| encoded[self.enrolled].clone());
        let until = if self.sends_all { encoded.len() } else { self.enrolled.max(1) };
        let levels = (0..until).filter(|level| !self.missing.contains(level));
        let mut above: Vec<_> = levels.skip(1).map(|level| encoded[level].clone()).collect();
        above.extend(self.besides.iter().map(|spec| spec.encode(keys)));
        if self.is_turned {
            above.reverse();
        }
        if self.repeats {
            above.extend(above.clone());
        }
        (std::iter::once(encoded[0].clone()).chain(above).collect(), anchor)
    }

    /// The certificate at a level, of those that are on the way to the anchor.
    pub(crate) fn on_way(&mut self, level: usize) -> Option<&mut Spec> {
        if level > self.enrolled { None } else { self.path.get_mut(level) }
    }

    /// The same for what has issued another.
    pub(crate) fn issuer(&mut self, level: usize) -> Option<&mut Spec> {
        if level == 0 { None } else { self.on_way(level) }
    }

    /// The same for what was issued by another one on the way.
    pub(crate) fn issued(&mut self, level: usize) -> Option<&mut Spec> {
        if level >= self.enrolled { None } else { self.on_way(level) }
    }
}

/// Every question: each hierarchy as it is, each change at each level, and `pairs` of two at once.
pub(crate) fn all(keys: &[KeyPair], pairs: usize) -> Vec<Question> {
    let mut out = Vec::new();
    let mut frames = Vec::new();
    for levels in 0..=4 {
        for has_key_ids in [true, false] {
            frames.extend((usize::from(levels > 0)..=levels).map(|enrolled| (levels, has_key_ids, enrolled)));
        }
    }
    let mut ask = |frame: &(usize, bool, usize), changes: &[(usize, usize)]| {
        let (levels, has_key_ids, enrolled) = *frame;
        let mut plan = plan(levels, has_key_ids, enrolled);
        let mut wrong = Vec::new();
        for &(change, level) in changes {
            let (name, change) = CHANGES[change];
            if !change(&mut plan, level) {
                return;
            }
            wrong.push((name, level));
        }
        let (sent, anchor) = plan.encode(keys);
        out.push(Question { wrong, levels, has_key_ids, enrolled, sent, anchor });
    };
    for frame in &frames {
        ask(frame, &[]);
        for change in 0..CHANGES.len() {
            (0..=frame.2).for_each(|level| ask(frame, &[(change, level)]));
        }
    }
    // Evenly spread over all pairs, the same in every run.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(below).unwrap()).unwrap()
    };
    for _ in 0..pairs {
        let frame = frames[next(frames.len())];
        let (one, two) = (next(CHANGES.len()), next(CHANGES.len()));
        ask(&frame, &[(one, next(frame.2 + 1)), (two, next(frame.2 + 1))]);
    }
    out
}
