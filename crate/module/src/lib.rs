#![doc = include_str!("../README.md")]

mod answer;
mod buffer;
mod certificate;
mod configuration;
mod conversation;
mod explanation;
mod generation;
mod given;
mod request;

/// What the module exports, with its memory.
#[allow(
    unsafe_code,
    reason = "a name that a linker sees could be another's: these are of a module by itself"
)]
pub mod export {
    use crate::{buffer, request};

    /// A buffer of this many bytes, all zero: its address, or 0 where there is no memory for it.
    #[cfg_attr(target_family = "wasm", unsafe(export_name = "allocate"))]
    pub extern "C" fn allocate(length: u32) -> u32 {
        buffer::allocate(length)
    }

    /// Wipes a buffer and gives it back. An address of none is none.
    #[cfg_attr(target_family = "wasm", unsafe(export_name = "free"))]
    pub extern "C" fn free(address: u32) {
        drop(buffer::take(address));
    }

    /// Does what the request says that stands in a buffer, which is given back by this. The answer is a new one: its address in
    /// the upper half, the number of its bytes in the lower.
    #[cfg_attr(target_family = "wasm", unsafe(export_name = "call"))]
    pub extern "C" fn call(address: u32, length: u32) -> u64 {
        buffer::give(request::answer(address, length).into_bytes())
    }

    /// The version of dps-x509, as text in a buffer, likewise.
    #[cfg_attr(target_family = "wasm", unsafe(export_name = "version"))]
    pub extern "C" fn version() -> u64 {
        buffer::give(env!("CARGO_PKG_VERSION").as_bytes().to_vec())
    }
}
