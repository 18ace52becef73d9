//! The chapter of measures: what `cargo xtask bench` found, with the commit and the day that it is of.

use std::{fs, path::PathBuf};

use serde_json::Value;

use super::{frame::escaped, source};
use crate::workspace::Result;

/// The file that `cargo xtask bench --publish` writes.
pub(crate) fn published() -> PathBuf {
    source().join("measures.json")
}

/// The chapter without its title.
pub(crate) fn chapter() -> Result<String> {
    let path = published();
    if !path.is_file() {
        return Ok("<p>No run has been published yet: <code>cargo xtask bench --publish</code> measures everything beside its \
                   peers, in one run on one machine, and puts it here.</p>\n"
            .to_owned());
    }
    let document = serde_json::from_str(&fs::read_to_string(&path)?)?;
    rendered(&document).ok_or_else(|| format!("{} is not what bench writes", path.display()).into())
}

/// A table for each group: median, spread, and the median as a multiple of the first of its group in the same unit.
fn rendered(document: &Value) -> Option<String> {
    let commit = document.get("commit").and_then(Value::as_str).unwrap_or("an unknown one");
    let (year, month, day) = date(document.get("seconds")?.as_u64()?);
    let mut html = format!(
        "<p>Each group was measured beside its peers in one run, on {year}-{month:02}-{day:02}, with {} processors, at commit \
         <code>{}</code>. Ratios are to the first of the group that has the same unit; they hold from one machine to \
         another, times do not. <code>cargo xtask bench</code> repeats it.</p>\n",
        document.get("processors")?.as_u64()?,
        escaped(commit.get(..12).unwrap_or(commit)),
    );
    let measures = document.get("measures")?.as_array()?;
    let mut group = None;
    for measure in measures {
        let text = |name: &str| measure.get(name).and_then(Value::as_str);
        let number = |name: &str| measure.get(name).and_then(Value::as_f64);
        if group != Some(text("group")?) {
            html += if group.is_some() { "</tbody>\n</table></div>\n" } else { "" };
            group = text("group");
            html += &format!(
                "<h2>{}</h2>\n<div class=\"wide\"><table>\n<thead><tr><th>What</th><th>Median</th><th>Least to most</th>\
                 <th>Ratio</th></tr></thead>\n<tbody>\n",
                escaped(text("group")?)
            );
        }
        let spread = match (number("least")?, number("most")?) {
            (least, most) if measure.get("count")?.as_u64()? > 1 => {
                format!("{} to {}", shown(least), shown(most))
            }
            _ => String::new(),
        };
        let ratio = number("ratio").map(|ratio| format!("{ratio:.2}")).unwrap_or_default();
        html += &format!(
            "<tr><td>{}</td><td>{} {}</td><td>{spread}</td><td>{ratio}</td></tr>\n",
            escaped(text("name")?),
            shown(number("median")?),
            escaped(text("unit")?),
        );
    }
    html += if group.is_some() { "</tbody>\n</table></div>\n" } else { "" };
    Some(html)
}

/// Three digits that count.
fn shown(value: f64) -> String {
    let digits = match value.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    format!("{value:.digits$}")
}

/// Year, month and day of a moment after 1970, in UTC.
fn date(seconds: u64) -> (u64, u64, u64) {
    let is_leap =
        |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let (mut days, mut year) = (seconds / 86_400, 1970);
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let mut month = 1;
    for length in [31, 28 + u64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    (year, month, days + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_is_a_table_with_the_day_and_the_commit() {
        let measure = |group: &str, name: &str, count: u64, ratio: Value| {
            serde_json::json!({
                "group": group, "name": name, "unit": "ms", "median": 2.0, "least": 1.5, "most": 250.4, "count": count,
                "ratio": ratio,
            })
        };
        let document = serde_json::json!({
            "version": 1, "commit": "0123456789abcdef", "seconds": 1_796_083_200_u64, "processors": 2,
            "measures": [
                measure("one <process>", "bare", 9, Value::Null),
                measure("one <process>", "ours", 1, 1.104.into()),
                measure("load", "ours", 3, Value::Null),
            ],
        });
        let html = rendered(&document).unwrap();
        assert!(html.contains("on 2026-12-01") && html.contains("<code>0123456789ab</code>"), "{html}");
        assert!(
            html.contains("<h2>one &lt;process&gt;</h2>") && html.matches("<table>").count() == 2,
            "{html}"
        );
        assert!(html.contains("<td>bare</td><td>2.00 ms</td><td>1.50 to 250</td><td></td>"), "{html}");
        assert!(html.contains("<td>ours</td><td>2.00 ms</td><td></td><td>1.10</td>"), "{html}");
        assert_eq!(html.matches("</table>").count(), 2);
        assert_eq!(rendered(&serde_json::json!({ "measures": [] })), None);
    }

    #[test]
    fn days_are_counted_over_leap_years() {
        for (seconds, expected) in [
            (0, (1970, 1, 1)),
            (951_782_399, (2000, 2, 28)),
            (951_782_400, (2000, 2, 29)),
            (951_868_800, (2000, 3, 1)),
            (1_735_689_599, (2024, 12, 31)),
            (1_735_689_600, (2025, 1, 1)),
        ] {
            assert_eq!(date(seconds), expected, "{seconds}");
        }
    }
}
