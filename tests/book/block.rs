//! The fenced blocks of a text.

/// One block.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// The line of its beginning, from 1.
    pub(crate) line: usize,
    /// The first word behind the fence, without what a comma parts from it.
    pub(crate) language: String,
    /// The second: the name of the file that it is.
    pub(crate) name: Option<String>,
    pub(crate) text: String,
}

/// All of them, in their order.
///
/// # Panics
/// One does not end.
pub(crate) fn all(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (index, line) in text.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                let (kind, name) =
                    info.split_once(' ').map_or((info, None), |(kind, name)| (kind, Some(name)));
                open = Some(Block {
                    line: index + 1,
                    language: kind.split(',').next().unwrap_or_default().to_owned(),
                    name: name.map(|name| name.trim().to_owned()),
                    text: String::new(),
                });
            }
            (Some(_), Some("")) => blocks.extend(open.take()),
            (Some(block), _) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert_eq!(open, None, "a block does not end");
    blocks
}

/// Whether a text is what a pattern says: `…` stands for anything within a line, and alone in its line for any lines.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    let lines: Vec<_> = text.trim_end().lines().map(str::trim_end).collect();
    let patterns: Vec<_> = pattern.trim_end().lines().map(str::trim_end).collect();
    all_fit(&patterns, &lines)
}

fn all_fit(patterns: &[&str], lines: &[&str]) -> bool {
    match patterns {
        [] => lines.is_empty(),
        ["…", rest @ ..] => (0..=lines.len()).any(|skipped| all_fit(rest, &lines[skipped..])),
        [pattern, rest @ ..] => match lines {
            [line, others @ ..] => line_fits(pattern, line) && all_fit(rest, others),
            [] => false,
        },
    }
}

fn line_fits(pattern: &str, line: &str) -> bool {
    let mut parts = pattern.split('…');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = line.strip_prefix(first) else { return false };
    let parts: Vec<_> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        match rest.split_once(part) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[test]
fn blocks_are_found_with_their_names() {
    let blocks = all("a\n```toml dps.toml\nx = 1\n```\n\n```rust,no_run\n```\n");
    assert_eq!(blocks.len(), 2);
    assert_eq!(
        (blocks[0].line, blocks[0].name.as_deref(), blocks[0].text.as_str()),
        (2, Some("dps.toml"), "x = 1\n")
    );
    assert_eq!((blocks[1].language.as_str(), &blocks[1].name), ("rust", &None));
}

#[test]
fn a_pattern_fits_or_does_not() {
    for (pattern, text, expected) in [
        ("a\n…\nd", "a\nb\nc\nd\n", true),
        ("a\n…\nd", "a\nd", true),
        ("a\n…", "b", false),
        ("hub … at …s", "hub x at 0.1 s", true),
        ("hub …", "hub", false),
        ("a", "a\nb", false),
        ("a…b…c", "a1b2c", true),
        ("a…b…c", "a1c", false),
    ] {
        assert_eq!(fits(pattern, text), expected, "{pattern:?} {text:?}");
    }
}
