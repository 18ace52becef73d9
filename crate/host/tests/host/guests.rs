//! Guests that misbehave, of the same world: one file of `guest/` each. Every one is stopped, in bounded time and memory and
//! with the reason; and a good one beside it comes to its hub.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use dps_x509_host::{HostError, Limits, LoadError, Provisioner, net::Cancellation};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use crate::{
    bench::{Bench, assigned, settings},
    peer, provisioner,
};

/// Of every guest's settings.
const TIMEOUT: Duration = Duration::from_millis(100);

/// How long a guest may compute, and how long it may take beyond its time limit.
#[derive(Debug, Clone, Copy)]
struct Times {
    computing: Duration,
    grace: Duration,
}

/// For guests that only time stops.
const STRICT: Times = Times { computing: Duration::from_millis(300), grace: Duration::from_secs(2) };

/// For guests that something else stops, on however busy a machine.
const LENIENT: Times = Times { computing: Duration::from_secs(50), grace: Duration::from_secs(50) };

/// How a guest has to end.
#[derive(Debug, Clone, Copy)]
enum End {
    /// With these words in the reason.
    Trap(&'static str),
    Spinning,
    Overdue,
}

use End::{Overdue, Spinning, Trap};

const GUESTS: [(&str, End); 28] = [
    ("spin", Spinning),
    ("spin-through-the-host", Spinning),
    ("spin-at-the-start", Spinning),
    ("wait", Overdue),
    ("memory", Trap("beyond the limit on the guest's memory")),
    ("memories", Trap("beyond the limit on the guest's memory")),
    ("many-memories", Trap("memor")),
    ("table", Trap("beyond the limit on the guest's memory")),
    ("large-table", Trap("beyond the limit on the guest's memory")),
    ("tables", Trap("table")),
    ("recursion", Trap("stack")),
    ("trap", Trap("unreachable")),
    ("handles", Trap("table")),
    ("forged-handle", Trap("handle")),
    ("other-handle", Trap("handle")),
    ("double-drop", Trap("handle")),
    ("poll-nothing", Trap("empty")),
    ("poll-many", Trap("fuel")),
    ("events", Trap("more events than a provisioning has")),
    ("large-event", Trap("fuel")),
    ("large-list", Trap("fuel")),
    ("wild-pointer", Trap("out of bounds")),
    ("wild-answer", Trap("out of bounds")),
    ("large-answer", Trap("fuel")),
    ("dials", Trap("more than 16 dials at once")),
    ("hoards-dials", Trap("more than 16 dials at once")),
    ("dials-as-nobody", Trap("handle")),
    ("dials-elsewhere", Trap("unreachable")),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_is_stopped_and_disturbs_nobody() {
    let bench = Bench::new();
    let port = peer::good(&bench.authority).await;
    let good = bench.access().allow("localhost", port);
    // Compiled before anybody is measured.
    let (provisioner, none) = (provisioner(), Cancellation::new());
    assert_eq!(GUESTS.len() + 1, files().len(), "a guest that is not in the list, or the other way around");
    for (name, end) in GUESTS {
        let component = component(&module(name));
        let before = peak_memory();
        let hostile = tokio::spawn({
            let component = component.clone();
            async move { run(&component, LENIENT).await }
        });
        let settings = settings(port);
        for _ in 0..3 {
            let report = provisioner.provision(&settings, &good, |_, _| {}, &none).await;
            assigned(report.unwrap_or_else(|error| panic!("beside {name}: {error}")));
        }
        let error = match end {
            Trap(_) => hostile.await.unwrap(),
            // The good one has not waited for its end, which is not near; it comes by stricter limits.
            Spinning | Overdue => {
                assert!(!hostile.is_finished(), "{name} has ended: {:?}", hostile.await);
                hostile.abort();
                run(&component, STRICT).await
            }
        };
        let is_right = match (end, &error) {
            (Trap(words), HostError::Trap { reason }) => reason.contains(words),
            (Spinning, HostError::Spinning { limit }) => *limit == STRICT.computing,
            (Overdue, HostError::Overdue { limit }) => *limit == TIMEOUT + STRICT.grace,
            _ => false,
        };
        assert!(is_right, "{name}: {error:?}");
        // Its 16 MiB, the compiler's share, and what the good one and the allocator need.
        let grown = peak_memory().saturating_sub(before);
        assert!(grown < 96 << 20, "{name} took {grown} bytes");
    }
}

async fn run(component: &[u8], times: Times) -> HostError {
    let mut limits = Limits::default();
    (limits.computing, limits.grace) = (times.computing, times.grace);
    let begun = Instant::now();
    let provisioner = Provisioner::from_component(component).unwrap().limits(limits);
    let mut settings = settings(1);
    settings.timeout = Some(TIMEOUT);
    let access = Bench::new().access().allow("localhost", 8883);
    let error = provisioner.provision(&settings, &access, |_, _| {}, &Cancellation::new()).await.unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(60), "{error:?} after {:?}", begun.elapsed());
    error
}

/// The most that this process ever had, in bytes.
fn peak_memory() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok());
    number.unwrap_or_default() * 1024
}

#[tokio::test]
async fn what_is_not_allowed_is_not_dialled_however_it_is_written() {
    for (host, port) in [
        ("127.0.0.1", 8883),
        ("::1", 8883),
        ("[::1]", 8883),
        ("2130706433", 8883),
        ("0x7f.1", 8883),
        ("localhost.", 8883),
        ("localhost..", 8883),
        (".localhost", 8883),
        ("localhost", 0),
        ("localhost", 443),
        ("localhost", 65535),
        ("localhost\\00", 8883),
        ("localhost ", 8883),
        ("localhost@evil", 8883),
        ("evil/localhost", 8883),
        ("loc\\e2\\80\\8dalhost", 8883),
        ("\\c4\\bfocalhost", 8883),
        ("xn--localhost", 8883),
        ("", 8883),
    ] {
        let text = source("dials-elsewhere").replace("HOST", host).replace("PORT", &port.to_string());
        let length = wat_length(host).to_string();
        let error = run(&component(&wat::parse_str(text.replace("LENGTH", &length)).unwrap()), LENIENT).await;
        assert!(
            matches!(&error, HostError::Trap { reason } if reason.contains("unreachable")),
            "{host:?}: {error:?}"
        );
    }
    // It would notice.
    let text = source("dials-elsewhere").replace("HOST", "localhost").replace("PORT", "8883");
    let error = run(&component(&wat::parse_str(text.replace("LENGTH", "9")).unwrap()), STRICT).await;
    assert!(matches!(error, HostError::Overdue { .. }), "{error:?}");
}

/// Bytes of a string of WebAssembly's text, in which `\00` is one.
fn wat_length(text: &str) -> usize {
    text.len() - 2 * text.matches('\\').count()
}

#[tokio::test]
async fn instances_inside_of_a_component_count() {
    let nested = wat::parse_str(source("instances")).unwrap();
    let error = run(&with_nested(component(&module("trap")), &nested), LENIENT).await;
    assert!(matches!(&error, HostError::Trap { reason } if reason.contains("instance")), "{error:?}");
}

#[test]
fn a_component_that_wants_more_than_the_world_is_not_loaded() {
    let wat = r#"(component (import "wasi:cli/environment@0.2.12" (instance
        (export "get-arguments" (func (result (list string)))))))"#;
    let error = Provisioner::from_component(&wat::parse_str(wat).unwrap()).unwrap_err();
    match error {
        LoadError::OtherWorld { reason } => assert!(reason.contains("wasi:cli/environment"), "{reason}"),
        other => panic!("{other:?}"),
    }
}

/// Compiling cannot be stopped, so that what is compiled has to be bounded: wherever the bytes of a component are.
#[test]
fn a_component_is_compiled_up_to_a_size() {
    let good = component(&module("trap"));
    let padded = |size: usize| {
        let mut padded = good.clone();
        // A custom section without a name: its number, its length in four bytes, and zeros.
        let content = size - good.len() - 5;
        padded.push(0);
        let length = (0..4).map(|n| u8::try_from(content >> (7 * n) & 0x7f).unwrap());
        padded.extend(length.zip([0x80, 0x80, 0x80, 0]).map(|(low, more)| low | more));
        padded.resize(size, 0);
        padded
    };
    assert!(Provisioner::from_component(&padded(Provisioner::LARGEST)).is_ok());
    let (size, limit) = (Provisioner::LARGEST + 1, Provisioner::LARGEST);
    for large in [padded(size), vec![0; size], b"(component)".repeat(size / 8)] {
        let size = large.len();
        assert_eq!(Provisioner::from_component(&large).unwrap_err(), LoadError::TooLarge { size, limit });
    }
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guest");
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn source(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guest").join(name).with_extension("wat");
    fs::read_to_string(path).unwrap()
}

fn module(name: &str) -> Vec<u8> {
    let text = source(name).replace("HOST", "elsewhere").replace("LENGTH", "9").replace("PORT", "8883");
    wat::parse_str(text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A component of the world from a core module.
fn component(module: &[u8]) -> Vec<u8> {
    let mut module = module.to_vec();
    let mut resolve = Resolve::default();
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("wit");
    let (package, _) = resolve.push_dir(wit).unwrap();
    let world = resolve.select_world(&[package], Some("provisioner")).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().module(&module).unwrap().encode().unwrap()
}

/// The component with another one inside of it, and an instance of that.
fn with_nested(mut component: Vec<u8>, nested: &[u8]) -> Vec<u8> {
    let index = sections(&component).filter(|(id, _)| *id == COMPONENT).count();
    section(&mut component, COMPONENT, nested);
    // One instance: of a component, that one, without arguments.
    let mut instance = vec![1, 0];
    instance.extend(leb(index));
    instance.push(0);
    section(&mut component, INSTANCE, &instance);
    component
}

const COMPONENT: u8 = 4;
const INSTANCE: u8 = 5;

/// The sections of a component: number and content.
fn sections(component: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut rest = &component[8..];
    std::iter::from_fn(move || {
        let (&id, mut behind) = rest.split_first()?;
        let (mut length, mut shift) = (0, 0);
        loop {
            let (&byte, more) = behind.split_first()?;
            behind = more;
            length |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                break;
            }
        }
        let (content, more) = behind.split_at(length);
        rest = more;
        Some((id, content))
    })
}

fn section(component: &mut Vec<u8>, id: u8, content: &[u8]) {
    component.push(id);
    component.extend(leb(content.len()));
    component.extend(content);
}

fn leb(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(number & 0x7f).unwrap();
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}
