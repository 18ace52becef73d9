//! The front matter of a file: tables whose keys are taken one by one, each with the line it stands in.

use std::{borrow::Cow, collections::BTreeMap};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::{mistake::Mistake, template::Template};

/// A file of the catalogue, cut into its parts.
pub(crate) struct Source<'s> {
    file: &'s str,
    front: &'s str,
    /// What stands behind the front matter.
    pub(crate) page: &'s str,
}

impl<'s> Source<'s> {
    pub(crate) fn new(file: &'s str, text: &'s str) -> Result<Self, Mistake> {
        let parts = text.strip_prefix("+++\n").and_then(|rest| rest.split_once("\n+++\n"));
        let (front, page) = parts.ok_or_else(|| Mistake {
            file: file.to_owned(),
            line: 1,
            what: "there is no front matter between two lines of +++".to_owned(),
        })?;
        Ok(Self { file, front, page: page.trim_start_matches('\n') })
    }

    /// The whole front matter.
    pub(crate) fn table(&'s self) -> Result<Table<'s>, Mistake> {
        let table = DeTable::parse(self.front).map_err(|error| {
            self.mistake(error.span().map_or(0, |span| span.start), error.message().to_owned())
        })?;
        Ok(Table::new(self, String::new(), 0, table.into_inner()))
    }

    /// A mistake at this byte of the front matter.
    fn mistake(&self, at: usize, what: String) -> Mistake {
        let before = self.front.get(..at).unwrap_or_default();
        // The line of +++ is the first.
        Mistake { file: self.file.to_owned(), line: before.matches('\n').count() + 2, what }
    }
}

/// A value, and where it stands.
pub(crate) struct Value<'s> {
    source: &'s Source<'s>,
    key: String,
    at: usize,
    value: DeValue<'s>,
}

/// A table that is being read.
pub(crate) struct Table<'s> {
    source: &'s Source<'s>,
    name: String,
    at: usize,
    values: BTreeMap<String, Value<'s>>,
}

impl<'s> Table<'s> {
    fn new(source: &'s Source<'s>, name: String, at: usize, table: DeTable<'s>) -> Self {
        let value = |(key, value): (Spanned<Cow<'s, str>>, Spanned<DeValue<'s>>)| {
            let key = key.into_inner().into_owned();
            let at = value.span().start;
            (key.clone(), Value { source, key, at, value: value.into_inner() })
        };
        Self { source, name, at, values: table.into_iter().map(value).collect() }
    }

    /// Takes a value that may be absent.
    pub(crate) fn take(&mut self, key: &str) -> Option<Value<'s>> {
        self.values.remove(key)
    }

    /// Takes a value that has to be there.
    pub(crate) fn required(&mut self, key: &str) -> Result<Value<'s>, Mistake> {
        self.take(key).ok_or_else(|| self.mistake(format!("{} has no `{key}`", self.shown())))
    }

    /// Takes a string that may be absent.
    pub(crate) fn text(&mut self, key: &str) -> Result<Option<String>, Mistake> {
        self.take(key).map(Value::string).transpose()
    }

    /// A sentence of this table.
    pub(crate) fn template(&self, text: &str) -> Result<Template, Mistake> {
        Template::new(text).map_err(|what| self.mistake(format!("a sentence {what}")))
    }

    /// Takes a truth that is `false` where it is absent.
    pub(crate) fn is(&mut self, key: &str) -> Result<bool, Mistake> {
        match self.take(key) {
            None => Ok(false),
            Some(Value { value: DeValue::Boolean(is), .. }) => Ok(is),
            Some(other) => Err(other.mistake("is true or false")),
        }
    }

    /// What nobody has taken is a mistake.
    pub(crate) fn finish(self) -> Result<(), Mistake> {
        match self.values.values().min_by_key(|value| value.at) {
            None => Ok(()),
            Some(unknown) => Err(unknown.mistake(&format!("is no key of {}", self.shown()))),
        }
    }

    /// Every value, whatever its key.
    pub(crate) fn into_values(self) -> impl Iterator<Item = Value<'s>> {
        self.values.into_values()
    }

    pub(crate) fn mistake(&self, what: String) -> Mistake {
        self.source.mistake(self.at, what)
    }

    fn shown(&self) -> String {
        if self.name.is_empty() { "the front matter".to_owned() } else { format!("[{}]", self.name) }
    }
}

impl<'s> Value<'s> {
    /// The key it stands under.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// A string that says something.
    pub(crate) fn string(self) -> Result<String, Mistake> {
        match self.value {
            DeValue::String(text) if !text.trim().is_empty() => Ok(text.into_owned()),
            _ => Err(self.mistake("is a string that is not empty")),
        }
    }

    /// A string of at most so many words, without a full stop.
    pub(crate) fn phrase(self, most: usize) -> Result<String, Mistake> {
        let (source, at, key) = (self.source, self.at, self.key.clone());
        let text = self.string()?;
        if text.split_whitespace().count() > most || text.ends_with('.') {
            return Err(source.mistake(at, format!("`{key}` has more than {most} words, or a full stop")));
        }
        Ok(text)
    }

    /// A sentence.
    pub(crate) fn template(self) -> Result<Template, Mistake> {
        let (source, at, key) = (self.source, self.at, self.key.clone());
        Template::new(&self.string()?).map_err(|what| source.mistake(at, format!("`{key}` {what}")))
    }

    /// One of several words, each with what it stands for.
    pub(crate) fn one_of(self, words: &[(&str, &'static str)]) -> Result<&'static str, Mistake> {
        let known = match &self.value {
            DeValue::String(text) => words.iter().find(|(word, _)| word == text),
            _ => None,
        };
        known.map(|(_, meaning)| *meaning).ok_or_else(|| {
            let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            self.mistake(&format!("is one of {}", words.join(", ")))
        })
    }

    /// A table.
    pub(crate) fn table(self) -> Result<Table<'s>, Mistake> {
        match self.value {
            DeValue::Table(table) => Ok(Table::new(self.source, self.key, self.at, table)),
            _ => Err(self.mistake("is a table")),
        }
    }

    /// The values of a list; none of anything else.
    pub(crate) fn list(self) -> Result<Vec<Self>, Mistake> {
        let Self { source, key, at, value } = self;
        let DeValue::Array(list) = value else {
            return Err(source.mistake(at, format!("`{key}` is a list")));
        };
        let item = |value: Spanned<DeValue<'s>>| {
            let at = value.span().start;
            Value { source, key: key.clone(), at, value: value.into_inner() }
        };
        Ok(list.into_iter().map(item).collect())
    }

    /// Whether it is a string.
    pub(crate) const fn is_string(&self) -> bool {
        matches!(self.value, DeValue::String(_))
    }

    /// Whether it is a whole number.
    pub(crate) const fn is_number(&self) -> bool {
        matches!(self.value, DeValue::Integer(_))
    }

    /// A whole number that is not negative.
    pub(crate) fn number(self) -> Result<u32, Mistake> {
        let number = match &self.value {
            DeValue::Integer(number) => number.as_str().parse().ok(),
            _ => None,
        };
        number.ok_or_else(|| self.mistake("is a whole number"))
    }

    /// Its line in the file, from 1.
    pub(crate) fn line(&self) -> usize {
        self.source.mistake(self.at, String::new()).line
    }

    /// A mistake about it: `` `severity` is one of … ``
    pub(crate) fn mistake(&self, what: &str) -> Mistake {
        self.source.mistake(self.at, format!("`{}` {what}", self.key))
    }
}
