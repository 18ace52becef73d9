//! What each target has had: the runs of this machine, added up in the table of `tests/fuzz/README.md`.

use std::{fs, path::PathBuf};

use crate::workspace::{self, Result};

/// Where what the runs said is kept until it is counted.
pub(super) fn folder() -> PathBuf {
    workspace::target().join("fuzz/run")
}

/// Adds the runs that were not counted yet to the table.
pub(super) fn count() -> Result<()> {
    let path = workspace::root().join("tests/fuzz/README.md");
    let mut document = fs::read_to_string(&path)?;
    let mut runs = fs::read_dir(folder())?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    runs.sort();
    for run in &runs {
        let name = run.file_name().unwrap_or_default().to_string_lossy();
        let (target, _) = name.rsplit_once('-').ok_or_else(|| format!("{name} is no run"))?;
        let told = Told::of(&String::from_utf8_lossy(&fs::read(run)?))
            .ok_or_else(|| format!("{} does not say what it came to", run.display()))?;
        document = add(&document, target, told)?;
    }
    workspace::write(&path, document.as_bytes())?;
    for run in &runs {
        fs::remove_file(run)?;
    }
    Ok(())
}

/// What libFuzzer says at its end, or a row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Told {
    executions: u64,
    seconds: u64,
    /// Branches that were taken by any input.
    branches: u64,
    /// Seconds of the slowest input.
    slowest: u64,
    /// Most memory in megabytes.
    memory: u64,
}

impl Told {
    fn of(log: &str) -> Option<Self> {
        let number = |text: &str| text.trim().parse::<u64>().ok();
        let behind = |words: &str| {
            let line = log.lines().rev().find_map(|line| line.split_once(words))?.1;
            number(line.split_whitespace().next()?)
        };
        Some(Self {
            executions: behind("stat::number_of_executed_units:")?,
            seconds: number(
                log.lines().rev().find_map(|line| line.strip_prefix("Done "))?.split(' ').nth(3)?,
            )?,
            branches: behind(" cov: ")?,
            slowest: behind("stat::slowest_unit_time_sec:")?,
            memory: behind("stat::peak_rss_mb:")?,
        })
    }

    fn and(self, other: Self) -> Self {
        Self {
            executions: self.executions + other.executions,
            seconds: self.seconds + other.seconds,
            branches: other.branches,
            slowest: self.slowest.max(other.slowest),
            memory: self.memory.max(other.memory),
        }
    }
}

/// The document with a run more in the row of a target.
fn add(document: &str, target: &str, told: Told) -> Result<String> {
    let begin = format!("| `{target}` |");
    let row = document.lines().find(|line| line.starts_with(&begin));
    let row = row.ok_or_else(|| format!("the table has no row for {target}"))?;
    let mut cells = row.trim_matches('|').split('|').map(str::trim);
    let (Some(name), Some(what)) = (cells.next(), cells.next()) else {
        return Err("a row without cells".into());
    };
    let mut number = || -> Result<u64> { Ok(cells.next().unwrap_or_default().replace(',', "").parse()?) };
    let had = Told {
        executions: number()?,
        seconds: number()?,
        branches: number()?,
        slowest: number()?,
        memory: number()?,
    };
    let sum = had.and(told);
    let (executions, seconds) = (grouped(sum.executions), grouped(sum.seconds));
    let (branches, slowest, memory) = (grouped(sum.branches), sum.slowest, sum.memory);
    let new = format!("| {name} | {what} | {executions} | {seconds} | {branches} | {slowest} | {memory} |");
    Ok(document.replace(row, &new))
}

/// With a comma behind every three digits.
fn grouped(number: u64) -> String {
    if number < 1000 {
        number.to_string()
    } else {
        format!("{},{:03}", grouped(number / 1000), number % 1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "#12\tINITED cov: 40 ft: 50 corp: 2/9b\n#1234567\tDONE   cov: 2345 ft: 50 corp: 2/9b lim: 4 exec/s: 9\n\
        Done 1234567 runs in 301 second(s)\nstat::number_of_executed_units: 1234567\nstat::average_exec_per_sec: 9\n\
        stat::new_units_added:          0\nstat::slowest_unit_time_sec:    1\nstat::peak_rss_mb:              92\n";

    #[test]
    fn a_run_is_added_to_its_row() {
        let told = Told::of(LOG).unwrap();
        let expected = Told { executions: 1_234_567, seconds: 301, branches: 2345, slowest: 1, memory: 92 };
        assert_eq!(told, expected);
        assert_eq!(Told::of("it crashed"), None);
        let table = "| `a` | this | 9 | 1 | 1 | 0 | 1 |\n| `b` | that | 1,000 | 900 | 9 | 3 | 7 |\n";
        let expected =
            "| `a` | this | 9 | 1 | 1 | 0 | 1 |\n| `b` | that | 1,235,567 | 1,201 | 2,345 | 3 | 92 |\n";
        assert_eq!(add(table, "b", told).unwrap(), expected);
        assert!(add(table, "c", told).is_err());
    }
}
