//! CSV (RFC 4180), with the liberties that spreadsheets and people take: semicolons, tabs or bars, any end of line, a line
//! `sep=;` and remarks behind a `#` before the header, blanks around values, and cells that are left out behind the last one with something in it.

use std::io::BufRead;

mod header;

use super::{MAX_ROW, Row, RowFault, Stop, reason};

/// The rows behind the header, behind so many lines that have been read.
pub(super) fn rows(
    input: impl BufRead + Send,
    lines: u64,
) -> Result<impl Iterator<Item = Result<Result<Row, RowFault>, Stop>> + Send, Stop> {
    let mut reader = Reader { input, separator: None, line: lines + 1 };
    let names = reader.header()?;
    let (mut number, mut has_ended) = (0, false);
    Ok(std::iter::from_fn(move || {
        if has_ended {
            return None;
        }
        let record = match reader.record() {
            Ok(record) => record?,
            Err(stop) => {
                has_ended = true;
                return Some(Err(stop));
            }
        };
        number += 1;
        let line = record.line;
        let columns = record.fields.and_then(|fields| {
            if fields.iter().skip(names.len()).any(|field| !field.is_empty()) {
                return Err(format!(
                    "its columns are {}, and those of the header {}",
                    fields.len(),
                    names.len()
                ));
            }
            // Spreadsheets and editors leave out the empty ones at the end, or add some.
            Ok(names
                .iter()
                .cloned()
                .zip(fields.into_iter().chain(std::iter::repeat_with(String::new)))
                .collect())
        });
        Some(Ok(match columns {
            Ok(columns) => Ok(Row { number, line, columns }),
            Err(reason) => Err(RowFault { number, line, reason }),
        }))
    }))
}

struct Reader<I> {
    input: I,
    /// Known once the header was read.
    separator: Option<u8>,
    /// The next one, from 1.
    line: u64,
}

/// A record, and where it begins.
struct Record {
    line: u64,
    fields: Result<Vec<String>, String>,
}

/// The fields of a record, or what is wrong with it.
type Fields = Result<Vec<Vec<u8>>, String>;

/// Where in a field the reader is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Begin,
    Plain,
    Quoted,
    /// Behind a quote in a quoted field: its end, or the first of two.
    Quote,
    /// Behind the end of a quoted field, where something stands that does not belong there.
    Stray,
}

impl<I: BufRead> Reader<I> {
    fn first(&mut self) -> Result<Record, Stop> {
        self.record()?.ok_or((None, "it is empty".to_owned()))
    }

    /// The next record with something in it.
    fn record(&mut self) -> Result<Option<Record>, Stop> {
        loop {
            let (line, separator) = (self.line, self.separator);
            let Some(fields) = self.fields(line)? else { return Ok(None) };
            let is_blank =
                matches!(&fields, Ok(fields) if fields.iter().all(|field| field.trim_ascii().is_empty()));
            if is_blank {
                self.separator = separator;
                continue;
            }
            let text = |bytes| {
                String::from_utf8(bytes).map_err(|_| "it is not UTF-8; save the list as UTF-8".to_owned())
            };
            let fields = fields.and_then(|fields| fields.into_iter().map(text).collect());
            return Ok(Some(Record { line, fields }));
        }
    }

    /// Up to the end of a record, which is that of a line unless the line ends in quotes.
    fn fields(&mut self, begin: u64) -> Result<Option<Fields>, Stop> {
        let (mut fields, mut field, mut at, mut length, mut is_stray) =
            (Vec::new(), Vec::new(), At::Begin, 0, false);
        loop {
            let Some(byte) = self.byte(begin)? else {
                if length == 0 {
                    return Ok(None);
                }
                if at == At::Quoted {
                    return Err((Some(begin), "a quotation mark is opened and never closed".to_owned()));
                }
                break;
            };
            length += 1;
            if length > MAX_ROW {
                return Err((
                    Some(begin),
                    format!(
                        "the row is longer than {MAX_ROW} bytes; perhaps a quotation mark is never closed"
                    ),
                ));
            }
            if at != At::Quoted && matches!(byte, b'\n' | b'\r') {
                self.end_of_line(byte, begin)?;
                break;
            }
            let is_separator = match self.separator {
                Some(separator) => byte == separator,
                None => SEPARATORS.contains(&byte),
            };
            at = match (at, byte) {
                (At::Quoted, b'"') => At::Quote,
                (At::Quoted, _) => {
                    field.push(byte);
                    At::Quoted
                }
                (_, _) if is_separator => {
                    fields.push((trimmed(std::mem::take(&mut field), at), byte));
                    At::Begin
                }
                (At::Begin, b' ' | b'\t') => At::Begin,
                (At::Begin, b'"') => At::Quoted,
                (At::Quote, b'"') => {
                    field.push(byte);
                    At::Quoted
                }
                (At::Quote | At::Stray, b' ' | b'\t') => At::Stray,
                (At::Quote | At::Stray, _) => {
                    is_stray = true;
                    At::Stray
                }
                (At::Begin | At::Plain, _) => {
                    field.push(byte);
                    At::Plain
                }
            };
        }
        let field = trimmed(field, at);
        if self.separator.is_none() {
            let separator = separator(&fields);
            self.separator = Some(separator);
            return Ok(Some(Ok(join(fields, field, separator))));
        }
        let mut whole: Vec<_> = fields.into_iter().map(|(field, _)| field).collect();
        whole.push(field);
        if is_stray {
            return Ok(Some(Err(
                "something stands between a closing quotation mark and the next column".to_owned()
            )));
        }
        Ok(Some(Ok(whole)))
    }

    fn byte(&mut self, begin: u64) -> Result<Option<u8>, Stop> {
        let buffer = self.input.fill_buf().map_err(|error| (Some(begin), reason(&error)))?;
        let byte = buffer.first().copied();
        if byte.is_some() {
            self.input.consume(1);
        }
        self.line += u64::from(byte == Some(b'\n'));
        Ok(byte)
    }

    /// Takes the second half of an end of line, where there is one. A carriage return alone is one too.
    fn end_of_line(&mut self, first: u8, begin: u64) -> Result<(), Stop> {
        if first == b'\r' {
            let buffer = self.input.fill_buf().map_err(|error| (Some(begin), reason(&error)))?;
            match buffer.first() {
                Some(b'\n') => drop(self.byte(begin)?),
                _ => self.line += 1,
            }
        }
        Ok(())
    }
}

/// What may part the columns.
const SEPARATORS: [u8; 4] = [b',', b';', b'|', b'\t'];

/// A tab, which nobody writes into a name, or the one that stands in the header most often.
fn separator(fields: &[(Vec<u8>, u8)]) -> u8 {
    let count = |separator: u8| fields.iter().filter(|(_, it)| *it == separator).count();
    if count(b'\t') > 0 {
        return b'\t';
    }
    let most = SEPARATORS.into_iter().rev().max_by_key(|separator| count(*separator));
    most.unwrap_or(b',')
}

/// Without the blanks behind it, unless it ended in a quotation mark.
fn trimmed(mut field: Vec<u8>, at: At) -> Vec<u8> {
    if at == At::Plain {
        field.truncate(field.trim_ascii_end().len());
    }
    field
}

/// The header, whose fields were cut at every separator there is.
fn join(fields: Vec<(Vec<u8>, u8)>, last: Vec<u8>, separator: u8) -> Vec<Vec<u8>> {
    let (mut whole, mut open) = (Vec::new(), Vec::new());
    for (field, end) in fields {
        open.extend(field);
        if end == separator {
            whole.push(std::mem::take(&mut open));
        } else {
            open.push(end);
        }
    }
    open.extend(last);
    whole.push(open);
    whole
}

#[cfg(test)]
mod tests {
    use super::super::tests::shown;

    #[test]
    fn quotes_ends_of_lines_and_separators_are_read_as_spreadsheets_write_them() {
        assert_eq!(shown("id,cert\r\na,x\r\nb,y"), ["1@2 id=a cert=x", "2@3 id=b cert=y"]);
        assert_eq!(shown("id;cert\na;\"x;y\"\n"), ["1@2 id=a cert=x;y"]);
        assert_eq!(shown("id\tcert, the\na\tx,y\n"), ["1@2 id=a cert,the=x,y"]);
        assert_eq!(
            shown("id,note\na,\"say \"\"hi\"\"\"\nb,\"\"\n"),
            ["1@2 id=a note=say \\\"hi\\\"", "2@3 id=b note="]
        );
        assert_eq!(
            shown("id,note\na,\"two\r\nlines\"\nb,\n"),
            ["1@2 id=a note=two\\r\\nlines", "2@4 id=b note="]
        );
        assert_eq!(shown("id,note\n\n,\n \na,5\" tube\n"), ["1@5 id=a note=5\\\" tube"]);
        assert_eq!(shown(" \"id\" , \"cert\"\n a , \"x, y\" \n"), ["1@2 id=a cert=x, y"]);
        assert_eq!(shown("id,cert\ra, x \r\rb,\" y \"\r"), ["1@2 id=a cert=x", "2@4 id=b cert= y "]);
        assert_eq!(shown("id,cert\r\r\na,x\r\r\n"), ["1@3 id=a cert=x"]);
        assert_eq!(shown("id|cert, the|key\na|x,y|\n"), ["1@2 id=a cert,the=x,y key="]);
    }

    #[test]
    fn cells_that_are_left_out_at_the_end_are_empty() {
        let rows = shown("id,cert,payload\na,x\nb\nc,x,p,,\nd,x,p,,q\n");
        assert_eq!(
            rows[..3],
            ["1@2 id=a cert=x payload=", "2@3 id=b cert= payload=", "3@4 id=c cert=x payload=p"]
        );
        assert_eq!(rows[3], "4@5! its columns are 5, and those of the header 3");
        assert_eq!(shown("id,cert,,\na,x,,\n"), ["1@2 id=a cert=x = ="]);
    }

    #[test]
    fn a_row_that_is_wrong_does_not_hide_the_next() {
        let rows = shown(b"id,cert\na,b,c\nb,x,y\nc,\"x\"z\nd,\xe4\ne,x\n");
        assert_eq!(rows[0], "1@2! its columns are 3, and those of the header 2");
        assert!(rows[1].starts_with("2@3! its columns are 3"));
        assert!(rows[2].starts_with("3@4! something stands between"));
        assert!(rows[3].contains("UTF-8"));
        assert_eq!(rows[4], "5@6 id=e cert=x");
    }

    #[test]
    fn a_quote_that_is_never_closed_ends_the_list_where_it_opens() {
        let rows = shown("id,cert\na,x\nb,\"y\nc,z\n");
        assert_eq!(rows, ["1@2 id=a cert=x", "Some(3) a quotation mark is opened and never closed"]);
        let long = format!("id\n\"{}", "x\n".repeat(super::MAX_ROW));
        assert!(shown(long)[0].contains("longer than"));
    }
}
