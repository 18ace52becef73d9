//! Sentences of whoever pasted a log, around what a program printed.

/// Words that hold sentences together, and that what programs print has seldom, and hardly several of.
const OF_SENTENCES: [&str; 14] =
    ["the", "is", "are", "be", "and", "or", "to", "with", "for", "of", "in", "on", "at", "as"];
/// Those of them that whoever tells a story has.
const OF_STORIES: [&str; 27] = [
    "it", "that", "this", "these", "was", "were", "been", "but", "after", "before", "when", "while", "if",
    "so", "then", "have", "has", "had", "do", "does", "did", "get", "got", "despite", "still", "also",
    "just",
];
/// Words for the one who writes, and for the one who reads.
const OF_PERSONS: [&str; 12] =
    ["i", "i'm", "i've", "i'd", "my", "me", "we", "we're", "we've", "our", "you", "your"];
/// Two words that only who asks for help writes one behind the other.
const OF_ASKING: [[&str; 2]; 12] = [
    ["please", "help"],
    ["help", "me"],
    ["help", "please"],
    ["any", "help"],
    ["any", "idea"],
    ["any", "ideas"],
    ["any", "suggestion"],
    ["any", "suggestions"],
    ["in", "advance"],
    ["can", "i"],
    ["do", "i"],
    ["am", "i"],
];
/// So many different ones of them make a sentence, with one of a story among them.
const LEAST: usize = 5;
/// Without.
const LEAST_WITHOUT_STORY: usize = 6;
/// With a person in it.
const LEAST_WITH_PERSON: usize = 2;
/// Longest line that is asked.
const LONGEST: usize = 2 * 1024;

/// Whether a line is a sentence that somebody wrote.
pub(in crate::explain) fn is_prose(line: &[u8]) -> bool {
    let Ok(line) = std::str::from_utf8(line.get(..line.len().min(LONGEST)).unwrap_or_default()) else {
        return false;
    };
    let line = line.to_ascii_lowercase();
    let words: Vec<&str> = line
        .split(|character: char| {
            character.is_whitespace() || matches!(character, ',' | '.' | ':' | ';' | '!' | '?')
        })
        .filter(|word| !word.is_empty())
        .collect();
    let has = |known: &&&str| words.contains(*known);
    let of_story = OF_STORIES.iter().filter(has).count();
    let joined = OF_SENTENCES.iter().filter(has).count() + of_story;
    let persons = OF_PERSONS.iter().filter(has).count();
    joined >= if of_story > 0 { LEAST } else { LEAST_WITHOUT_STORY }
        || persons > 0 && joined >= LEAST_WITH_PERSON
        || words.windows(2).any(|pair| OF_ASKING.iter().any(|asking| pair == asking))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_told_from_what_programs_print() {
        for line in [
            "It kept saying that the registration ID is blank, and after setting it in the script I get this:",
            "I changed the port and now my client says connection refused",
            "> We have the same problem with our gateways",
            "please help me",
        ] {
            assert!(is_prose(line.as_bytes()), "{line}");
        }
        for line in [
            "Error: connect ECONNREFUSED 127.0.0.1:8883",
            "The remote certificate is invalid according to the validation procedure.",
            "E (59347) esp-tls: Failed to open new connection",
            "connection could not be established, certificate of the partner is not in the list of trusted certificates",
            "2022-05-09T19:25:37.4016Z [I] Failed to provision a connection string from eis",
            "java.io.IOException: An existing connection was forcibly closed by the remote host",
        ] {
            assert!(!is_prose(line.as_bytes()), "{line}");
        }
    }
}
