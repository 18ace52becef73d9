//! One page of HTML: tables, and curves as SVG. Nothing is fetched and nothing runs.

use super::{
    Summary,
    curve::{Interval, moment},
};

const STYLE: &str = "\
:root{color-scheme:light dark;--assigned:#1a7f37;--refused:#cf222e;--other:#9a6700;--line:#8883}\
@media(prefers-color-scheme:dark){:root{--assigned:#3fb950;--refused:#f85149;--other:#d29922}}\
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
table{border-collapse:collapse;width:100%;margin:1rem 0}\
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid var(--line);overflow-wrap:anywhere}\
td:first-child,th:first-child{text-align:right;width:6rem}\
svg{width:100%;height:auto;display:block}text{fill:currentColor;font:12px system-ui,sans-serif}\
.assigned{fill:var(--assigned)}.refused{fill:var(--refused)}.other{fill:var(--other)}\
polyline{fill:none;stroke-width:2}.p50{stroke:var(--assigned)}.p95{stroke:var(--other)}.p99{stroke:var(--refused)}\
.grid{stroke:var(--line)}figure{margin:1rem 0}figcaption{font-size:.9rem}";

/// The page.
pub(super) fn page(summary: &Summary) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <title>dps-x509: {} devices</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <h1>{} of {} devices have their hub</h1>\n",
        summary.devices,
        summary.assigned(),
        summary.devices
    );
    let intervals: Vec<_> = summary.curve.intervals().collect();
    if let (Some((first, _)), Some((last, _))) = (intervals.first(), intervals.last()) {
        page += &format!(
            "<p>{} to {}</p>\n",
            moment(*first),
            moment(last.saturating_add(summary.curve.length()))
        );
        page += &rate(&intervals, summary.curve.length());
        page += &latency(&intervals, summary.curve.length());
    }
    page +=
        &table("Outcomes", "outcome", summary.outcomes.iter().map(|(name, count)| (*count, escaped(name))));
    page += &table("Hubs", "hub", summary.hubs.iter().map(|(name, count)| (*count, escaped(name))));
    let findings = summary.by_frequency().into_iter().map(|(code, finding)| {
        let text = format!(
            "<b>{} {}</b> ({})<br>{}: {}",
            escaped(code),
            escaped(&finding.name),
            escaped(&finding.severity),
            escaped(&finding.device),
            escaped(&finding.message)
        );
        (finding.devices, text)
    });
    page += &table("Findings", "finding, and what it says of the first device", findings);
    page + "</body>\n</html>\n"
}

/// A table of counts; the second part of a row is markup. Without rows there is none.
fn table(title: &str, what: &str, rows: impl Iterator<Item = (u64, String)>) -> String {
    let rows: String =
        rows.map(|(count, text)| format!("<tr><td>{count}</td><td>{text}</td></tr>\n")).collect();
    if rows.is_empty() {
        return String::new();
    }
    format!(
        "<h2>{title}</h2>\n<table><thead><tr><th scope=\"col\">devices</th><th scope=\"col\">{what}</th></tr></thead>\n\
         <tbody>\n{rows}</tbody></table>\n"
    )
}

const WIDTH: f64 = 800.0;
const HEIGHT: f64 = 200.0;
/// Left of the curves, for the scale.
const MARGIN: f64 = 60.0;

/// Where an interval stands.
struct Axis {
    first: i64,
    step: f64,
    length: i64,
}

impl Axis {
    fn of(intervals: &[(i64, &Interval)], length: i64) -> Self {
        let (first, last) = (intervals.first().map_or(0, |it| it.0), intervals.last().map_or(0, |it| it.0));
        let count = last.saturating_sub(first) / length + 1;
        Self { first, step: WIDTH / float(count), length }
    }

    fn x(&self, begin: i64) -> f64 {
        MARGIN + float((begin - self.first) / self.length) * self.step
    }
}

fn float(number: i64) -> f64 {
    // There are few intervals, and counts of devices are far from where this would not be exact.
    f64::from(i32::try_from(number).unwrap_or(i32::MAX))
}

fn count(number: u64) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

/// Bars: devices a minute, by what became of them.
fn rate(intervals: &[(i64, &Interval)], length: i64) -> String {
    let axis = Axis::of(intervals, length);
    let minute = 60.0 / float(length);
    let most = intervals.iter().map(|(_, it)| count(it.total()) * minute).fold(1.0, f64::max);
    let mut bars = String::new();
    for (begin, interval) in intervals {
        let (x, mut y) = (axis.x(*begin), HEIGHT);
        let parts =
            [("assigned", interval.assigned), ("refused", interval.refused), ("other", interval.other)];
        for (class, number) in parts.into_iter().filter(|(_, number)| *number > 0) {
            let height = count(number) * minute / most * HEIGHT;
            y -= height;
            let width = (axis.step * 0.9).max(0.5);
            bars += &format!(
                "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>"
            );
        }
    }
    let legend = "assigned (green), refused (red), anything else (yellow)";
    figure("Devices a minute", legend, &format!("{most:.0}/min"), &bars)
}

/// Lines: how long half, 95 and 99 of a hundred took at most.
fn latency(intervals: &[(i64, &Interval)], length: i64) -> String {
    let axis = Axis::of(intervals, length);
    let of = |percent| {
        let points =
            intervals.iter().filter_map(move |(begin, it)| Some((*begin, it.latency.percentile(percent)?)));
        points.collect::<Vec<_>>()
    };
    let most = of(100).iter().map(|(_, seconds)| *seconds).fold(0.001, f64::max);
    let line = |(class, percent): (&str, u32)| {
        let points: Vec<String> = of(percent)
            .into_iter()
            .map(|(begin, seconds)| {
                format!("{:.1},{:.1}", axis.x(begin) + axis.step / 2.0, HEIGHT - seconds / most * HEIGHT)
            })
            .collect();
        format!("<polyline class=\"{class}\" points=\"{}\"/>", points.join(" "))
    };
    let lines: String = [("p50", 50), ("p95", 95), ("p99", 99)].into_iter().map(line).collect();
    let legend = "half of the devices (green), 95 % (yellow), 99 % (red); from the first dial to the hub";
    figure("Seconds to the hub", legend, &format!("{most:.1} s"), &lines)
}

fn figure(title: &str, legend: &str, top: &str, content: &str) -> String {
    let (width, height) = (WIDTH + MARGIN, HEIGHT + 4.0);
    format!(
        "<h2>{title}</h2>\n<figure><svg role=\"img\" viewBox=\"0 -12 {width} {}\"><title>{title}: {legend}</title>\
         <line class=\"grid\" x1=\"{MARGIN}\" x2=\"{width}\" y1=\"0\" y2=\"0\"/>\
         <line class=\"grid\" x1=\"{MARGIN}\" x2=\"{width}\" y1=\"{HEIGHT}\" y2=\"{HEIGHT}\"/>\
         <text x=\"0\" y=\"8\">{top}</text><text x=\"0\" y=\"{HEIGHT}\">0</text>{content}</svg>\
         <figcaption>{legend}</figcaption></figure>\n",
        height + 12.0
    )
}

/// Text in which nothing is markup, and nothing hides.
fn escaped(text: &str) -> String {
    let text = dps_x509_core::text::visible(text);
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
