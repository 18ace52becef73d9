//! Queries over lists of documents: twins of a hub, enrollments of DPS (`iot-hub-devguide-query-language`).

mod expression;
mod selection;
mod token;

use std::fmt;

use serde_json::Value;

use expression::{Expression, Path};
use selection::Selection;
use token::{Token, Tokens};

/// A query that was understood.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Query {
    top: Option<usize>,
    selection: Selection,
    /// In lower case.
    collection: String,
    filter: Option<Expression>,
    groups: Vec<Path>,
}

/// The longest text of a query, in characters (the same document, under its limits).
const LONGEST: usize = 8192;
/// How deep conditions may stand in parentheses; the emulator's choice.
const DEEPEST: usize = 64;

/// Why a query is not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QueryError(String);

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the query cannot be run: {}", self.0)
    }
}

fn wrong<T>(what: impl Into<String>) -> Result<T, QueryError> {
    Err(QueryError(what.into()))
}

impl Query {
    /// Parses `SELECT [TOP n] … FROM … [WHERE …] [GROUP BY …]`.
    ///
    /// # Errors
    /// What is not understood, or documented as not supported.
    pub(crate) fn parse(text: &str) -> Result<Self, QueryError> {
        if text.chars().count() > LONGEST {
            return wrong(format!("it has more than {LONGEST} characters"));
        }
        let mut tokens = Tokens::read(text)?;
        tokens.expect_word("SELECT")?;
        let top = tokens.takes_word("TOP").then(|| tokens.count()).transpose()?;
        let selection = Selection::parse(&mut tokens)?;
        tokens.expect_word("FROM")?;
        let mut collection = tokens.name()?.to_ascii_lowercase();
        while tokens.takes(&Token::Dot) {
            collection = format!("{collection}.{}", tokens.name()?.to_ascii_lowercase());
        }
        let filter =
            tokens.takes_word("WHERE").then(|| Expression::parse(&mut tokens, DEEPEST)).transpose()?;
        let mut groups = Vec::new();
        if tokens.takes_word("GROUP") {
            tokens.expect_word("BY")?;
            groups.push(Path::parse(&mut tokens)?);
            while tokens.takes(&Token::Comma) {
                groups.push(Path::parse(&mut tokens)?);
            }
        }
        tokens.expect_end()?;
        selection.check(&groups)?;
        Ok(Self { top, selection, collection, filter, groups })
    }

    /// What stands behind FROM, in lower case.
    pub(crate) fn collection(&self) -> &str {
        &self.collection
    }

    /// Whether it gives whole documents.
    pub(crate) const fn is_whole(&self) -> bool {
        matches!(self.selection, Selection::All)
    }

    /// The rows, in the order of the documents.
    pub(crate) fn run(&self, documents: impl IntoIterator<Item = Value>) -> Vec<Value> {
        let is_wanted = |document: &Value| {
            let filter = self.filter.as_ref();
            filter.is_none_or(|filter| filter.value(document) == Some(Value::Bool(true)))
        };
        let found: Vec<Value> = documents.into_iter().filter(is_wanted).collect();
        let mut rows = self.selection.rows(found, &self.groups);
        rows.truncate(self.top.unwrap_or(usize::MAX));
        rows
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn twins() -> [Value; 3] {
        let twin = |id: &str, region: &str, every: u64, connectivity: Value| {
            json!({
                "deviceId": id, "status": "enabled", "connectionState": "Disconnected", "version": 2,
                "tags": {"location": {"region": region, "my-floor": 3}, "list": [1, 2]},
                "properties": {
                    "desired": {"$version": every},
                    "reported": {"telemetry": {"every": every, "status": connectivity}},
                },
            })
        };
        [
            twin("a", "US", 30, json!("wired")),
            twin("b", "US", 60, json!("wifi")),
            twin("c", "EU", 90, json!(null)),
        ]
    }

    fn ids(query: &str) -> String {
        let rows = Query::parse(query).unwrap_or_else(|error| panic!("{query}: {error}")).run(twins());
        rows.iter().map(|row| row["deviceId"].as_str().unwrap()).collect()
    }

    #[test]
    fn conditions() {
        for (condition, expected) in [
            ("tags.location.region = 'US'", "ab"),
            ("tags.location.region = \"US\" AND properties.reported.telemetry.every >= 60", "b"),
            ("tags.location.region != 'US'", "c"),
            ("tags.location.region <> 'US' OR deviceId = 'a'", "ac"),
            ("NOT (tags.location.region = 'US')", "c"),
            ("properties.reported.telemetry.status IN ['wired', 'wifi']", "ab"),
            ("properties.reported.telemetry.status NIN ['wired']", "bc"),
            ("is_defined(tags.location)", "abc"),
            ("IS_DEFINED(tags.nothing)", ""),
            ("NOT is_defined(properties.reported.nothing) and DeviceId < 'b'", "a"),
            ("properties.reported.telemetry.status = null", "c"),
            // What is not there is neither equal nor unequal to anything.
            ("tags.nothing != 'x'", ""),
            ("tags.location.region = 5", ""),
            ("properties.reported.telemetry.every * 2 > 100 + 10", "bc"),
            ("properties.reported.telemetry.every % 60 = 0", "b"),
            ("properties.desired.$version > -1 AND status = 'enabled'", "abc"),
            ("tags.list[1] = 2 AND tags.location.[[my-floor]] = 3 AND tags.location.my-floor = 3", "abc"),
            ("deviceId = 'a' OR deviceId = 'b' AND tags.location.region = 'EU'", "a"),
            ("properties.reported.telemetry.every=6e1", "b"),
            ("deviceId IN []", ""),
            ("true", "abc"),
        ] {
            assert_eq!(ids(&format!("SELECT * FROM devices WHERE {condition}")), expected, "{condition}");
        }
        assert_eq!(ids("select top 2 * from devices"), "ab");
        assert_eq!(ids(" SELECT\n*\tFROM Devices "), "abc");
    }

    #[test]
    fn projections_and_groups() {
        let rows = |query: &str| Value::from(Query::parse(query).unwrap().run(twins()));
        assert_eq!(
            rows(
                "SELECT DeviceId, tags.location.region AS place, tags.nothing FROM devices WHERE deviceId = 'a'"
            ),
            json!([{"deviceId": "a", "place": "US"}])
        );
        assert_eq!(rows("SELECT COUNT() AS devices FROM devices"), json!([{"devices": 3}]));
        assert_eq!(rows("SELECT COUNT() AS n FROM devices WHERE deviceId = 'x'"), json!([{"n": 0}]));
        assert_eq!(
            rows(
                "SELECT tags.location.region AS region, COUNT() AS n, AVG(properties.reported.telemetry.every) AS \
                 every, MIN(deviceId) AS first, MAX(version) AS version, SUM(tags.list[0]) AS sum FROM devices \
                 GROUP BY tags.location.region"
            ),
            json!([
                {"region": "US", "n": 2, "every": 45, "first": "a", "version": 2, "sum": 2},
                {"region": "EU", "n": 1, "every": 90, "first": "c", "version": 2, "sum": 1},
            ])
        );
    }

    #[test]
    fn what_is_no_query() {
        for bad in [
            "",
            "SELECT",
            "SELECT * FROM",
            "SELECT * FROM devices WHERE",
            "SELECT * FROM devices WHERE a =",
            "SELECT * FROM devices WHERE a = 'open",
            "SELECT * FROM devices WHERE (a = 1",
            "SELECT * FROM devices WHERE a = 1)",
            "SELECT * FROM devices WHERE starts_with(a, 'b')",
            "SELECT * FROM devices ORDER BY a",
            "SELECT TOP x * FROM devices",
            "SELECT TOP -1 * FROM devices",
            "SELECT a, COUNT() AS n FROM devices",
            "SELECT * FROM devices GROUP BY a",
            "SELECT median(a) FROM devices",
            "SELECT * FROM devices; DROP TABLE devices",
            "SELECT * FROM devices WHERE a = \u{1F600}",
        ] {
            assert!(Query::parse(bad).is_err(), "{bad}");
        }
        let said = |query: &str| Query::parse(query).unwrap_err().to_string();
        assert!(said("SELECT * FROM devices d").ends_with("its end is expected, and not d"));
        assert!(said("SELECT COUNT(*) AS n FROM devices").ends_with(") is expected, and not *"));
        assert!(
            said("SELECT * FROM 'devices'").ends_with("a name is expected, and not the text \"devices\"")
        );
        let deep = format!("SELECT * FROM devices WHERE {}a{}", "(".repeat(4000), ")".repeat(4000));
        assert!(Query::parse(&deep).is_err());
        let deep = format!("SELECT * FROM devices WHERE {} a", "NOT ".repeat(2000));
        assert!(Query::parse(&deep).is_err());
        assert!(Query::parse(&"x".repeat(LONGEST + 1)).is_err());
        // A long one is not a deep one.
        assert_eq!(ids(&format!("SELECT * FROM devices WHERE 0{} > 4000", "+1".repeat(4001))), "abc");
    }
}
