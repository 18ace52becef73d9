//! Addresses of the loopback that a test has for itself.
//!
//! 127.0.0.1 is everybody's: whatever connects or listens there takes a port by chance, and it may be the one that a test has
//! just given back and means to use again. The loopback has 16 million addresses more (RFC 1122 section 3.2.1.3).

use std::{
    net::Ipv4Addr,
    process,
    sync::atomic::{AtomicU8, Ordering},
};

/// An address that no other process and no other call has: of the process, and of how many it has asked for already.
#[must_use]
pub fn own_address() -> Ipv4Addr {
    static TAKEN: AtomicU8 = AtomicU8::new(0);
    let [_, _, high, low] = process::id().to_be_bytes();
    Ipv4Addr::new(127, 64 + TAKEN.fetch_add(1, Ordering::Relaxed) % 128, high, low.max(1))
}

#[test]
fn no_address_is_given_twice() {
    assert!(own_address() != own_address() && own_address().is_loopback());
}
