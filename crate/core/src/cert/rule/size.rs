//! How much is sent: devices and servers have limits that nobody writes down.

use crate::{
    cert::rule::context::{Context, Rule},
    finding::{Finding, catalogue},
};

pub(super) const RULE: Rule = Rule { check };

/// What many embedded TLS stacks take, in bytes.
const LIMIT: usize = 4096;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(leaf) = &context.chain.leaf else { return };
    let sent = context.chain.sent(context.group_cas);
    let sizes: Vec<_> = sent.map(|link| link.certificate.der.len()).collect();
    // Each certificate has a length of three bytes in front (RFC 5246 section 7.4.2).
    let size: usize = sizes.iter().map(|size| size + 3).sum();
    if size <= LIMIT {
        return;
    }
    findings.push(
        Finding::new(
            &catalogue::CHAIN_TOO_LARGE,
            format!(
                "What the device sends to prove itself has {size} bytes; the TLS stacks of many devices have room for \
                 {LIMIT}."
            ),
            "Use EC keys instead of RSA, leave the root out, and keep the chain short.",
        )
        .expected(format!("at most {LIMIT} bytes"))
        .found(sizes.iter().map(|size| format!("{size} bytes")).collect::<Vec<_>>().join(", "))
        .at(leaf.place.clone()),
    );
}
