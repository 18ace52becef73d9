//! The memory that is shared with whoever holds the module: buffers, known by their addresses. What is no address of one
//! cannot do harm, and each is wiped when it is given back.

use std::{cell::RefCell, collections::BTreeMap};

use zeroize::Zeroizing;

thread_local! {
    /// Those that are out.
    static BUFFERS: RefCell<BTreeMap<u32, Zeroizing<Vec<u8>>>> = const { RefCell::new(BTreeMap::new()) };
}

/// A new one, of zeros: its address, or 0.
pub(crate) fn allocate(length: u32) -> u32 {
    let Ok(length) = usize::try_from(length) else { return 0 };
    let mut bytes = Vec::new();
    // One byte at least: what has no bytes has no address of its own.
    if bytes.try_reserve_exact(length.max(1)).is_err() {
        return 0;
    }
    bytes.resize(length, 0);
    keep(bytes)
}

/// A buffer with these bytes: address and length in one number.
pub(crate) fn give(bytes: Vec<u8>) -> u64 {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    u64::from(keep(bytes)) << 32 | u64::from(length)
}

/// Takes one back.
pub(crate) fn take(address: u32) -> Option<Zeroizing<Vec<u8>>> {
    BUFFERS.with_borrow_mut(|buffers| buffers.remove(&address))
}

fn keep(bytes: Vec<u8>) -> u32 {
    let mut bytes = Zeroizing::new(bytes);
    // From here on others write into it.
    let Ok(address) = u32::try_from(bytes.as_mut_ptr().expose_provenance()) else { return 0 };
    BUFFERS.with_borrow_mut(|buffers| buffers.insert(address, bytes));
    address
}
