//! Numbers that mean something, each table those of one library, system or protocol.

use std::collections::HashMap;

use super::meaning::Meaning;
use crate::{explain::number::Token, order};

/// What is a table by name only: every extended code of the service, and OpenSSL's, which hold table and reason.
pub(super) const CODES: &str = "dps";
pub(super) const PACKED: &str = "openssl";

/// The low codes of mbedTLS up to here are those of its bignum, of which nobody prints one alone.
const LEAST_OF_BIGNUM: i64 = 0x10;
/// Those of its sockets, which are added to none: -9808 is SecureTransport's, and no -0x2600 - 0x0050.
const OF_SOCKETS: std::ops::RangeInclusive<i64> = 0x42..=0x52;

/// All tables, by their names.
#[derive(Debug, Default)]
pub(super) struct Tables(HashMap<&'static str, Table>);

impl Tables {
    /// The table of this name, which is there from now on.
    pub(super) fn named(&mut self, name: &'static str) -> &mut Table {
        self.0.entry(name).or_default()
    }

    /// Whether numbers can be asked for by this name.
    pub(super) fn has(&self, name: &str) -> bool {
        [CODES, PACKED].contains(&name) || !composed(name).is_empty() || self.0.contains_key(name)
    }

    /// What a number means in a table.
    pub(super) fn number(&self, table: &str, token: &Token) -> Option<Meaning> {
        if table == CODES {
            let code = token.plain().filter(|code| (300_000..600_000).contains(code))?;
            return Some(Meaning::Code(code));
        }
        if table == PACKED {
            let (table, reason) = unpacked(token)?;
            return self.0.get(table)?.meaning(&reason);
        }
        match composed(table) {
            [] => self.0.get(table)?.meaning(token),
            tables => tables.iter().find_map(|name| self.0.get(name)?.meaning(token)),
        }
    }

    /// Each table that says where its numbers stand, where, and whether that names whose they are, in the order of the names.
    pub(super) fn near(&self) -> Vec<(&'static str, Vec<&'static str>, bool)> {
        let with_place = self.0.iter().filter(|(_, table)| !table.near.is_empty());
        let mut near: Vec<_> =
            with_place.map(|(name, table)| (*name, table.near.clone(), table.is_named)).collect();
        order::by_key(&mut near, |(name, ..)| *name);
        near
    }

    /// A number of a table that means trouble, as one writes it.
    #[cfg(test)]
    pub(super) fn example(&self, table: &str) -> Option<String> {
        let table = composed(table).first().copied().unwrap_or(table);
        self.0.get(table)?.example()
    }
}

/// The numbers of one library, system or protocol.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Words of which one stands on a line that speaks of this table.
    pub(super) near: Vec<&'static str>,
    /// Whether these are names of its client or library, which may stand in another line.
    pub(super) is_named: bool,
    /// Whether its numbers are flags that are added up.
    pub(super) is_flags: bool,
    values: HashMap<i64, Meaning>,
}

impl Table {
    pub(super) fn insert(&mut self, value: i64, meaning: Meaning) {
        self.values.insert(value, meaning);
    }

    /// What a number means, in whatever form it is written: with its sign or without, hexadecimal, padded, as the 32 bits
    /// of a negative number, or a low code of mbedTLS added to a high one.
    fn meaning(&self, token: &Token) -> Option<Meaning> {
        if self.is_flags {
            return self.flag(token);
        }
        token.values().into_iter().find_map(|value| {
            let find = |value: i64| self.values.get(&value).copied();
            let is_signed = self.values.contains_key(&value) && self.values.contains_key(&-value);
            let as_bits = i64::from(u32::MAX) + 1;
            find(value)
                .or_else(|| (!is_signed && !(-9..=9).contains(&value)).then(|| find(-value)).flatten())
                .or_else(|| find(value - as_bits))
                .or_else(|| (value < 0).then(|| find(value + as_bits)).flatten())
                .or_else(|| {
                    // The high seven bits of mbedTLS are a module, the low seven another one's code.
                    let value = if value > 0 { -value } else { value };
                    let low = -value & 0x7f;
                    let is_code = low <= LEAST_OF_BIGNUM
                        || self.values.contains_key(&-low) && !OF_SOCKETS.contains(&low);
                    (is_code && (-0x7fff..=-0x1080).contains(&value)).then(|| find(low + value)).flatten()
                })
        })
    }

    /// The smallest number that means trouble, as one writes it.
    #[cfg(test)]
    fn example(&self) -> Option<String> {
        let trouble = self.values.iter().filter(|(_, meaning)| **meaning != Meaning::Nothing);
        let value = trouble.map(|(value, _)| *value).min_by_key(|value| (value.abs(), *value))?;
        let sign = if value < 0 { "-" } else { "" };
        Some(if value.abs() > 0x100 { format!("{sign}0x{:X}", value.abs()) } else { value.to_string() })
    }

    /// The flag that says most of those that are set: the clock before what follows from it.
    fn flag(&self, token: &Token) -> Option<Meaning> {
        const FIRST: [i64; 4] = [0x200, 0x08, 0x01, 0x04];
        let value = token.values().into_iter().find(|value| *value > 0)?;
        let rest = (0..20).map(|bit| 1_i64 << bit);
        FIRST
            .into_iter()
            .chain(rest)
            .filter(|flag| value & flag != 0)
            .find_map(|flag| self.values.get(&flag).copied())
    }
}

/// The tables that one name stands for, those that say more first; a name of its own is none of them.
const fn composed(name: &str) -> &'static [&'static str] {
    match name.as_bytes() {
        b"errno" => &["errno-linux", "wsa", "errno-macos", "errno-newlib"],
        b"errno-newlib" => &["errno-newlib", "errno-linux"],
        b"errno-negative" => &["errno-negative", "errno-linux"],
        _ => &[],
    }
}

/// The table and the reason of a code that OpenSSL has packed: `0A000418` since 3.0, `14094418` before.
fn unpacked(token: &Token) -> Option<(&'static str, Token)> {
    let code = token.hexadecimal().filter(|code| (0x0100_0000..=0xffff_ffff).contains(code))?;
    let library = |code: i64| match code {
        9 => Some("openssl-pem"),
        11 => Some("openssl-x509"),
        20 => Some("openssl-ssl"),
        35 => Some("openssl-pkcs12"),
        _ => None,
    };
    let (new, old) = (library(code >> 23 & 0xff), library(code >> 24));
    new.map(|table| (table, Token::decimal(code & 0x7f_ffff)))
        .or_else(|| old.map(|table| (table, Token::decimal(code & 0xfff))))
}
