//! `cargo xtask test`: every check and every test of the project, in stages; what is quick comes first.

use std::time::{Duration, Instant};

use clap::Args;

use crate::{
    check, component, judge, npm, page, python,
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
    /// What `cargo test` is to be told besides.
    #[arg(last = true)]
    rest: Vec<String>,
}

/// One stage: its name, and what it does; the lines that it gives are the totals of its runners.
type Stage<'a> = (&'static str, Box<dyn Fn() -> Result<Vec<String>> + 'a>);

impl Test {
    /// The first stage that fails ends it; within a stage all tests of one kind are run.
    pub(crate) fn run(&self) -> Result<()> {
        let mut table = Vec::new();
        for (name, work) in self.stages() {
            println!("\n==== {name}");
            let start = Instant::now();
            let outcome = work();
            table.push(row(name, start.elapsed(), outcome.as_deref().unwrap_or(&["FAILED".to_owned()])));
            if let Err(error) = outcome {
                println!("\n{}", table.join("\n"));
                return Err(error);
            }
        }
        println!("\n{}", table.join("\n"));
        Ok(())
    }

    fn stages(&self) -> Vec<Stage<'_>> {
        let mut stages: Vec<Stage<'_>> = Vec::new();
        if !self.no_check {
            stages.push(("format", Box::new(|| quiet(check::format()))));
            stages.push(("supply", Box::new(|| quiet(supply::Supply::default().run()))));
            stages
                .push(("lint of the core", Box::new(|| quiet(check::lint(&["--package", "dps-x509-core"])))));
        }
        stages.push(("tests of the core", Box::new(|| self.core())));
        if self.quick {
            return stages;
        }
        stages.push(("what the tests need", Box::new(|| quiet(Setup {}.run()))));
        if !self.no_check {
            stages.push(("workflows and words", Box::new(|| quiet(judge::all()))));
        }
        // The command line has the component inside.
        stages.push(("components", Box::new(|| quiet(component::Component::default().run()))));
        if !self.no_check {
            stages.push(("lint", Box::new(|| quiet(check::lint(&["--workspace"])))));
            stages.push(("documentation", Box::new(|| quiet(check::document()))));
        }
        stages.push(("npm package", Box::new(|| quiet(npm::Npm::default().run()))));
        // The end-to-end tests run the binary.
        stages.push((
            "build",
            Box::new(|| quiet(workspace::run(workspace::cargo().args(["build", "--workspace"])))),
        ));
        let rest = ["--workspace", "--exclude", "dps-x509-core"];
        stages.push(("tests of everything else", Box::new(move || self.cargo_test(&rest))));
        stages.push(("Python package", Box::new(|| quiet(python::Python::default().run()))));
        stages.push(("tests of the npm package", Box::new(npm::test)));
        stages.push(("tests of the Python package", Box::new(python::test)));
        stages.push(("tests of the page", Box::new(page::test)));
        stages
    }

    fn core(&self) -> Result<Vec<String>> {
        setup::of_core()?;
        self.cargo_test(&["--package", "dps-x509-core"])
    }

    fn cargo_test(&self, selection: &[&str]) -> Result<Vec<String>> {
        let mut test = workspace::cargo();
        test.args(["test", "--no-fail-fast"]).args(selection).args(&self.rest);
        let totals = workspace::run_and_keep(&mut test, |line| line.starts_with("test result: "))?;
        Ok(vec![sum(&totals)])
    }
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
fn row(name: &str, took: Duration, totals: &[String]) -> String {
    let (minutes, seconds) = (took.as_secs() / 60, took.as_secs() % 60);
    format!("{name:<26} {minutes:>3} min {seconds:02} s   {}", totals.join("; ")).trim_end().to_owned()
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
        let row = row("build", Duration::from_secs(125), &[]);
        assert_eq!(row, "build                        2 min 05 s");
    }
}
