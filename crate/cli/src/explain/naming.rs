//! Findings by code or name, and what comes near a mistake.

use dps_x509_core::{
    finding::{Definition, catalogue},
    text::Quoted,
};

/// The definition with this code or name, in any case.
///
/// # Errors
/// A sentence that names what comes near.
pub(crate) fn definition(text: &str) -> Result<&'static Definition, String> {
    let wanted = text.trim();
    let is_wanted = |known: &str| known.eq_ignore_ascii_case(wanted);
    let found = catalogue::ALL.into_iter().find(|known| is_wanted(known.code) || is_wanted(known.name));
    found.ok_or_else(|| {
        let near: Vec<String> =
            near(wanted).iter().map(|near| format!("{} {}", near.code, near.name)).collect();
        let shown = Quoted(wanted);
        if near.is_empty() {
            format!("there is no page for {shown}; `dps-x509 explain --all` prints those there are")
        } else {
            format!("there is no page for {shown}; near it: {}", near.join(", "))
        }
    })
}

/// Most suggestions that still help.
const MOST_SUGGESTIONS: usize = 4;

/// Longest text that is worth comparing: names are shorter.
const LONGEST: usize = 64;

/// Codes in which one character is wrong, and names that are much alike or have the text in them.
fn near(text: &str) -> Vec<&'static Definition> {
    if text.is_empty() || text.len() > LONGEST {
        return Vec::new();
    }
    let (code, name) = (text.to_ascii_uppercase(), text.to_ascii_lowercase());
    let mut near: Vec<(f64, &Definition)> = catalogue::ALL
        .into_iter()
        .map(|known| {
            let of_code = if strsim::osa_distance(known.code, &code) <= 1 { 1.0 } else { 0.0 };
            let of_name = if name.len() > 2 && known.name.contains(&name) {
                1.0
            } else {
                strsim::normalized_damerau_levenshtein(known.name, &name)
            };
            (of_name.max(of_code), known)
        })
        .filter(|(likeness, _)| *likeness > 0.6)
        .collect();
    near.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    near.into_iter().take(MOST_SUGGESTIONS).map(|(_, known)| known).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_lead_to_their_definition() {
        for text in ["DX401", "dx401", " cn-is-not-registration-id ", "CN-is-not-registration-ID"] {
            assert_eq!(definition(text).unwrap().code, "DX401");
        }
    }

    #[test]
    fn mistakes_lead_to_what_is_near() {
        for (text, near) in
            [("DX4O1", "DX401"), ("DX40", "DX401"), ("leaf-alon", "DX431"), ("alone", "leaf-alone")]
        {
            let message = definition(text).unwrap_err();
            assert!(message.contains(near) && message.contains("near it"), "{text}: {message}");
        }
        for text in ["", "\u{1b}[31m", "zzzzzzzzzz", &"x".repeat(100_000)] {
            let message = definition(text).unwrap_err();
            assert!(
                message.contains("explain --all") && message.len() < 200 && !message.contains('\u{1b}'),
                "{message}"
            );
        }
    }
}
