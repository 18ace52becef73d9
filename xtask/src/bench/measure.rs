//! What the benchmarks measured: one table, and the same as JSON.

use std::{fs, path::Path, time::SystemTime};

use serde_json::{Value, json};

use crate::workspace::{self, Result};

/// Names the file where benchmarks note what they measured (`bench/note.rs`).
pub(super) const VARIABLE: &str = "DPS_X509_MEASURES";

/// One thing, measured once or several times.
#[derive(Debug, PartialEq)]
pub(super) struct Measure {
    group: String,
    name: String,
    unit: String,
    /// In rising order, at least one.
    values: Vec<f64>,
}

impl Measure {
    fn new(group: &str, name: &str, unit: &str, mut values: Vec<f64>) -> Option<Self> {
        values.retain(|value| value.is_finite());
        values.sort_by(f64::total_cmp);
        let (group, name, unit) = (group.to_owned(), name.to_owned(), unit.to_owned());
        (!values.is_empty()).then_some(Self { group, name, unit, values })
    }

    fn median(&self) -> f64 {
        self.values.get(self.values.len() / 2).copied().unwrap_or_default()
    }

    fn spread(&self) -> (f64, f64) {
        let (least, most) = (self.values.first(), self.values.last());
        (least.copied().unwrap_or_default(), most.copied().unwrap_or_default())
    }

    /// As a multiple of the first of its group that is counted in the same unit; `None` for that one itself.
    fn ratio(&self, all: &[Self]) -> Option<f64> {
        let first = all.iter().find(|it| it.group == self.group && it.unit == self.unit)?;
        (first != self && first.median() != 0.0).then(|| self.median() / first.median())
    }
}

/// What benchmarks noted, and what Criterion left in its folder since then.
pub(super) fn gather(notes: &str, criterion: &Path, since: SystemTime) -> Result<Vec<Measure>> {
    let mut measures = Vec::new();
    for line in notes.lines() {
        let note: Value = serde_json::from_str(line)?;
        let text = |name: &str| {
            note.get(name).and_then(Value::as_str).ok_or_else(|| format!("a note without {name}: {line}"))
        };
        let values = note
            .get("values")
            .and_then(Value::as_array)
            .ok_or_else(|| format!("a note without values: {line}"))?;
        let values = values.iter().filter_map(Value::as_f64).collect();
        measures.extend(Measure::new(text("group")?, text("name")?, text("unit")?, values));
    }
    let mut of_criterion = Vec::new();
    samples(criterion, since, &mut of_criterion)?;
    // In the order in which they were measured.
    of_criterion.sort_by_key(|(time, _)| *time);
    measures.extend(of_criterion.into_iter().map(|(_, measure)| measure));
    Ok(together(measures))
}

/// Those of a group one behind the other, where the first of them stood: several benchmarks may measure for one.
fn together(mut measures: Vec<Measure>) -> Vec<Measure> {
    let mut order: Vec<String> = Vec::new();
    for measure in &measures {
        if !order.contains(&measure.group) {
            order.push(measure.group.clone());
        }
    }
    measures.sort_by_key(|measure| order.iter().position(|group| *group == measure.group));
    measures
}

/// A folder `new` of each benchmark has its name and its samples.
fn samples(folder: &Path, since: SystemTime, found: &mut Vec<(SystemTime, Measure)>) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        let sample = path.join("sample.json");
        let is_newest = path.file_name().is_some_and(|name| name == "new");
        match fs::metadata(&sample).and_then(|metadata| metadata.modified()) {
            Ok(time) if is_newest && time >= since => {
                let read = |path: &Path| -> Result<Value> { Ok(serde_json::from_slice(&fs::read(path)?)?) };
                let (name, sample) = (read(&path.join("benchmark.json"))?, read(&sample)?);
                let list = |name: &str| {
                    sample.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_f64)
                };
                let values = list("times").zip(list("iters")).map(|(time, count)| time / count / 1000.0);
                let group = name.get("group_id").and_then(Value::as_str).unwrap_or_default();
                let of_group = name.get("function_id").and_then(Value::as_str).unwrap_or(group);
                found.extend(Measure::new(group, of_group, "us", values.collect()).map(|it| (time, it)));
            }
            _ if path.is_dir() => samples(&path, since, found)?,
            _ => {}
        }
    }
    Ok(())
}

/// Everything as a table to read.
pub(super) fn table(measures: &[Measure]) -> String {
    let rows: Vec<[String; 4]> = measures
        .iter()
        .map(|it| {
            let (least, most) = it.spread();
            let spread = if it.values.len() > 1 {
                format!("{} … {}", number(least), number(most))
            } else {
                String::new()
            };
            let ratio = it.ratio(measures).map(|ratio| format!("× {ratio:.2}")).unwrap_or_default();
            [format!("  {}", it.name), format!("{} {}", number(it.median()), it.unit), spread, ratio]
        })
        .collect();
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|it| it.chars().count()).max().unwrap_or(0)
    };
    let widths = [width(0), width(1), width(2)];
    let (mut text, mut group) = (String::new(), "");
    for (measure, [name, median, spread, ratio]) in measures.iter().zip(&rows) {
        if measure.group != group {
            group = &measure.group;
            text += &format!("{group}\n");
        }
        let [first, second, third] = widths;
        let row = format!("{name:first$}  {median:>second$}  {spread:>third$}  {ratio}");
        text += &format!("{}\n", row.trim_end());
    }
    text
}

/// Three digits that count.
fn number(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// Everything for programs, with what it was measured on.
pub(super) fn json(measures: &[Measure]) -> String {
    let all: Vec<Value> = measures
        .iter()
        .map(|it| {
            let (least, most) = it.spread();
            json!({
                "group": it.group,
                "name": it.name,
                "unit": it.unit,
                "median": it.median(),
                "least": least,
                "most": most,
                "count": it.values.len(),
                "ratio": it.ratio(measures),
            })
        })
        .collect();
    let git = |words: &[&str]| {
        workspace::read(std::process::Command::new("git").args(words).current_dir(workspace::root())).ok()
    };
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let document = json!({
        "version": 1,
        "commit": git(&["rev-parse", "HEAD"]),
        "seconds": time,
        "processors": processors,
        "measures": all,
    });
    format!("{document:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_noted_is_in_both_forms() {
        let notes = "{\"group\":\"one\",\"name\":\"ours\",\"unit\":\"ms\",\"values\":[3.0, 1.0, 2.0]}\n\
                     {\"group\":\"one\",\"name\":\"theirs\",\"unit\":\"ms\",\"values\":[5.0]}\n\
                     {\"group\":\"one\",\"name\":\"memory\",\"unit\":\"KiB\",\"values\":[180.4]}\n";
        let measures = gather(notes, Path::new("nowhere"), SystemTime::now()).unwrap();
        let expected = "one\n  ours    2.00 ms  1.00 … 3.00\n  theirs  5.00 ms               × 2.50\n  memory  180 KiB\n";
        assert_eq!(table(&measures), expected);
        let json: Value = serde_json::from_str(&json(&measures)).unwrap();
        let theirs = &json["measures"][1];
        assert_eq!(
            (&theirs["ratio"], &theirs["count"], &theirs["median"]),
            (&2.5.into(), &1.into(), &5.0.into())
        );
        assert!(json["measures"][0]["ratio"].is_null() && json["processors"].as_u64().unwrap() > 0);
        assert!(gather("{}\n", Path::new("nowhere"), SystemTime::now()).is_err());
    }

    #[test]
    fn a_group_that_two_benchmarks_measure_is_told_once() {
        let note = |group: &str, name: &str, value: f64| {
            format!("{{\"group\":\"{group}\",\"name\":\"{name}\",\"unit\":\"us\",\"values\":[{value}]}}\n")
        };
        let notes =
            [note("one", "theirs", 8.0), note("two", "other", 1.0), note("one", "ours", 2.0)].concat();
        let measures = gather(&notes, Path::new("nowhere"), SystemTime::now()).unwrap();
        let expected = "one\n  theirs  8.00 us\n  ours    2.00 us    × 0.25\ntwo\n  other   1.00 us\n";
        assert_eq!(table(&measures), expected);
    }

    #[test]
    fn what_criterion_left_is_found_unless_it_is_old() {
        let folder = std::env::temp_dir().join(format!("dps-x509-bench-{}", std::process::id()));
        let new = folder.join("a group/a function/new");
        fs::create_dir_all(&new).unwrap();
        fs::write(new.join("benchmark.json"), r#"{"group_id":"a group","function_id":"a function"}"#)
            .unwrap();
        fs::write(new.join("sample.json"), r#"{"iters":[1.0,2.0],"times":[3000.0,8000.0]}"#).unwrap();
        let found = gather("", &folder, SystemTime::UNIX_EPOCH).unwrap();
        let later = SystemTime::now() + std::time::Duration::from_secs(60);
        let none = gather("", &folder, later).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(found, [Measure::new("a group", "a function", "us", vec![4.0, 3.0]).unwrap()]);
        assert_eq!(none, []);
    }
}
