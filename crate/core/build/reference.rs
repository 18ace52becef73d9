//! What one file says of another: names that are there twice, codes that are not there.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    entry::{Causes, Entry, Likely},
    mistake::Mistake,
};

/// Every mistake of that kind.
pub(crate) fn check(entries: &[Entry]) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let mut names = BTreeMap::new();
    for entry in entries {
        if let Some(other) = names.insert(entry.name.as_str(), entry.code.as_str()) {
            let what = format!("{other} has the name `{}` already", entry.name);
            mistakes.push(Mistake { file: file(entry), line: 2, what });
        }
    }
    mistakes.extend(answers(entries));
    let codes: BTreeMap<_, _> = entries.iter().map(|entry| (entry.code.as_str(), entry)).collect();
    for entry in entries {
        let mut lists = vec![entry.likely.as_slice()];
        for symptom in &entry.symptoms {
            match &symptom.likely {
                Causes::OfCode => {}
                Causes::Own(list) => lists.push(list),
                Causes::Of(other, line) => {
                    let is_there = entry
                        .symptoms
                        .iter()
                        .any(|it| it.name == *other && matches!(it.likely, Causes::Own(_)));
                    if !is_there {
                        let what = format!("no symptom `{other}` of {} has likely causes", entry.code);
                        mistakes.push(Mistake { file: file(entry), line: *line, what });
                    }
                }
            }
        }
        mistakes.extend(lists.into_iter().flat_map(|list| of_list(entry, list, &codes)));
    }
    mistakes
}

/// An answer has one meaning, which is told with it and nothing else.
fn answers(entries: &[Entry]) -> Vec<Mistake> {
    let (mut seen, mut mistakes) = (BTreeMap::new(), Vec::new());
    for entry in entries {
        let is_told =
            matches!(entry.say.as_slice(), [one] if one.name.is_none() && one.facts().iter().eq([&"answer"]));
        for answers in &entry.answers {
            let what = match seen.insert((answers.from, answers.to, &answers.says), entry.code.as_str()) {
                Some(other) => format!("{other} has these answers already"),
                None if !is_told => "what is told of an answer is one sentence with {answer}".to_owned(),
                None => continue,
            };
            mistakes.push(Mistake { file: file(entry), line: answers.line, what });
        }
    }
    mistakes
}

fn of_list(entry: &Entry, list: &[Likely], codes: &BTreeMap<&str, &Entry>) -> Vec<Mistake> {
    let mut seen = BTreeSet::new();
    let mut mistakes = Vec::new();
    for likely in list {
        let code = &likely.code;
        let what = match codes.get(code.as_str()) {
            None => format!("there is no code {code}"),
            Some(other) if other.cause.is_none() => {
                format!("{code} has no [cause], which tells it as a possibility")
            }
            Some(_) if !seen.insert(code) => format!("{code} stands twice in this list"),
            Some(_) => continue,
        };
        mistakes.push(Mistake { file: file(entry), line: likely.line, what });
    }
    mistakes
}

fn file(entry: &Entry) -> String {
    format!("{}.md", entry.code)
}
