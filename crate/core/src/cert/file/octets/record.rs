//! Records of firmware tools, each with its address and its checksum: Intel HEX and Motorola's S-records.

use super::number::{long, number};
use crate::cert::file::text::{Glyph, Octets, is_line_break};

/// `:10000000308201…CC`.
pub(super) fn intel(glyphs: &[Glyph]) -> Vec<Octets> {
    records(glyphs, |line| {
        let (colon, digits) = line.split_first().filter(|(colon, _)| colon.character == ':')?;
        let record = octets(digits)?;
        let sum = record.iter().fold(0_u8, |sum, (octet, _)| sum.wrapping_add(*octet));
        let kind = record.get(3)?.0;
        let data = record.get(4..record.len().checked_sub(1)?)?;
        let is_right = usize::from(record.first()?.0) == data.len() && sum == 0 && colon.character == ':';
        is_right.then(|| if kind == 0 { data.to_vec() } else { Vec::new() })
    })
}

/// `S113000030820…CC`: S1, S2 and S3 hold data, behind addresses of two to four octets.
pub(super) fn motorola(glyphs: &[Glyph]) -> Vec<Octets> {
    records(glyphs, |line| {
        let (start, digits) = line.split_at_checked(2)?;
        let [s, kind] = start else { return None };
        let kind = kind.character.to_digit(10).filter(|_| s.character == 'S')?;
        let record = octets(digits)?;
        let sum = record.iter().fold(0_u8, |sum, (octet, _)| sum.wrapping_add(*octet));
        let is_right = usize::from(record.first()?.0) + 1 == record.len() && sum == 0xff;
        let address = usize::try_from(kind).ok()? + 1;
        match kind {
            _ if !is_right => None,
            1..=3 => Some(record.get(1 + address..record.len() - 1)?.to_vec()),
            _ => Some(Vec::new()),
        }
    })
}

/// The data of all records, one behind the other; what is no record stands around them.
fn records(glyphs: &[Glyph], read: impl Fn(&[Glyph]) -> Option<Vec<(u8, Glyph)>>) -> Vec<Octets> {
    let mut all = Octets::default();
    for line in glyphs.split(|glyph| is_line_break(glyph.character)) {
        let end = line.iter().rposition(|glyph| !glyph.character.is_whitespace()).map_or(0, |at| at + 1);
        for (octet, glyph) in line.get(..end).and_then(&read).unwrap_or_default() {
            all.push(octet, glyph);
        }
    }
    long(vec![all])
}

fn octets(digits: &[Glyph]) -> Option<Vec<(u8, Glyph)>> {
    let (pairs, rest) = digits.as_chunks::<2>();
    let octets = pairs.iter().map(|pair| Some((number(pair, 16)?, pair[0]))).collect::<Option<Vec<_>>>();
    octets.filter(|octets| rest.is_empty() && octets.len() > 4)
}
