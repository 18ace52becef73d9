//! A file of bytes that is DER: objects one behind the other.

use std::{mem, ops::Range};

use super::{finding, reader::Reader};
use crate::cert::der::{Element, Malformed, Problem, ber, kind::Kind, tag};

impl Reader<'_> {
    /// Whether the bytes are DER, whole or cut.
    pub(super) fn read_der(&mut self, bytes: &[u8]) -> bool {
        // A text can begin with '0', which is the tag of a sequence.
        let is_text = bytes.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace());
        match Element::read(bytes, 0) {
            _ if is_text => return false,
            // A zero behind the first byte of an object is how UTF-16 writes that byte.
            Ok(element) if element.content.is_empty() => return false,
            Ok(_) => {}
            Err(Malformed { problem: Problem::IndefiniteLength, .. }) => {
                let definite = ber::to_definite(bytes);
                return definite.is_some_and(|definite| self.read_der(&definite));
            }
            Err(malformed) => {
                let is_cut = matches!(malformed.problem, Problem::ContentCut { .. } | Problem::HeaderCut);
                if is_cut {
                    self.file.findings.push(finding::cut_der(malformed, self.place));
                }
                return is_cut;
            }
        }
        let mut rest = bytes;
        // Of what is no known kind there may be millions, one behind the other: they are one thing.
        let mut unknown = 0..0;
        while let Ok(element) = Element::read(rest, bytes.len() - rest.len()) {
            if element.tag != tag::SEQUENCE {
                break;
            }
            let kind = Kind::of(&element);
            if kind == Kind::Unknown {
                let start = if unknown.is_empty() { element.span().start } else { unknown.start };
                unknown = start..element.span().end;
            } else {
                self.push_unknown(bytes, mem::take(&mut unknown));
                self.push(kind, element.bytes, None, self.place.clone(), false);
            }
            rest = rest.get(element.bytes.len()..).unwrap_or_default();
        }
        self.push_unknown(bytes, unknown);
        if !rest.is_empty() {
            let from = bytes.len() - rest.len();
            self.file.findings.push(finding::bytes_behind(from, rest.len(), self.place));
        }
        true
    }

    fn push_unknown(&mut self, bytes: &[u8], span: Range<usize>) {
        if let Some(unknown) = bytes.get(span).filter(|unknown| !unknown.is_empty()) {
            self.push(Kind::Unknown, unknown, None, self.place.clone(), false);
        }
    }
}
