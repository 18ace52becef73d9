//! Keys under the encryption of PEM itself: without their passphrase nothing tells whether their bytes are whole, but for
//! their number.

use zeroize::Zeroizing;

use super::header::block_length;
use crate::cert::{
    der::kind::{KeyContainer, Kind},
    file::{
        body::{self, Whole},
        finding,
        marker::{Marker, MarkerDamage},
        reader::Reader,
        text::Text,
    },
};

impl Reader<'_> {
    /// Reads a block of which `Proc-Type` says that it is encrypted; its base64 is in `range`.
    pub(super) fn read_encrypted(
        &mut self,
        text: &Text,
        range: (usize, usize),
        begin: &Marker,
        closing: Option<&Marker>,
        dek_info: &str,
    ) {
        let (label, place) = (begin.label.as_str(), self.place_of(begin.glyph));
        match body::read_opaque(&text.glyphs, range.0, range.1, block_length(dek_info)) {
            Ok(Whole { der, damage, .. }) => {
                let mut findings =
                    finding::markers(begin, closing, &damage, &place, |glyph| self.place_of(glyph));
                let mut lines = std::iter::once(begin).chain(closing);
                let is_shifted = lines.any(|line| line.damage.is_some_and(MarkerDamage::is_position));
                findings.extend(finding::damage(label, &damage, is_shifted, |glyph| self.place_of(glyph)));
                let bytes = Zeroizing::new([dek_info.as_bytes(), b"\n", &der].concat());
                let is_damaged = !findings.is_empty();
                self.file.findings.extend(findings);
                self.push(
                    Kind::PrivateKey(KeyContainer::LegacyEncrypted),
                    &bytes,
                    Some(label),
                    place,
                    is_damaged,
                );
            }
            Err(broken) => {
                let finding = finding::broken(label, &broken, &place, |glyph| self.place_of(glyph));
                self.file.findings.push(finding);
            }
        }
    }
}
