//! `cargo xtask fuzz`: arbitrary inputs, many more of them than `cargo xtask test` tries.

mod compiler;
mod ledger;

use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::SystemTime,
};

use clap::Args;

pub(crate) use compiler::stand_in;

use crate::workspace::{self, Result};

/// Tries arbitrary inputs under libFuzzer: files, logs, conversations, requests. What fails is left in
/// `target/fuzz/found`, and belongs into `tests/fuzz/corpus`, where `cargo xtask test` tries it for good.
///
/// Needs a C++ compiler, and no nightly: the compiler counts branches by an LLVM pass that stable has too.
#[derive(Debug, Args)]
pub(crate) struct Fuzz {
    /// What to try, all if none is given; a folder of `tests/fuzz/corpus`.
    target: Vec<String>,
    /// How long each is tried.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Tries only what the corpus has, once.
    #[arg(long)]
    corpus: bool,
    /// Adds what the runs came to, since it was last asked for, to the table of `tests/fuzz/README.md`.
    #[arg(long, conflicts_with_all = ["target", "corpus", "cases"])]
    count: bool,
    /// Runs the properties of the tests instead, with as many inputs for each.
    #[arg(long, conflicts_with_all = ["target", "corpus"])]
    cases: Option<u32>,
}

/// What the compiler has to put in for libFuzzer to see which branches an input takes.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
     -Cllvm-args=-sanitizer-coverage-trace-compares -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
     -Cllvm-args=-sanitizer-coverage-pc-table";

/// Longest input in bytes, longest time for one in seconds and from when on it is told, and most memory in megabytes.
const LIMITS: [&str; 4] = ["-max_len=65536", "-timeout=5", "-report_slow_units=1", "-rss_limit_mb=1536"];

/// Where temporary files stay in memory. Journals are synced, and most of the time went into waiting for the disk.
const MEMORY: &str = "/dev/shm";

/// Folders of other tests whose files are inputs too.
const SEEDS: [(&str, &str); 6] = [
    ("file", "tests/fixture/cert"),
    ("key", "tests/fixture/cert"),
    ("check", "tests/fixture/cert"),
    ("explain", "tests/case/explain"),
    ("lexicon", "crate/core/lexicon"),
    ("config", "crate/emulator/example"),
];

/// Test targets with properties, each with a part of the names of those tests.
const PROPERTIES: [(&[&str], &str); 4] = [
    (&["--package", "dps-x509-core", "--test", "damaged"], "without_panic"),
    (&["--package", "dps-x509-core", "--test", "explain"], "never_panic"),
    (&["--package", "dps-x509-core", "--test", "session"], "arbitrary"),
    (&["--package", "dps-x509-emulator", "--lib"], "decode"),
];

impl Fuzz {
    /// The first that fails ends it.
    pub(crate) fn run(&self) -> Result<()> {
        if self.count {
            return ledger::count();
        }
        if let Some(cases) = self.cases {
            return properties(cases);
        }
        let corpus = workspace::root().join("tests/fuzz/corpus");
        let mut known = fs::read_dir(&corpus)?
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect::<Result<Vec<_>>>()?;
        known.sort();
        let wanted = if self.target.is_empty() { &known } else { &self.target };
        if let Some(unknown) = wanted.iter().find(|name| !known.contains(name)) {
            return Err(format!("there is no target \"{unknown}\", but: {}", known.join(", ")).into());
        }
        let program = build()?;
        wanted.iter().try_for_each(|name| self.fuzz(&program, name))
    }

    fn fuzz(&self, program: &Path, name: &str) -> Result<()> {
        println!("\n==== {name}");
        let folder = workspace::target().join("fuzz");
        // What is new is kept between runs; what is fixed is only read.
        let (grown, found) = (folder.join("corpus").join(name), folder.join("found"));
        fs::create_dir_all(&grown)?;
        fs::create_dir_all(&found)?;
        let mut fuzz = Command::new(program);
        if Path::new(MEMORY).is_dir() {
            fuzz.env("TMPDIR", MEMORY);
        }
        fuzz.env("TARGET", name).args(LIMITS).arg("-print_final_stats=1");
        fuzz.arg(format!("-artifact_prefix={}/{name}-", found.display()));
        fuzz.arg(if self.corpus {
            "-runs=0".to_owned()
        } else {
            format!("-max_total_time={}", self.seconds)
        });
        fuzz.arg(grown).arg(workspace::root().join("tests/fuzz/corpus").join(name));
        let seeds = SEEDS.iter().filter(|(target, _)| *target == name);
        fuzz.args(seeds.map(|(_, folder)| workspace::root().join(folder)));
        if self.corpus { workspace::run(&mut fuzz) } else { kept(&mut fuzz, name) }
    }
}

/// Runs a target, and keeps what it says for the ledger; it is said on standard error.
fn kept(fuzz: &mut Command, name: &str) -> Result<()> {
    let mut child = fuzz.stderr(Stdio::piped()).spawn()?;
    let mut said = Vec::new();
    for line in BufReader::new(child.stderr.take().ok_or("a child without output")?).split(b'\n') {
        let line = line?;
        eprintln!("{}", String::from_utf8_lossy(&line));
        said.extend(line);
        said.push(b'\n');
    }
    let status = child.wait()?;
    if !status.success() {
        return Err(format!("{name} failed ({status})").into());
    }
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_millis();
    workspace::write(&ledger::folder().join(format!("{name}-{now}")), &said)
}

/// The program with all targets.
fn build() -> Result<PathBuf> {
    let host = workspace::host()?;
    let folder = workspace::target().join("fuzz/build");
    let mut build = workspace::cargo();
    build.args(["build", "--release", "--locked", "--manifest-path"]);
    build.arg(workspace::root().join("tests/fuzz/libfuzzer/Cargo.toml"));
    build.env("RUSTC_WRAPPER", env::current_exe()?).env(compiler::VARIABLE, "1");
    // With a target named, what runs while building is built without.
    build.args(["--target", &host, "--target-dir"]).arg(&folder).env("RUSTFLAGS", COVERAGE);
    workspace::run(&mut build)?;
    Ok(folder.join(host).join("release/dps-x509-fuzz"))
}

fn properties(cases: u32) -> Result<()> {
    for (target, name) in PROPERTIES {
        let mut test = workspace::cargo();
        test.arg("test").args(target).args(["--", name]).env("PROPTEST_CASES", cases.to_string());
        let totals = workspace::run_and_keep(&mut test, |line| line.starts_with("test result: "))?;
        if totals.iter().all(|total| total.contains(" 0 passed")) {
            return Err(format!("no test of {} is called {name}", target.join(" ")).into());
        }
    }
    Ok(())
}
