//! Questions: a hierarchy that is right, and one thing or two that are wrong with it.

use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256};

use crate::certificate::{
    ANY_PURPOSE, CLIENT_AUTH, DIGITAL_SIGNATURE, KEY_AGREEMENT, KEY_CERT_SIGN, Name, PRINTABLE, SERVER_AUTH,
    Spec, UTF8, name,
};

/// When all of them are asked: 2027-01-01.
pub(crate) const AT: i64 = 1_798_761_600;

const BEGIN: &str = "20190101000000Z";
const END: &str = "20400101000000Z";
const PAST: &str = "20260101000000Z";
const FUTURE: &str = "20300101000000Z";

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

/// What can be wrong at a level of a plan; `false` if it cannot be there.
pub(crate) type Change = (&'static str, fn(&mut Plan, usize) -> bool);

/// Keys of nobody, behind those of the levels.
const STRANGER: usize = 5;
const RENEWED: usize = 6;

pub(crate) fn keys() -> Vec<KeyPair> {
    (0..8).map(|_| KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap()).collect()
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
    fn on_way(&mut self, level: usize) -> Option<&mut Spec> {
        if level > self.enrolled { None } else { self.path.get_mut(level) }
    }

    /// The same for what has issued another.
    fn issuer(&mut self, level: usize) -> Option<&mut Spec> {
        if level == 0 { None } else { self.on_way(level) }
    }

    /// The same for what was issued by another one on the way.
    fn issued(&mut self, level: usize) -> Option<&mut Spec> {
        if level >= self.enrolled { None } else { self.on_way(level) }
    }
}

fn with(spec: Option<&mut Spec>, change: impl FnOnce(&mut Spec)) -> bool {
    spec.map(change).is_some()
}

/// The certificate that a stranger gives for the same name and key.
fn cross(spec: &Spec) -> Spec {
    Spec {
        serial: 60,
        issuer: name("Other Root"),
        signer: STRANGER,
        authority_key_id: spec.authority_key_id.map(|_| 60),
        ..spec.clone()
    }
}

fn change_text(name: &mut Name, change: impl Fn(&str) -> String) {
    for (_, _, text) in name.iter_mut().flatten() {
        *text = change(text);
    }
}

/// Everything that can be wrong, or only different.
pub(crate) const CHANGES: [Change; 48] = [
    ("issuer-has-another-name", |it, at| with(it.issued(at), |spec| spec.issuer = name("Somebody"))),
    ("issuer-in-one-set", |it, at| with(it.issued(at), |spec| spec.issuer = vec![spec.issuer.concat()])),
    ("issuer-in-other-order", |it, at| with(it.issued(at), |spec| spec.issuer.reverse())),
    ("issuer-as-printable-string", |it, at| {
        with(it.issued(at), |spec| spec.issuer.iter_mut().flatten().for_each(|it| it.1 = PRINTABLE))
    }),
    ("issuer-in-other-case", |it, at| {
        with(it.issued(at), |spec| change_text(&mut spec.issuer, str::to_uppercase))
    }),
    ("issuer-with-more-blanks", |it, at| {
        with(it.issued(at), |spec| {
            change_text(&mut spec.issuer, |text| format!(" {} ", text.replace(' ', "  ")))
        })
    }),
    ("umlaut-in-other-case", |it, at| {
        let is_there = with(it.issued(at), |spec| {
            change_text(&mut spec.issuer, |text| format!("{text} \u{c4}"));
        });
        let Some(above) = it.path.get_mut(at + 1).filter(|_| is_there) else { return false };
        change_text(&mut above.subject, |text| format!("{text} \u{e4}"));
        true
    }),
    ("issuer-with-one-attribute-less", |it, at| {
        with(it.issued(at), |spec| {
            spec.issuer.remove(0);
        })
    }),
    ("signed-by-a-stranger", |it, at| with(it.issued(at), |spec| spec.signer = STRANGER)),
    ("signature-changed", |it, at| with(it.on_way(at), |spec| spec.is_changed = true)),
    ("expired", |it, at| with(it.on_way(at), |spec| spec.not_after = PAST)),
    ("not-yet-valid", |it, at| with(it.on_way(at), |spec| spec.not_before = FUTURE)),
    ("ends-before-it-begins", |it, at| {
        with(it.on_way(at), |spec| (spec.not_before, spec.not_after) = (FUTURE, PAST))
    }),
    ("ends-after-2050", |it, at| with(it.on_way(at), |spec| spec.not_after = "99991231235959Z")),
    ("is-no-ca", |it, at| with(it.issuer(at), |spec| spec.ca = Some((false, None)))),
    ("does-not-say-whether-it-is-a-ca", |it, at| with(it.issuer(at), |spec| spec.ca = None)),
    ("says-nothing-of-signing", |it, at| {
        with(it.issuer(at), |spec| (spec.ca, spec.key_usage) = (None, None))
    }),
    ("version-1", |it, at| {
        with(it.issuer(at), |spec| (spec.version, spec.ca, spec.key_usage) = (1, None, None))
    }),
    ("without-key-usage", |it, at| with(it.on_way(at), |spec| spec.key_usage = None)),
    ("may-not-sign-certificates", |it, at| {
        with(it.issuer(at), |spec| spec.key_usage = Some(DIGITAL_SIGNATURE))
    }),
    ("path-length-0", |it, at| with(it.issuer(at), |spec| spec.ca = Some((true, Some(0))))),
    ("path-length-1", |it, at| with(it.issuer(at), |spec| spec.ca = Some((true, Some(1))))),
    ("for-servers-only", |it, at| with(it.on_way(at), |spec| spec.purposes = vec![SERVER_AUTH])),
    ("for-any-purpose", |it, at| with(it.on_way(at), |spec| spec.purposes = vec![ANY_PURPOSE])),
    ("for-clients-and-servers", |it, at| {
        with(it.on_way(at), |spec| spec.purposes = vec![SERVER_AUTH, CLIENT_AUTH])
    }),
    ("device-without-purpose", |it, at| at == 0 && with(it.on_way(0), |spec| spec.purposes.clear())),
    ("device-agrees-on-keys-only", |it, at| {
        at == 0 && with(it.on_way(0), |spec| spec.key_usage = Some(KEY_AGREEMENT))
    }),
    ("device-may-sign-certificates-only", |it, at| {
        at == 0 && with(it.on_way(0), |spec| spec.key_usage = Some(KEY_CERT_SIGN))
    }),
    ("device-is-a-ca", |it, at| at == 0 && with(it.on_way(0), |spec| spec.ca = Some((true, None)))),
    ("permits-the-device", |it, at| {
        with(it.issuer(at), |spec| spec.constraints = Some((Some(name("x")[..1].to_vec()), None)))
    }),
    ("permits-others", |it, at| {
        let other = vec![vec![(10, UTF8, "Other".to_owned())]];
        with(it.issuer(at), |spec| spec.constraints = Some((Some(other), None)))
    }),
    ("excludes-the-device", |it, at| {
        with(it.issuer(at), |spec| spec.constraints = Some((None, Some(name("device-1")))))
    }),
    ("unknown-critical-extension", |it, at| with(it.on_way(at), |spec| spec.has_unknown_critical = true)),
    ("asks-for-another-key-identifier", |it, at| {
        with(it.issued(at).filter(|spec| spec.authority_key_id.is_some()), |spec| {
            spec.authority_key_id = Some(77)
        })
    }),
    ("asks-for-another-serial-number", |it, at| {
        let Some(issuer) = it.path.get(at + 1).map(|above| above.issuer.clone()) else { return false };
        with(it.issued(at), |spec| spec.authority = Some((99, issuer)))
    }),
    ("asks-for-the-serial-number", |it, at| {
        let Some((serial, issuer)) = it.path.get(at + 1).map(|above| (above.serial, above.issuer.clone()))
        else {
            return false;
        };
        with(it.issued(at), |spec| spec.authority = Some((serial, issuer)))
    }),
    ("is-not-sent", |it, at| {
        let can_be = at > 0 && at < it.enrolled;
        it.missing.extend(can_be.then_some(at));
        can_be
    }),
    ("turned", |it, at| {
        it.is_turned = at == 0 && it.enrolled > 2;
        it.is_turned
    }),
    ("sends-everything", |it, at| {
        it.sends_all = at == 0 && it.enrolled > 0;
        it.sends_all
    }),
    ("sent-twice", |it, at| {
        it.repeats = at == 0 && it.enrolled > 1;
        it.repeats
    }),
    ("a-stranger-is-sent", |it, at| {
        let Some(mut spec) = it.issuer(at).map(|spec| spec.clone()) else { return false };
        (spec.key, spec.signer, spec.subject, spec.issuer) =
            (STRANGER, STRANGER, name("Stranger"), name("Stranger"));
        it.besides.push(spec);
        true
    }),
    // A CA made anew: the service, or the one who sends, has the other certificate of that name.
    ("remade-with-another-key", |it, at| {
        let Some(mut spec) = it.issuer(at).map(|spec| spec.clone()) else { return false };
        (spec.key, spec.serial) = (STRANGER, 50);
        spec.subject_key_id = spec.subject_key_id.map(|_| 50);
        if spec.signer == at {
            (spec.signer, spec.authority_key_id) = (STRANGER, spec.subject_key_id);
        }
        if at == it.enrolled {
            it.anchor = Some(spec);
        } else {
            it.path[at] = spec;
        }
        true
    }),
    ("remade-with-the-same-key", |it, at| {
        let Some(mut spec) = it.issuer(at).map(|spec| spec.clone()) else { return false };
        spec.serial = 51;
        if at == it.enrolled {
            it.anchor = Some(spec);
        } else {
            it.besides.push(spec);
        }
        true
    }),
    // A CA that another one, which the service does not have, signed too: its second certificate is sent as well.
    ("cross-signed-by-a-stranger", |it, at| {
        let Some(spec) = it.issued(at).filter(|_| at > 0).map(|spec| cross(spec)) else { return false };
        it.besides.push(spec);
        true
    }),
    // The same in the other order: the certificate that leads to a stranger stands where the other should.
    ("cross-signed-and-the-stranger-first", |it, at| {
        let Some(spec) = it.issued(at).filter(|_| at > 0).map(|spec| spec.clone()) else { return false };
        it.path[at] = cross(&spec);
        it.besides.push(spec);
        true
    }),
    // Only the certificate by the stranger is sent.
    ("cross-signed-and-the-stranger-alone", |it, at| {
        let Some(spec) = it.issued(at).filter(|_| at > 0).map(|spec| cross(spec)) else { return false };
        it.path[at] = spec;
        true
    }),
    // What the service has, as another CA signed it.
    ("enrolled-is-cross-signed", |it, at| {
        let Some(spec) = it.issuer(at).map(|spec| cross(spec)) else { return false };
        if at != it.enrolled {
            return false;
        }
        it.besides.push(spec);
        true
    }),
    // The root has a new key; its new certificate is signed with the old one, which the service has.
    ("rollover", |it, at| {
        let root = it.path.len() - 1;
        if at == 0 || at != root || it.enrolled != root {
            return false;
        }
        let old = it.path[root].clone();
        let mut new_with_old = old.clone();
        (new_with_old.key, new_with_old.serial) = (RENEWED, 52);
        new_with_old.subject_key_id = old.subject_key_id.map(|_| 52);
        it.path[root - 1].signer = RENEWED;
        it.path[root - 1].authority_key_id = new_with_old.subject_key_id;
        it.besides.push(new_with_old);
        true
    }),
];

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
