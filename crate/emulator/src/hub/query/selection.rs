//! What a query gives of the documents that it found.

use serde_json::{Map, Value};

use super::{
    QueryError,
    expression::{Path, compare, number_of},
    token::{Token, Tokens},
    wrong,
};

/// What stands behind SELECT.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Selection {
    All,
    Columns(Vec<Column>),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    value: Selected,
    alias: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
enum Selected {
    Path(Path),
    Count,
    Of(Aggregate, Path),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Aggregate {
    Avg,
    Sum,
    Min,
    Max,
}

impl Selection {
    pub(super) fn parse(tokens: &mut Tokens) -> Result<Self, QueryError> {
        if tokens.takes_sign(&["*"]).is_some() {
            return Ok(Self::All);
        }
        let mut columns = vec![Column::parse(tokens)?];
        while tokens.takes(&Token::Comma) {
            columns.push(Column::parse(tokens)?);
        }
        Ok(Self::Columns(columns))
    }

    /// Whether it fits to the groups.
    pub(super) fn check(&self, groups: &[Path]) -> Result<(), QueryError> {
        let Self::Columns(columns) = self else {
            return if groups.is_empty() { Ok(()) } else { wrong("GROUP BY needs a list behind SELECT") };
        };
        if groups.is_empty() && !self.is_aggregate() {
            return Ok(());
        }
        let is_one_of_them = |column: &Column| match &column.value {
            Selected::Path(path) => groups.contains(path),
            Selected::Count | Selected::Of(..) => true,
        };
        if columns.iter().all(is_one_of_them) {
            Ok(())
        } else {
            wrong("what is selected is neither an aggregate nor in GROUP BY")
        }
    }

    fn is_aggregate(&self) -> bool {
        let is_it = |column: &Column| !matches!(column.value, Selected::Path(_));
        matches!(self, Self::Columns(columns) if columns.iter().any(is_it))
    }

    /// One row for each document, or for each group of them.
    pub(super) fn rows(&self, documents: Vec<Value>, groups: &[Path]) -> Vec<Value> {
        let Self::Columns(columns) = self else { return documents };
        if groups.is_empty() && !self.is_aggregate() {
            return documents.iter().map(|document| row(columns, std::slice::from_ref(document))).collect();
        }
        if groups.is_empty() {
            return vec![row(columns, &documents)];
        }
        let mut grouped: Vec<(Vec<Option<Value>>, Vec<Value>)> = Vec::new();
        for document in documents {
            let key: Vec<_> = groups.iter().map(|path| path.find(&document).cloned()).collect();
            match grouped.iter_mut().find(|(known, _)| *known == key) {
                Some((_, members)) => members.push(document),
                None => grouped.push((key, vec![document])),
            }
        }
        grouped.iter().map(|(_, members)| row(columns, members)).collect()
    }
}

fn row(columns: &[Column], documents: &[Value]) -> Value {
    let mut row = Map::new();
    for (place, column) in columns.iter().enumerate() {
        let first = documents.first().unwrap_or(&Value::Null);
        let name = match (&column.alias, &column.value) {
            (Some(alias), _) => alias.clone(),
            (None, Selected::Path(path)) => path.name(first),
            (None, _) => format!("${}", place + 1),
        };
        let value = match &column.value {
            Selected::Path(path) => path.find(first).cloned(),
            Selected::Count => Some(documents.len().into()),
            Selected::Of(aggregate, path) => {
                aggregate.of(documents.iter().filter_map(|document| path.find(document)))
            }
        };
        row.extend(value.map(|value| (name, value)));
    }
    row.into()
}

impl Column {
    fn parse(tokens: &mut Tokens) -> Result<Self, QueryError> {
        let path = Path::parse(tokens)?;
        let value = if tokens.takes(&Token::Open) {
            let value = Self::aggregate(&path, tokens)?;
            tokens.expect(&Token::Close, ")")?;
            value
        } else {
            Selected::Path(path)
        };
        let alias = tokens.takes_word("AS").then(|| tokens.name()).transpose()?;
        Ok(Self { value, alias })
    }

    fn aggregate(function: &Path, tokens: &mut Tokens) -> Result<Selected, QueryError> {
        let aggregate = match function.name(&Value::Null).to_ascii_lowercase().as_str() {
            "count" => return Ok(Selected::Count),
            "avg" => Aggregate::Avg,
            "sum" => Aggregate::Sum,
            "min" => Aggregate::Min,
            "max" => Aggregate::Max,
            other => return wrong(format!("there is no aggregate {other:.100}")),
        };
        Ok(Selected::Of(aggregate, Path::parse(tokens)?))
    }
}

impl Aggregate {
    /// Undefined where there is nothing to aggregate.
    fn of<'a>(self, values: impl Iterator<Item = &'a Value>) -> Option<Value> {
        let values: Vec<&Value> = values.collect();
        let ordered = |one: &&Value, other: &&Value| compare(one, other).unwrap_or(std::cmp::Ordering::Equal);
        match self {
            Self::Min => values.into_iter().min_by(ordered).cloned(),
            Self::Max => values.into_iter().max_by(ordered).cloned(),
            Self::Sum | Self::Avg => {
                let numbers: Vec<f64> = values.iter().filter_map(|value| value.as_f64()).collect();
                let sum: f64 = numbers.iter().sum();
                let count = u32::try_from(numbers.len()).ok().filter(|count| *count > 0)?;
                Some(number_of(if self == Self::Avg { sum / f64::from(count) } else { sum }))
            }
        }
    }
}
