//! The sentences in which a code is told.

use std::collections::BTreeSet;

use crate::{
    entry::is_kebab,
    front::{Table, Value},
    mistake::Mistake,
    template::Template,
};

/// A sentence, what to do, and where they do not only repeat what is found, what would be right and what is there.
pub(crate) struct Saying {
    pub(crate) name: Option<String>,
    pub(crate) message: Template,
    pub(crate) next: Template,
    pub(crate) expected: Option<Template>,
    pub(crate) found: Option<Template>,
}

impl Saying {
    /// What is put in, anywhere.
    pub(crate) fn facts(&self) -> BTreeSet<&str> {
        let evidence = self.expected.iter().chain(&self.found).flat_map(Template::facts);
        self.message.facts().into_iter().chain(self.next.facts()).chain(evidence).collect()
    }
}

/// The sentence of the code, or those in `[say]`, which take from the code what they do not have; one may say in `what`
/// what the code's own sentences are to be about.
pub(crate) fn say(table: &mut Table<'_>) -> Result<Vec<Saying>, Mistake> {
    let of_code = Parts::take(table)?;
    let Some(several) = table.take("say") else {
        return match of_code {
            Parts { message: None, next: None, expected: None, found: None } => Ok(Vec::new()),
            of_code => Ok(vec![of_code.saying(table, None)?]),
        };
    };
    let one = |value: Value<'_>| {
        if !is_kebab(value.key()) {
            return Err(value.mistake("is not in kebab-case"));
        }
        let name = Some(value.key().to_owned());
        let mut own = value.table()?;
        let what = own.text("what")?;
        let parts = Parts::take(&mut own)?.or(&of_code);
        let parts = what.map_or_else(|| parts.clone(), |what| parts.about(&what));
        let saying = parts.saying(&own, name)?;
        own.finish()?;
        Ok(saying)
    };
    several.table()?.into_values().map(one).collect()
}

/// The texts of which a saying is made.
#[derive(Clone)]
struct Parts {
    message: Option<String>,
    next: Option<String>,
    expected: Option<String>,
    found: Option<String>,
}

impl Parts {
    fn take(table: &mut Table<'_>) -> Result<Self, Mistake> {
        let mut text = |key| table.text(key);
        Ok(Self {
            message: text("message")?,
            next: text("next")?,
            expected: text("expected")?,
            found: text("found")?,
        })
    }

    fn or(self, other: &Self) -> Self {
        let or = |own: Option<String>, other: &Option<String>| own.or_else(|| other.clone());
        Self {
            message: or(self.message, &other.message),
            next: or(self.next, &other.next),
            expected: or(self.expected, &other.expected),
            found: or(self.found, &other.found),
        }
    }

    /// With what the catalogue itself knows in the place of the fact `{what}`.
    fn about(&self, what: &str) -> Self {
        let put = |text: &Option<String>| text.as_ref().map(|text| text.replace("{what}", what));
        Self {
            message: put(&self.message),
            next: put(&self.next),
            expected: put(&self.expected),
            found: put(&self.found),
        }
    }

    fn saying(self, table: &Table<'_>, name: Option<String>) -> Result<Saying, Mistake> {
        let sentence = |key: &str, text: Option<String>| match text {
            Some(text) => table.template(&text),
            None => Err(table.mistake(format!("there is no `{key}`, neither here nor for the code"))),
        };
        let evidence = |text: Option<String>| {
            let template = text.map(|text| table.template(&text)).transpose()?;
            match template {
                Some(template) if template.has_marks() => {
                    Err(table.mistake("what is expected or found names neither inputs nor deeds".to_owned()))
                }
                template => Ok(template),
            }
        };
        Ok(Saying {
            name,
            message: sentence("message", self.message)?,
            next: sentence("next", self.next)?,
            expected: evidence(self.expected)?,
            found: evidence(self.found)?,
        })
    }
}
