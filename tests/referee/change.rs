//! What is made wrong, or only different, with a hierarchy that is right.

use crate::{
    certificate::{
        ANY_PURPOSE, BMP, CLIENT_AUTH, DIGITAL_SIGNATURE, KEY_AGREEMENT, KEY_CERT_SIGN, Name, PRINTABLE,
        SERVER_AUTH, Spec, TELETEX, UTF8, name,
    },
    question::Plan,
};

const PAST: &str = "20260101000000Z";
const FUTURE: &str = "20300101000000Z";
/// When all questions are asked.
const NOW: &str = "20270101000000Z";

/// What can be wrong at a level of a plan; `false` if it cannot be there.
pub(crate) type Change = (&'static str, fn(&mut Plan, usize) -> bool);

/// Keys of nobody, behind those of the levels.
const STRANGER: usize = 5;
const RENEWED: usize = 6;
/// Of other curves.
const P384: usize = 7;
const ED25519: usize = 8;

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

/// Gives a level another key, with which it signs what is below it.
fn has_key(plan: &mut Plan, level: usize, key: usize) -> bool {
    let old = level;
    if !with(plan.on_way(level), |spec| spec.key = key) {
        return false;
    }
    for spec in plan.path.iter_mut().take(level + 1).filter(|spec| spec.signer == old) {
        spec.signer = key;
    }
    true
}

/// Everything that can be wrong, or only different.
pub(crate) const CHANGES: [Change; 61] = [
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
        // Another change may have left none to take away.
        with(it.issued(at).filter(|spec| !spec.issuer.is_empty()), |spec| {
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
    ("issuer-as-bmp-string", |it, at| {
        with(it.issued(at), |spec| spec.issuer.iter_mut().flatten().for_each(|it| it.1 = BMP))
    }),
    ("issuer-as-teletex-string", |it, at| {
        with(it.issued(at), |spec| spec.issuer.iter_mut().flatten().for_each(|it| it.1 = TELETEX))
    }),
    ("issuer-is-empty", |it, at| with(it.issued(at), |spec| spec.issuer.clear())),
    ("names-of-one-set", |it, at| {
        let is_there = with(it.issued(at), |spec| spec.issuer = vec![spec.issuer.concat()]);
        let Some(above) = it.path.get_mut(at + 1).filter(|_| is_there) else { return false };
        above.subject = vec![above.subject.concat()];
        true
    }),
    ("serial-number-0", |it, at| with(it.on_way(at), |spec| spec.serial = 0)),
    ("serial-number-negative", |it, at| with(it.on_way(at), |spec| spec.serial = 0x91)),
    ("times-in-four-digits", |it, at| with(it.on_way(at), |spec| spec.has_long_times = true)),
    ("ends-at-this-second", |it, at| with(it.on_way(at), |spec| spec.not_after = NOW)),
    ("begins-at-this-second", |it, at| with(it.on_way(at), |spec| spec.not_before = NOW)),
    ("extension-twice", |it, at| with(it.on_way(at), |spec| spec.repeats_extension = true)),
    ("device-of-version-1", |it, at| {
        at == 0
            && with(it.on_way(0), |spec| {
                (spec.version, spec.ca, spec.key_usage) = (1, None, None);
            })
    }),
    ("key-of-p384", |it, at| has_key(it, at, P384)),
    ("key-of-ed25519", |it, at| has_key(it, at, ED25519)),
];
