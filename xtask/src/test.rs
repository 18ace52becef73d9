//! `cargo xtask test`: every check and every test of the project, in stages; what is quick comes first.

use std::{
    fs::{self, File},
    panic,
    path::Path,
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use clap::Args;

use crate::{
    check, component, judge, npm, package, page, python,
    setup::{self, Setup},
    supply,
    workspace::{self, Result},
};

/// Runs every check and every test of the project, in stages, the quick ones first.
///
/// Referees that take long run in a fixed short form here; `cargo xtask referee`, `fuzz` and `bench` are their full
/// forms.
#[derive(Debug, Args)]
pub(crate) struct Test {
    /// Leaves out formatting, lints and documentation.
    #[arg(long)]
    no_check: bool,
    /// Runs the first stages alone: formatting, and lints and tests of the core.
    #[arg(long)]
    quick: bool,
    /// Runs one stage alone, by its name in the table at the end; what it takes from earlier ones has to be there.
    #[arg(long, value_name = "STAGE", conflicts_with_all = ["quick", "no_check"])]
    only: Option<String>,
    /// What `cargo test` is to be told besides.
    #[arg(last = true)]
    rest: Vec<String>,
}

/// One stage of the whole.
struct Stage<'a> {
    name: &'static str,
    /// The lines that it gives are the totals of its runners.
    work: Box<dyn Fn() -> Result<Vec<String>> + 'a>,
    /// Stages that run beside it, one after another: those that leave a core free, as they wait for other programs or for
    /// a network, or build what does not come in parts.
    beside: &'static [&'static str],
}

/// Tests that wait most of the time, for servers and networks that fail: stages of their own, and none of those that
/// `cargo test --workspace` runs.
pub(crate) const ASIDE: [&str; 2] = ["queue", "fault"];

/// What takes no core from the stage that it is beside: whoever changes the core waits for that one.
const INSTALLING: &str = "what the tests need";

impl Test {
    /// The first stage that fails ends it, with those beside it; within a stage all tests of one kind are run.
    pub(crate) fn run(&self) -> Result<()> {
        let stages = self.stages();
        if let Some(only) = &self.only {
            let names = || stages.iter().map(|stage| stage.name).collect::<Vec<_>>().join(", ");
            let stage = stages.iter().find(|stage| stage.name == only);
            let stage = stage.ok_or_else(|| format!("there is no stage {only:?}, but {}", names()))?;
            let (row, outcome) = stage.run();
            println!("\n{row}");
            return outcome;
        }
        let is_beside = |name| stages.iter().any(|stage| stage.beside.contains(&name));
        let mut table = Vec::new();
        for stage in stages.iter().filter(|stage| !is_beside(stage.name)) {
            let outcomes = thread::scope(|scope| {
                let names = stage.beside;
                let beside =
                    scope.spawn(move || names.iter().map(|name| elsewhere(name)).collect::<Vec<_>>());
                let mut outcomes = vec![stage.run()];
                outcomes.extend(beside.join().unwrap_or_else(|panic| panic::resume_unwind(panic)));
                outcomes
            });
            table.extend(outcomes.iter().map(|(row, _)| row.clone()));
            if let Some(error) = outcomes.into_iter().find_map(|(_, outcome)| outcome.err()) {
                println!("\n{}", table.join("\n"));
                return Err(error);
            }
        }
        println!("\n{}", table.join("\n"));
        Ok(())
    }

    fn stages(&self) -> Vec<Stage<'_>> {
        let mut stages = Vec::new();
        if !self.no_check {
            stages.push(Stage::new("format", || quiet(check::format())));
            stages.push(Stage::new("supply", || quiet(supply::Supply::default().run())));
            stages
                .push(Stage::new("lint of the core", || quiet(check::lint(&["--package", "dps-x509-core"]))));
        }
        stages.push(Stage::new("what the core's tests need", || quiet(setup::of_core())));
        let core = Stage::new("tests of the core", || self.cargo_test(&["--package", "dps-x509-core"]));
        if self.quick {
            stages.push(core);
            return stages;
        }
        stages.push(core.beside(&[INSTALLING]));
        stages.push(Stage::new(INSTALLING, || quiet(Setup::default().run())));
        if !self.no_check {
            stages.push(Stage::new("workflows and words", || quiet(judge::all())));
        }
        // The command line has the component inside. Both optimise whole programs, each on one core for most of its time.
        let components = Stage::new("components", || quiet(component::Component::default().run()));
        stages.push(components.beside(&["npm package"]));
        stages.push(Stage::new("npm package", || quiet(npm::Npm::default().run())));
        if !self.no_check {
            stages.push(Stage::new("lint", || quiet(check::lint_all())));
            stages.push(Stage::new("documentation", || quiet(check::document())));
        }
        stages.push(Stage::new("packed crates", || quiet(package::Package::default().run())));
        // The end-to-end tests run the binary, and no suite is to wait until Cargo has built those of another.
        stages.push(Stage::new("build", || {
            workspace::run(workspace::cargo().args(["build", "--workspace"]))?;
            let tests = ["test", "--workspace", "--exclude", "dps-x509-core", "--no-run"];
            workspace::run(workspace::cargo().args(tests))?;
            let aside = ASIDE.iter().flat_map(|name| ["--test", name]);
            quiet(workspace::run(workspace::cargo().args(["test", "--workspace", "--no-run"]).args(aside)))
        }));
        stages.push(Stage::new("Python package", || quiet(python::Python::default().run())));
        stages.push(
            Stage::new("tests of everything else", || {
                self.cargo_test(&["--workspace", "--exclude", "dps-x509-core"])
            })
            .beside(&[
                "tests of the npm package",
                "tests of the Python package",
                "tests of the queue",
                "tests of faults",
            ]),
        );
        stages.push(Stage::new("tests of the npm package", npm::test));
        stages.push(Stage::new("tests of the Python package", python::test));
        stages.push(Stage::new("tests of the queue", || {
            cargo_test(&["test", "--workspace", "--test", "queue"], &["--test-threads", "6"])
        }));
        stages.push(Stage::new("tests of faults", || {
            cargo_test(&["test", "--workspace", "--test", "fault"], &[])
        }));
        // By itself: it measures how long a browser is kept busy, and whether its page moves.
        stages.push(Stage::new("tests of the page", page::test));
        stages
    }

    fn cargo_test(&self, selection: &[&str]) -> Result<Vec<String>> {
        let rest: Vec<_> = self.rest.iter().map(String::as_str).collect();
        cargo_test(&[&["test", "--no-fail-fast"], selection, &rest].concat(), &[])
    }
}

/// Runs Cargo's tests; the sum of what they came to.
fn cargo_test(arguments: &[&str], of_harness: &[&str]) -> Result<Vec<String>> {
    let mut test = workspace::cargo();
    test.args(arguments);
    if !of_harness.is_empty() {
        test.arg("--").args(of_harness);
    }
    let totals = workspace::run_and_keep(&mut test, |line| line.starts_with("test result: "))?;
    Ok(vec![sum(&totals)])
}

impl<'a> Stage<'a> {
    fn new(name: &'static str, work: impl Fn() -> Result<Vec<String>> + 'a) -> Self {
        Self { name, work: Box::new(work), beside: &[] }
    }

    fn beside(self, beside: &'static [&'static str]) -> Self {
        Self { beside, ..self }
    }

    /// Its line of the summary, and how it ended; what it prints goes to the terminal.
    fn run(&self) -> (String, Result<()>) {
        println!("\n==== {}", self.name);
        let start = Instant::now();
        let outcome = (self.work)();
        let totals = outcome.as_deref().map_or_else(|_| "FAILED".to_owned(), |totals| totals.join("; "));
        (row(self.name, start.elapsed(), &totals), outcome.map(drop))
    }
}

/// Runs a stage in a process of its own; what it prints is shown once it has ended, so that it stands together.
fn elsewhere(name: &str) -> (String, Result<()>) {
    let start = Instant::now();
    let path = workspace::target().join("stage").join(format!("{name}.txt"));
    let outcome = in_process(name, &path);
    let printed = fs::read(&path).unwrap_or_default();
    let printed = String::from_utf8_lossy(&printed);
    println!("\n{printed}");
    let own = printed.lines().rev().find(|line| line.starts_with(name)).map(str::to_owned);
    (own.unwrap_or_else(|| row(name, start.elapsed(), "FAILED")), outcome)
}

fn in_process(name: &str, path: &Path) -> Result<()> {
    workspace::write(path, b"")?;
    let printed = File::options().append(true).open(path)?;
    // Not this very program: the stage "build" may have put another in its place.
    let mut stage = workspace::cargo();
    if name == INSTALLING {
        stage = workspace::in_the_background(stage);
    }
    stage.args(["run", "--quiet", "--package", "xtask", "--", "test", "--only", name]).stdin(Stdio::null());
    workspace::run(stage.stdout(printed.try_clone()?).stderr(printed))
}

/// A step that has no totals.
fn quiet(result: Result<()>) -> Result<Vec<String>> {
    result.map(|()| Vec::new())
}

/// The lines `test result: ok. 12 passed; 0 failed; 1 ignored; …` of several programs as one.
fn sum(lines: &[String]) -> String {
    let count = |word: &str| -> u64 {
        let of_line = |line: &String| {
            let part = line.split([';', '.']).find(|part| part.trim_end().ends_with(word))?;
            part.split_whitespace().next()?.parse::<u64>().ok()
        };
        lines.iter().filter_map(of_line).sum()
    };
    let [passed, failed, ignored] = ["passed", "failed", "ignored"].map(count);
    format!("{passed} passed; {failed} failed; {ignored} ignored, in {} programs", lines.len())
}

/// A line of the summary: the stage, its time, the totals of its runners.
fn row(name: &str, took: Duration, totals: &str) -> String {
    let (minutes, seconds) = (took.as_secs() / 60, took.as_secs() % 60);
    format!("{name:<27} {minutes:>3} min {seconds:02} s   {totals}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_added() {
        let lines = [
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.52s",
            "test result: FAILED. 30 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s",
        ];
        assert_eq!(sum(&lines.map(str::to_owned)), "42 passed; 2 failed; 1 ignored, in 2 programs");
    }

    #[test]
    fn a_row_has_the_time_in_minutes() {
        let row = row("build", Duration::from_secs(125), "");
        assert_eq!(row, "build                         2 min 05 s");
    }
}
