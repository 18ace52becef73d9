//! A file of the catalogue as data.

use crate::{
    front::{Source, Table, Value},
    mistake::Mistake,
    page::Page,
    saying::{Saying, say},
    template::Template,
};

/// A code: what it is, how it is told, its page.
pub(crate) struct Entry {
    pub(crate) code: String,
    pub(crate) name: String,
    /// What is wrong, in at most eight words that go on after a colon.
    pub(crate) title: String,
    /// A variant of `Severity`.
    pub(crate) severity: &'static str,
    /// A variant of `Standing`.
    pub(crate) standing: &'static str,
    pub(crate) source: String,
    /// A variant of `Family`.
    pub(crate) family: &'static str,
    /// How it is told by whom finds it: one sentence without a name, or several with theirs.
    pub(crate) say: Vec<Saying>,
    /// The answers of DPS that are told by it.
    pub(crate) answers: Vec<Answers>,
    /// What can be behind it, the likeliest first.
    pub(crate) likely: Vec<Likely>,
    pub(crate) unsettled: Option<Unsettled>,
    /// How it is told as something that can be behind something else.
    pub(crate) cause: Option<Cause>,
    /// How it is told where a client's words are all that is known of it.
    pub(crate) symptoms: Vec<Symptom>,
    pub(crate) page: Page,
}

/// Answers of DPS, by their extended codes.
pub(crate) struct Answers {
    pub(crate) from: u32,
    /// Itself included.
    pub(crate) to: u32,
    /// Words that the service has to say with it.
    pub(crate) says: Option<String>,
    pub(crate) line: usize,
}

/// A code that can be behind another.
pub(crate) struct Likely {
    pub(crate) code: String,
    pub(crate) standing: &'static str,
    pub(crate) source: String,
    pub(crate) line: usize,
}

/// What nobody has found out.
pub(crate) struct Unsettled {
    pub(crate) what: String,
    pub(crate) source: String,
}

/// A code as a possibility.
pub(crate) struct Cause {
    pub(crate) message: Template,
    pub(crate) next: Template,
    /// A variant of `Needs`.
    pub(crate) needs: &'static str,
    /// A variant of `Enrollment`.
    pub(crate) enrollment: Option<&'static str>,
    pub(crate) is_telling: bool,
}

/// A code as clients report it.
pub(crate) struct Symptom {
    /// In kebab-case, one of its own within the code.
    pub(crate) name: String,
    pub(crate) message: Template,
    pub(crate) next: Template,
    pub(crate) is_vague: bool,
    pub(crate) unsettled: Option<Unsettled>,
    pub(crate) likely: Causes,
}

/// Where a symptom's likely causes stand.
pub(crate) enum Causes {
    /// Those of the code.
    OfCode,
    /// Its own.
    Own(Vec<Likely>),
    /// Those of another symptom of the code, and the line that says so.
    Of(String, usize),
}

const SEVERITIES: [(&str, &str); 3] = [("note", "Note"), ("warning", "Warning"), ("error", "Error")];
const STANDINGS: [(&str, &str); 3] =
    [("documented", "Documented"), ("observed", "Observed"), ("unproven", "Unproven")];
const NEEDS: [(&str, &str); 8] = [
    ("service", "Service"),
    ("file", "File"),
    ("leaf", "Leaf"),
    ("registration-id", "RegistrationId"),
    ("time", "Time"),
    ("group-ca", "GroupCa"),
    ("key", "Key"),
    ("trust", "Trust"),
];
const ENROLLMENTS: [(&str, &str); 2] = [("individual", "Individual"), ("group", "Group")];
/// Their meaning is told at `finding::Family`.
const FAMILIES: [(&str, &str); 25] = [
    ("setting", "Setting"),
    ("target", "Target"),
    ("file", "File"),
    ("purpose", "Purpose"),
    ("opening", "Opening"),
    ("key", "Key"),
    ("name", "Name"),
    ("validity", "Validity"),
    ("usage", "Usage"),
    ("chain", "Chain"),
    ("encoding", "Encoding"),
    ("path", "Path"),
    ("trust", "Trust"),
    ("role", "Role"),
    ("issuance", "Issuance"),
    ("network", "Network"),
    ("tls", "Tls"),
    ("proxy", "Proxy"),
    ("clock", "Clock"),
    ("client", "Client"),
    ("protocol", "Protocol"),
    ("service", "Service"),
    ("enrollment", "Enrollment"),
    ("hub", "Hub"),
    ("run", "Run"),
];

impl Entry {
    /// Reads a file; its name is the code's.
    pub(crate) fn read(file: &str, text: &str) -> Result<Self, Mistake> {
        let at = |line, what: String| Mistake { file: file.to_owned(), line, what };
        let code = file.strip_suffix(".md").filter(|code| is_code(code)).ok_or_else(|| {
            at(
                1,
                "the file's name is DX, three digits and .md: other files are none of the catalogue's"
                    .to_owned(),
            )
        })?;
        let source = Source::new(file, text)?;
        let mut table = source.table()?;
        let name = table.required("name")?;
        let line = name.line();
        let name = name.string()?;
        if !is_kebab(&name) {
            return Err(at(line, format!("`{name}` is not in kebab-case")));
        }
        let entry = Self {
            code: code.to_owned(),
            title: table.required("title")?.phrase(LONGEST_TITLE)?,
            severity: table.required("severity")?.one_of(&SEVERITIES)?,
            standing: table.required("standing")?.one_of(&STANDINGS)?,
            source: table.required("source")?.string()?,
            family: table.required("family")?.one_of(&FAMILIES)?,
            say: say(&mut table)?,
            answers: match table.take("answers") {
                None => Vec::new(),
                Some(list) => list.list()?.into_iter().map(answers).collect::<Result<_, _>>()?,
            },
            likely: table.take("likely").map(likely).transpose()?.unwrap_or_default(),
            unsettled: table.take("unsettled").map(unsettled).transpose()?,
            cause: table.take("cause").map(cause).transpose()?,
            symptoms: match table.take("symptom") {
                None => Vec::new(),
                Some(symptoms) => symptoms.table()?.into_values().map(symptom).collect::<Result<_, _>>()?,
            },
            page: Page::new(source.page).map_err(|what| at(1, format!("the page {what}")))?,
            name,
        };
        table.finish()?;
        let heading = format!("# {} {}", entry.code, entry.name);
        if source.page.lines().next() != Some(heading.as_str()) {
            let line = text.lines().count() - source.page.lines().count() + 1;
            return Err(at(line, format!("the page does not begin with `{heading}`")));
        }
        Ok(entry)
    }

    /// The name of its static.
    pub(crate) fn constant(&self) -> String {
        constant(&self.name)
    }

    /// The name of its module.
    pub(crate) fn module(&self) -> String {
        self.name.replace('-', "_")
    }

    /// The first sentence of the page.
    pub(crate) fn summary(&self) -> String {
        let text = self.page.text.split("## What it is\n").nth(1).unwrap_or_default().trim_start();
        let paragraph = text.split("\n\n").next().unwrap_or_default().replace('\n', " ");
        let end = [". ", ": "].iter().filter_map(|end| paragraph.find(end)).min();
        let sentence =
            end.and_then(|end| paragraph.get(..end)).unwrap_or(paragraph.trim_end_matches(['.', ':']));
        format!("{sentence}.")
    }
}

/// `leaf-alone` as `LEAF_ALONE`.
pub(crate) fn constant(name: &str) -> String {
    name.replace('-', "_").to_ascii_uppercase()
}

fn is_code(text: &str) -> bool {
    text.strip_prefix("DX")
        .is_some_and(|digits| digits.len() == 3 && digits.bytes().all(|it| it.is_ascii_digit()))
}

pub(crate) fn is_kebab(text: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    text.starts_with(|first: char| first.is_ascii_lowercase()) && text.split('-').all(is_word)
}

/// Longest title, in words: with what a page says before it, a verdict stays a line.
const LONGEST_TITLE: usize = 8;

/// `400004`, `"403000-403999"`, or `{ code = 401002, says = "Invalid certificate" }`.
fn answers(value: Value<'_>) -> Result<Answers, Mistake> {
    let line = value.line();
    if value.is_string() {
        let wrong = value.mistake("has two codes with a hyphen between them");
        let text = value.string()?;
        let ends = text.split_once('-').and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
        let (from, to) = ends.filter(|(from, to)| from < to).ok_or(wrong)?;
        return Ok(Answers { from, to, says: None, line });
    }
    if value.is_number() {
        let code = value.number()?;
        return Ok(Answers { from: code, to: code, says: None, line });
    }
    let mut table = value.table()?;
    let code = table.required("code")?.number()?;
    let says = Some(table.required("says")?.string()?);
    table.finish()?;
    Ok(Answers { from: code, to: code, says, line })
}

/// A list of codes. A code alone is an inference: no thread shows this pair, it follows from what the service or TLS has
/// to check.
fn likely(value: Value<'_>) -> Result<Vec<Likely>, Mistake> {
    value.list()?.into_iter().map(one_likely).collect()
}

fn one_likely(value: Value<'_>) -> Result<Likely, Mistake> {
    let line = value.line();
    if value.is_string() {
        let source = "an inference; no thread shows it".to_owned();
        return Ok(Likely { code: value.string()?, standing: "Unproven", source, line });
    }
    let mut table = value.table()?;
    let likely = Likely {
        code: table.required("code")?.string()?,
        standing: table.required("standing")?.one_of(&STANDINGS)?,
        source: table.required("source")?.string()?,
        line,
    };
    table.finish()?;
    Ok(likely)
}

fn unsettled(value: Value<'_>) -> Result<Unsettled, Mistake> {
    let mut table = value.table()?;
    let unsettled =
        Unsettled { what: table.required("what")?.string()?, source: table.required("source")?.string()? };
    table.finish()?;
    Ok(unsettled)
}

fn cause(value: Value<'_>) -> Result<Cause, Mistake> {
    let mut table = value.table()?;
    let cause = Cause {
        message: table.required("message")?.template()?,
        next: table.required("next")?.template()?,
        needs: table.required("needs")?.one_of(&NEEDS)?,
        enrollment: table.take("enrollment").map(|it| it.one_of(&ENROLLMENTS)).transpose()?,
        is_telling: table.is("telling")?,
    };
    table.finish()?;
    Ok(cause)
}

fn symptom(value: Value<'_>) -> Result<Symptom, Mistake> {
    if !is_kebab(value.key()) {
        return Err(value.mistake("is not in kebab-case"));
    }
    let name = value.key().to_owned();
    let mut table: Table<'_> = value.table()?;
    let symptom = Symptom {
        name,
        message: table.required("message")?.template()?,
        next: table.required("next")?.template()?,
        is_vague: table.is("vague")?,
        unsettled: table.take("unsettled").map(unsettled).transpose()?,
        likely: match table.take("likely") {
            None => Causes::OfCode,
            Some(other) if other.is_string() => {
                let line = other.line();
                Causes::Of(other.string()?, line)
            }
            Some(list) => Causes::Own(likely(list)?),
        },
    };
    table.finish()?;
    Ok(symptom)
}
