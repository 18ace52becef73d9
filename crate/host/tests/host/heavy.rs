//! Components that are small and would take long to compile: each is refused before, with the number and the limit; and as much
//! as is allowed does not take long.

use std::{fmt::Write as _, fs, time::Duration};

use dps_x509_host::{LoadError, Provisioner};

/// Most of a processor's time that the heaviest allowed component of each kind may take. Without optimization some take two
/// seconds.
const SLOW: Duration = Duration::from_secs(20);

/// A component of one module.
fn module(content: &str) -> String {
    format!("(component (core module {content}))")
}

/// What this thread has had of a processor; compiling takes no other thread.
fn computed() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(text.split(' ').next().unwrap().parse().unwrap())
}

/// Refused with the number and the limit; with as many as are allowed it is compiled, and refused for its world.
#[track_caller]
fn is_bounded(what: &str, limit: u64, allowed: &str, count: u64, refused: &str) {
    let load = |text: &str| {
        let component = wat::parse_str(text).unwrap();
        assert!(component.len() < Provisioner::LARGEST / 4, "{what}: its size is what bounds it");
        let begun = computed();
        let error = Provisioner::from_component(&component).map(|_| ()).unwrap_err();
        (error, computed() - begun)
    };
    let (error, taken) = load(allowed);
    assert!(matches!(error, LoadError::OtherWorld { .. }), "{what}: {error}");
    assert!(taken < SLOW, "{what}: {taken:?}");
    let (error, taken) = load(refused);
    assert!(
        matches!(error, LoadError::TooMuch { what: told, count: counted, limit: most }
            if (told, counted, most) == (what, count, limit)),
        "{what}: {error:?} after {taken:?}"
    );
    let said = error.to_string();
    assert!(said.contains(&format!("{count} {what}")) && said.contains(&limit.to_string()), "{said}");
}

#[test]
fn functions() {
    let of = |count| module(&"(func)".repeat(count));
    is_bounded("functions", 2048, &of(2048), 15_000, &of(15_000));
    assert!(computed() > Duration::ZERO, "nothing is measured");
}

#[test]
fn local_variables() {
    let of = |count| module(&format!("(func (local {}))", "i64 ".repeat(4096)).repeat(count));
    is_bounded("local variables", 65_536, &of(16), 17 * 4096, &of(17));
}

#[test]
fn branches_by_a_table() {
    let of = |count: usize| {
        let (begin, end) = ("block ".repeat(200), "end ".repeat(200));
        let targets: String = (0..count).map(|n| format!("{} ", n % 200)).collect();
        module(&format!("(func (param i32) {begin} local.get 0 br_table {targets} 0 {end})"))
    };
    is_bounded("branches in tables", 16_384, &of(16_384), 16_385, &of(16_385));
}

#[test]
fn modules() {
    let of = |count| format!("(component {})", "(core module (func (export \"a\")))".repeat(count));
    is_bounded("modules", 32, &of(32), 900, &of(900));
}

/// Components of components: three hundred bytes may stand for a billion instances.
#[test]
fn instances() {
    let of = |depth, wide: usize| {
        let mut text = "(component $a (core module $m) (core instance (instantiate $m)))".to_owned();
        for _ in 0..depth {
            text = format!("(component $a {text} {})", "(instance (instantiate $a))".repeat(wide));
        }
        text.replacen("(component $a", "(component", 1)
    };
    // In each component those of components, and what is in them.
    is_bounded("instances", 256, &of(2, 10), 10 + 10 * (10 + 10 * (10 + 10)), &of(3, 10));
    is_bounded("instances", 256, &of(1, 100), 2 * (u64::pow(2, 40) - 1) + u64::pow(2, 40), &of(40, 2));
}

/// A function that takes a tuple of tuples, each of the one before twice, `uses` times.
fn lifted(depth: usize, uses: usize) -> String {
    let mut text = r#"(component (core module $m (memory (export "m") 1) (func (export "f") (param i32))
        (func (export "r") (param i32 i32 i32 i32) (result i32) unreachable)) (core instance $i (instantiate $m))
        (type $t0 (tuple u8 u8))"#
        .to_owned();
    for n in 0..depth {
        write!(text, "(type $t{} (tuple $t{n} $t{n}))", n + 1).unwrap();
    }
    write!(text, "(type $f (func (param \"a\" $t{depth})))").unwrap();
    let lift = r#"(func (type $f) (canon lift (core func $i "f") (memory $i "m") (realloc (func $i "r"))))"#;
    text + &lift.repeat(uses) + ")"
}

#[test]
fn functions_across_the_border() {
    is_bounded("lifted and lowered functions", 128, &lifted(9, 128), 5000, &lifted(9, 5000));
}

#[test]
fn parts_of_types() {
    // Two leaves; every level has itself and twice what is below.
    is_bounded("parts in the types of a function", 4096, &lifted(10, 1), 4 * 1024 * 2 - 1, &lifted(11, 1));
    is_bounded("parts in the types of a function", 4096, &lifted(10, 1), 4 * 65_536 - 1, &lifted(16, 1));
}
