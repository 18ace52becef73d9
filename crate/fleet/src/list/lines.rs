//! Lines with a limit.

use std::io::{self, BufRead, Read as _};

use super::MAX_ROW;

/// One line without its end, or that it is too long, or the end.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    Whole(Vec<u8>),
    /// It was read over.
    TooLong,
    End,
}

/// The next line. One that is too long is read over, and never kept.
pub(super) fn next(input: &mut impl BufRead) -> io::Result<Line> {
    let most = u64::try_from(MAX_ROW).unwrap_or(u64::MAX).saturating_add(2);
    let mut line = Vec::new();
    if input.by_ref().take(most).read_until(b'\n', &mut line)? == 0 {
        return Ok(Line::End);
    }
    if line.pop_if(|last| *last == b'\n').is_none() && line.len() > MAX_ROW {
        while !input.fill_buf()?.is_empty() {
            let (has_ended, length) = {
                let buffer = input.fill_buf()?;
                match buffer.iter().position(|byte| *byte == b'\n') {
                    Some(position) => (true, position + 1),
                    None => (false, buffer.len()),
                }
            };
            input.consume(length);
            if has_ended {
                break;
            }
        }
        return Ok(Line::TooLong);
    }
    line.pop_if(|last| *last == b'\r');
    Ok(Line::Whole(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_too_long_is_read_over() {
        let mut text = vec![b'a'; MAX_ROW * 3];
        text.extend(b"\nshort\r\nlast");
        let mut input = io::BufReader::with_capacity(777, text.as_slice());
        assert_eq!(next(&mut input).unwrap(), Line::TooLong);
        assert_eq!(next(&mut input).unwrap(), Line::Whole(b"short".to_vec()));
        assert_eq!(next(&mut input).unwrap(), Line::Whole(b"last".to_vec()));
        assert_eq!(next(&mut input).unwrap(), Line::End);
    }
}
