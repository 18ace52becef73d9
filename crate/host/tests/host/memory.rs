//! The private key is not in the guest's memory.
#![expect(unsafe_code, reason = "wasmtime takes memories of an embedder's own only by an unsafe trait")]

use std::{
    cell::UnsafeCell,
    slice,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use dps_x509_host::{
    Provisioner,
    net::{
        Cancellation,
        core::session::{Event, mqtt::Packet},
    },
};
use rcgen::KeyPair;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use wasmtime::{Config, LinearMemory, MemoryCreator, MemoryType, Result};

use crate::{
    bench::{Bench, REGISTRATION_ID, assigned, settings},
    built, peer,
};

/// The memory of the one guest of a test.
#[derive(Clone)]
struct Memory(Arc<Cells>);

struct Cells {
    /// All of what it can grow to: it never moves.
    bytes: Box<[UnsafeCell<u8>]>,
    size: AtomicUsize,
}

// SAFETY: the cells are written by the guest alone and read by `Memory::copy` alone, which the test calls
// where the guest stands still: in an event, or after its end.
unsafe impl Sync for Cells {}

/// More than a provisioning takes.
const CAPACITY: usize = 16 * 1024 * 1024;

impl Memory {
    fn new() -> Self {
        let bytes = (0..CAPACITY).map(|_| UnsafeCell::new(0)).collect();
        Self(Arc::new(Cells { bytes, size: AtomicUsize::new(0) }))
    }

    /// What is in it now; the guest must stand still.
    fn copy(&self) -> Vec<u8> {
        // SAFETY: see `Cells`; `byte_size` is at most the capacity.
        unsafe { slice::from_raw_parts(self.as_ptr(), self.byte_size()) }.to_vec()
    }
}

// SAFETY: `as_ptr` is good for `CAPACITY` zeroed bytes as long as `self` and never moves; there are no guard
// pages because the configuration asks for none.
unsafe impl LinearMemory for Memory {
    fn byte_size(&self) -> usize {
        self.0.size.load(Ordering::SeqCst)
    }

    fn byte_capacity(&self) -> usize {
        CAPACITY
    }

    fn grow_to(&mut self, new_size: usize) -> Result<()> {
        assert!(new_size <= CAPACITY, "the limit of the host is lower");
        self.0.size.store(new_size, Ordering::SeqCst);
        Ok(())
    }

    fn as_ptr(&self) -> *mut u8 {
        UnsafeCell::raw_get(self.0.bytes.as_ptr())
    }
}

// SAFETY: the memory is as `LinearMemory` wants it; see there.
unsafe impl MemoryCreator for Memory {
    fn new_memory(
        &self,
        _: MemoryType,
        minimum: usize,
        _: Option<usize>,
        reserved: Option<usize>,
        guard: usize,
    ) -> std::result::Result<Box<dyn LinearMemory>, String> {
        assert!(reserved.unwrap_or(0) <= CAPACITY && guard == 0, "{reserved:?} {guard}");
        assert_eq!(self.0.size.swap(minimum, Ordering::SeqCst), 0, "a second memory");
        Ok(Box::new(self.clone()))
    }
}

fn contains(memory: &[u8], needle: &[u8]) -> bool {
    memory.windows(needle.len()).any(|window| window == needle)
}

#[tokio::test]
async fn the_private_key_never_enters_the_guest() {
    let memory = Memory::new();
    let mut config = Config::new();
    config.with_host_memory(Arc::new(memory.clone())).memory_init_cow(false);
    config.memory_reservation(0).memory_guard_size(0).memory_reservation_for_growth(0);
    let provisioner = Provisioner::from_component_with(config, &built("provisioner.wasm")).unwrap();

    let bench = Bench::new();
    let port = peer::good(&bench.authority).await;
    let access = bench.access().allow("localhost", port);
    // What is freed may be overwritten later: look in between, too.
    let copies = Arc::new(Mutex::new(Vec::new()));
    let (keep, live) = (Arc::clone(&copies), memory.clone());
    let look = move |_, event: Event<'_>| {
        if matches!(event, Event::Connected(_) | Event::Sent(Packet::Publish { .. })) {
            keep.lock().unwrap().push(live.copy());
        }
    };
    assigned(provisioner.provision(&settings(port), &access, look, &Cancellation::new()).await.unwrap());
    let mut copies = std::mem::take(&mut *copies.lock().unwrap());
    copies.push(memory.copy());
    assert_eq!(copies.len(), 4);

    for copy in &copies {
        // It looks: what went in is found.
        assert!(contains(copy, REGISTRATION_ID.as_bytes()));
        for (what, secret) in secrets(&bench.device.key_pem(), &bench.device.key_der()) {
            assert!(!contains(copy, &secret), "{what}");
        }
    }
    assert!(contains(&copies[0], b"bench root"), "the issuer in the server's certificate, just received");
    assert!(contains(&copies[3], b"hub.example"), "the assignment");
}

/// The key in every form that it could have come in.
fn secrets(pem: &str, der: &PrivateKeyDer<'_>) -> Vec<(&'static str, Vec<u8>)> {
    let der = der.secret_der();
    // SEC1 inside of PKCS#8 (RFC 5915): INTEGER 1, then OCTET STRING of 32 bytes.
    let marker = [0x02, 0x01, 0x01, 0x04, 0x20];
    let at = der.windows(marker.len()).position(|window| window == marker).unwrap() + marker.len();
    let scalar = der[at..at + 32].to_vec();
    let reversed = scalar.iter().rev().copied().collect();
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let hex: String = scalar.iter().map(|byte| format!("{byte:02x}")).collect();
    vec![
        ("PKCS#8", der.to_vec()),
        ("half of the PKCS#8", der[der.len() / 2..].to_vec()),
        ("the scalar", scalar),
        ("the scalar, least byte first", reversed),
        ("the scalar in hex", hex.into_bytes()),
        ("the PEM text", base64.as_bytes().to_vec()),
        ("a line of the PEM text", base64.as_bytes()[..60].to_vec()),
        ("a PEM label", b"PRIVATE KEY".to_vec()),
    ]
}

#[test]
fn the_scan_finds_a_key_that_is_there() {
    let key = KeyPair::generate().unwrap();
    let der = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let mut memory = vec![0; 3];
    memory.extend(key.serialize_der());
    let text = key.serialize_pem().replace('\n', "");
    memory.extend(text.as_bytes());
    let found = secrets(&key.serialize_pem(), &der);
    let found: Vec<_> = found.iter().filter(|(_, secret)| contains(&memory, secret)).collect();
    assert_eq!(found.len(), 6, "{found:?}");
}
