//! How much is sent: devices and servers have limits that nobody writes down.

use crate::{
    cert::rule::context::{Context, Rule},
    finding::{Finding, say},
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
    let sizes = sizes.iter().map(|size| format!("{size} bytes")).collect::<Vec<_>>().join(", ");
    let large = say::ChainTooLarge { size: &size, limit: &LIMIT, sizes: &sizes };
    findings.push(large.finding().at(leaf.place.clone()));
}
