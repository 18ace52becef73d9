//! Whether what the device sends leads to the CA that the service knows.

use std::sync::Arc;

use crate::{
    cert::{
        der::kind::Kind,
        input::Enrollment,
        path::{
            authority,
            chain::Chain,
            link::Link,
            role::{Role, ServerRoot},
            tpm,
        },
        rule::context::{Context, Rule},
    },
    finding::{Family, Finding, Place, Severity::Note, catalogue},
};

pub(super) const RULE: Rule = Rule { check };

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    no_device(context, findings);
    completeness(context, findings);
    order(context, findings);
    superfluous(context, findings);
}

/// Says what the certificates are instead. An Edge CA and the like have findings of their own.
fn no_device(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let chain = context.chain;
    if chain.leaf.is_some() {
        return;
    }
    let there: Vec<_> = chain.links().chain(&chain.strangers).collect();
    let [first, rest @ ..] = there.as_slice() else {
        // What cannot be read may be the certificate.
        let is_lost = findings.iter().any(|finding| finding.is_error_of(Family::is_about_files));
        findings.extend(no_certificate(context.others).filter(|_| !is_lost));
        return;
    };
    let told = |link: &Arc<Link>| {
        let role = match Role::of(link, chain) {
            Role::Root => "a root CA",
            Role::Intermediate => "an intermediate CA",
            Role::ServerRoot(_) => "a root of Azure's servers",
            role => role.as_str(),
        };
        format!("\"{}\", {role}", link.certificate.subject)
    };
    let message = if rest.is_empty() {
        let evidence = authority::evidence(&first.certificate).unwrap_or("it is marked CA:TRUE");
        format!(
            "The device's own certificate is not among the files. What is there is {}: {evidence}.",
            told(first)
        )
    } else {
        "The device's own certificate is not among the files. What is there are CA certificates.".to_owned()
    };
    findings.push(
        Finding::new(
            &catalogue::DEVICE_CERTIFICATE_MISSING,
            message,
            "Give the device's own certificate, whose CN is the registration ID. If one of these is the device's all the \
             same, give its private key or the registration ID with it.",
        )
        .expected("a certificate of the device: not a CA, with the registration ID as its CN")
        .found(there.iter().copied().map(told).collect::<Vec<_>>().join("; "))
        .at(first.place.clone()),
    );
}

/// No certificate at all: what is there instead, and how to come from it to one.
fn no_certificate(others: &[(Kind, Place)]) -> Option<Finding> {
    let is_request = |(kind, _): &&(Kind, Place)| *kind == Kind::CertificateRequest;
    let is_key = |(kind, _): &&(Kind, Place)| matches!(kind, Kind::PrivateKey(_));
    let (kind, place) =
        others.iter().find(is_request).or_else(|| others.iter().find(is_key)).or(others.first())?;
    let (why, next) = match kind {
        Kind::CertificateRequest => (
            "it asks a CA for a certificate, and proves nothing by itself",
            "Have a CA sign it, and check the certificate that comes back: `openssl x509 -req -in device.csr -CA ca.pem \
             -CAkey ca-key.pem -days 365 -extfile device.cnf -out device-cert.pem` (the page of DX213 shows device.cnf).",
        ),
        Kind::PrivateKey(_) => (
            "the device also needs the certificate that was issued for it",
            "Give the certificate with it. For an individual enrollment it may be self-signed: `openssl req -x509 -key \
             device-key.pem -out device-cert.pem -days 365 -subj /CN=REGISTRATION-ID -addext \
             basicConstraints=critical,CA:FALSE -addext extendedKeyUsage=clientAuth`",
        ),
        _ => (
            "no device can prove itself by it",
            "Give the device's certificate: the file that begins with -----BEGIN CERTIFICATE-----.",
        ),
    };
    let message = format!("There is no certificate among the files. What is there is {kind}: {why}.");
    Some(
        Finding::new(&catalogue::DEVICE_CERTIFICATE_MISSING, message, next)
            .expected("a certificate of the device, with the registration ID as its CN")
            .found(kind.to_string())
            .at(place.clone()),
    )
}

fn completeness(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let chain = context.chain;
    let Some(leaf) = &chain.leaf else { return };
    // A proof of possession is sent by no device.
    if context.enrollment == Enrollment::Individual || Role::of(leaf, chain) == Role::ProofOfPossession {
        return;
    }
    match (context.group_cas, chain.missing_issuer()) {
        ([ca, ..], _) if !is_group_reached(context) && !is_namesake_told(context) => findings.push(not_reached(ca, chain, leaf)),
        ([], Some(issuer)) if chain.intermediates.is_empty() && chain.namesake.is_none() => findings.push(
            Finding::new(
                &catalogue::LEAF_ALONE,
                format!(
                    "Only the device's certificate would be sent; \"{issuer}\", which issued it, is not in the file. For \
                     an individual enrollment that is enough. For an enrollment group DPS must be led to the CA \
                     uploaded there: unless that CA is \"{issuer}\" itself, DPS cannot find it."
                ),
                "Append the intermediate certificates to the file, the leaf's issuer first: \
                 `cat device-cert.pem intermediate.pem > device-full-chain.pem`",
            )
            .expected("the leaf, then its intermediates up to but not including the CA that was uploaded")
            .found("the leaf alone")
            .at(leaf.place.clone()),
        ),
        _ => {}
    }
}

/// Whether the way ends at what was uploaded. Whether it holds all the way is for the other rules.
fn is_group_reached(context: &Context<'_>) -> bool {
    let top = context.way.last();
    top.is_some_and(|top| context.group_cas.iter().any(|ca| ca.certificate.der == top.certificate.der))
}

/// A CA of the right name and the wrong key is the cause; it has its own finding.
fn is_namesake_told(context: &Context<'_>) -> bool {
    context.chain.namesake.is_some()
}

fn not_reached(ca: &Link, chain: &Chain, leaf: &Arc<Link>) -> Finding {
    let top = chain.intermediates.last().unwrap_or(leaf);
    let (issuer, group) = (&top.certificate.issuer, &ca.certificate.subject);
    Finding::new(
        &catalogue::GROUP_CA_NOT_REACHED,
        format!(
            "The chain that the device sends ends at a certificate issued by \"{issuer}\"; the CA given as the group's is \
             \"{group}\", which is not that issuer and is not in the chain."
        ),
        match chain.missing_issuer() {
            Some(missing) => format!(
                "Put the CA that signed this chain into the enrollment group; or, if \"{group}\" stands above \
                 \"{missing}\", send the certificate \"{missing}\" too."
            ),
            None => "Put a CA of this chain into the enrollment group, or give the device a certificate below the group's CA."
                .to_owned(),
        },
    )
    .expected(format!("a chain up to \"{group}\""))
    .found(format!("a chain up to \"{}\"", top.certificate.subject))
    .at(top.place.clone())
}

fn order(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let chain = context.chain;
    let Some(leaf) = &chain.leaf else { return };
    if chain.is_in_order {
        return;
    }
    let order: Vec<_> = chain.links().map(|link| format!("\"{}\"", link.certificate.subject)).collect();
    findings.push(
        Finding::new(
            &catalogue::CHAIN_OUT_OF_ORDER,
            "The certificates are not in the order in which they must be sent: the device's own first, each \
             followed by the one that issued it. Clients present the first certificate of the file as the device's.",
            "Put them into this order: ".to_owned() + &order.join(", then ") + ".",
        )
        .expected("leaf, its issuer, the issuer's issuer")
        .at(leaf.place.clone()),
    );
}

fn superfluous(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let chain = context.chain;
    let is_namesake =
        |link: &&Arc<Link>| chain.namesake.as_ref().is_some_and(|namesake| Arc::ptr_eq(namesake, link));
    let is_servers = |link: &&Arc<Link>| ServerRoot::of(&link.certificate).is_some();
    let is_strange =
        |link: &&Arc<Link>| !is_namesake(link) && !is_servers(link) && !chain.is_alternative(link);
    // Without the device's certificate nothing can be told to be strange to it.
    let strangers = chain.strangers.iter().filter(|_| chain.leaf.is_some());
    let strangers: Vec<_> = strangers.filter(is_strange).collect();
    let is_of = |file: usize| strangers.iter().filter(move |it| it.file == file && it.certificate.is_ca());
    // What stands in another value of the leaf's document is not in what a client is given.
    let is_apart = |link: &Link| {
        chain.leaf.as_ref().is_some_and(|leaf| leaf.file == link.file && !leaf.stands_with(link))
    };
    for (index, link) in strangers.iter().enumerate() {
        let in_file = is_of(link.file).count();
        if !link.certificate.is_ca() || in_file <= MOST_STRANGERS {
            let finding = stranger(link).at(link.place.clone());
            findings.push(if is_apart(link) { finding.severity(Note) } else { finding });
        } else if strangers.iter().take(index).all(|it| it.file != link.file || !it.certificate.is_ca()) {
            findings.push(bundle(in_file).at(link.place.clone()));
        }
    }
    // The same certificate in two files is no fault of either.
    let stands_beside = |link: &&Arc<Link>| {
        let others = chain.links().chain(&chain.strangers).chain(&chain.duplicates);
        let is_same = |other: &&Arc<Link>| {
            !Arc::ptr_eq(other, link)
                && other.stands_with(link)
                && other.certificate.der == link.certificate.der
        };
        others.filter(is_same).count() > 0
    };
    for link in chain.duplicates.iter().filter(stands_beside) {
        findings.push(
            Finding::new(
                &catalogue::DUPLICATE_CERTIFICATE,
                format!(
                    "The certificate \"{}\" stands in the file more than once.",
                    link.certificate.subject
                ),
                "Keep the first, and take this one out.",
            )
            .at(link.place.clone()),
        );
    }
    let stands_with_leaf = |root: &&Arc<Link>| chain.leaf.as_ref().is_some_and(|leaf| leaf.stands_with(root));
    if let Some(root) = chain.root.as_ref().filter(stands_with_leaf) {
        findings.push(
            Finding::new(
                &catalogue::ROOT_INCLUDED,
                format!(
                    "The root \"{}\" is in the file too. Whoever is to trust it has it already; sending it costs bytes.",
                    root.certificate.subject
                ),
                "Leave it out of the file that the device sends; upload it to the service instead.",
            )
            .at(root.place.clone()),
        );
    }
}

/// More CAs than these in a file that signed nothing of the chain are a bundle.
const MOST_STRANGERS: usize = 3;

/// A bundle of CAs: one finding, and no fault of the device's.
fn bundle(count: usize) -> Finding {
    Finding::new(
        &catalogue::STRANGER_IN_CHAIN,
        format!(
            "{count} CA certificates of this file signed nothing of the device's chain: it is a bundle of CAs, such as \
             those by which servers are known."
        ),
        "Leave it out of what the device sends. If it is the CA file, say so (server-trust).",
    )
    .severity(Note)
}

/// A device's certificate among those of another device is another mistake than a CA too many.
fn stranger(link: &Link) -> Finding {
    let subject = &link.certificate.subject;
    if link.certificate.is_ca() {
        return Finding::new(
            &catalogue::STRANGER_IN_CHAIN,
            format!("The CA certificate \"{subject}\" signed nothing of the device's chain."),
            "Leave it out of the file that the device sends.",
        );
    }
    if let Some(what) = tpm::is_about(&link.certificate) {
        return Finding::new(
            &catalogue::STRANGER_IN_CHAIN,
            format!("The certificate \"{subject}\" is about {what}; no device shows it in TLS."),
            "Leave it out of the file that the device sends.",
        )
        .severity(Note);
    }
    Finding::new(
        &catalogue::STRANGER_IN_CHAIN,
        format!(
            "The certificate \"{subject}\" is no CA's, and it is not the one that was taken for the device's: it is \
             another device's, or another one of this device."
        ),
        "Give the files of one device. If this one is the device's, give its private key or its registration ID with it.",
    )
}
