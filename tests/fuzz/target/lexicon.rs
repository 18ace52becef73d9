//! The text of a lexicon, which the web package fetches beside its module. The catalogue is read when the core is built.

use dps_x509_core::explain::lexicon_mistakes;

/// A lexicon stays in memory for good, so that texts are short.
const MOST: usize = 1024;

pub(super) fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes.get(..MOST).unwrap_or(bytes)).into_owned();
    let mistakes = lexicon_mistakes(text.clone());
    // Whatever means nothing is a part of it, and the same however often it is read.
    for mistake in &mistakes {
        assert!(text.contains(mistake), "{mistake:?} is not in it");
    }
    assert_eq!(lexicon_mistakes(text), mistakes);
}
