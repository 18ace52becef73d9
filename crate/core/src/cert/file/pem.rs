//! The PEM blocks of a text (RFC 7468).

/// One block between BEGIN and END, not yet decoded.
#[derive(Debug)]
pub(super) struct Block<'a> {
    pub(super) label: &'a str,
    /// The line of BEGIN, from 1.
    pub(super) line: u32,
    /// The lines of base64 with their numbers.
    pub(super) body: Vec<(&'a str, u32)>,
    /// Whether there is no END.
    pub(super) is_cut: bool,
    /// Whether RFC 1421 headers say that it is encrypted.
    pub(super) is_legacy_encrypted: bool,
}

/// All blocks of a text, whatever stands between them.
pub(super) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut open: Option<Block<'_>> = None;
    for (line, number) in text.lines().zip(1..) {
        let trimmed = line.trim();
        if let Some(label) = marker(trimmed, "BEGIN ") {
            blocks.extend(open.take().map(|block| Block { is_cut: true, ..block }));
            let body = Vec::new();
            open = Some(Block { label, line: number, body, is_cut: false, is_legacy_encrypted: false });
        } else if marker(trimmed, "END ").is_some() {
            blocks.extend(open.take());
        } else if let Some(block) = &mut open {
            match trimmed.split_once(':') {
                Some(("Proc-Type", value)) => block.is_legacy_encrypted = value.contains("ENCRYPTED"),
                Some(_) => {}
                None => block.body.push((line, number)),
            }
        }
    }
    blocks.extend(open.map(|block| Block { is_cut: true, ..block }));
    blocks
}

fn marker<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    line.strip_prefix("-----")?.strip_prefix(word)?.strip_suffix("-----")
}
