//! What stands above the rows: the names of the columns; and before them what spreadsheets and people write there.

use std::{io::BufRead, sync::Arc};

use super::Reader;
use crate::list::{Stop, is_same};

impl<I: BufRead> Reader<I> {
    /// The names of the columns.
    pub(super) fn header(&mut self) -> Result<Vec<Arc<str>>, Stop> {
        let mut header = self.first()?;
        let mut told = None;
        while let Ok(fields) = &header.fields {
            if told.is_none() && self.is_told_the_separator(fields) {
                told = self.separator;
            } else if !is_remark(fields) {
                break;
            }
            // What stands in a remark says nothing of how the columns are parted.
            self.separator = told;
            header = self.first()?;
        }
        let names = header.fields.map_err(|reason| (Some(header.line), reason))?;
        let names: Vec<Arc<str>> =
            names.iter().map(|name| name.trim_start_matches('#').trim().into()).collect();
        let is_twice = |at: usize, name: &str| names.iter().take(at).any(|it| is_same(it, name));
        if let Some((_, twice)) =
            names.iter().enumerate().find(|(at, name)| !name.is_empty() && is_twice(*at, name))
        {
            return Err((Some(header.line), format!("the column \"{twice}\" is there twice")));
        }
        if let Some(path) = names.iter().find(|name| is_path(name)) {
            let words = format!(
                "its first line has \"{path:.200}\" where the name of a column is to be; put a header such as id,cert,key before it"
            );
            return Err((Some(header.line), words));
        }
        if let [name] = names.as_slice()
            && (name.contains(": ") || name.ends_with(':'))
        {
            let words = format!(
                "\"{name:.200}\" is no header of CSV; YAML is not read: give CSV or a line of JSON for each device"
            );
            return Err((Some(header.line), words));
        }
        Ok(names)
    }

    /// Whether this is a line `sep=;`, which spreadsheets write and read before the header.
    fn is_told_the_separator(&mut self, fields: &[String]) -> bool {
        let Some((first, rest)) = fields.split_first() else { return false };
        let first = first.to_ascii_lowercase();
        match (first.strip_prefix("sep=").map(str::as_bytes), rest) {
            // It was cut there.
            (Some([]), [last]) => last.is_empty(),
            (Some([separator]), []) => {
                self.separator = Some(*separator);
                true
            }
            _ => false,
        }
    }
}

/// Whether this is a line for people, above the header: `# line 3, week 47`. `#id,cert` is a header.
fn is_remark(fields: &[String]) -> bool {
    let after = fields.first().and_then(|first| first.strip_prefix('#'));
    after.is_some_and(|after| fields.len() == 1 || after.is_empty() || after.starts_with(['#', ' ', '\t']))
}

/// What stands where a name of a column is to be, if the list has no header.
fn is_path(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let ends = [".pem", ".crt", ".cer", ".der", ".key", ".pfx", ".p12"];
    let is_long = name.contains(['/', '\\']) && !name.contains(' ');
    is_long || name.starts_with("pkcs11:") || ends.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use crate::list::tests::shown;

    #[test]
    fn a_line_that_tells_the_separator_is_no_header() {
        for told in ["sep=;", "SEP=;", "\"sep=;\"", "\u{feff}sep=;\r"] {
            assert_eq!(shown(format!("{told}\nid;a,b\nx;y,z\n")), ["1@3 id=x a,b=y,z"], "{told:?}");
        }
        assert_eq!(shown("sep=,\nid,cert;x\na,b;c\n"), ["1@3 id=a cert;x=b;c"]);
        assert_eq!(shown("sep=\t\nid\tcert\na\tb\n"), ["1@3 id=a cert=b"]);
        assert_eq!(shown("sep=#\nid#cert\na#b\n"), ["1@3 id=a cert=b"]);
        assert_eq!(shown("sep=;\n"), ["None it is empty"]);
        assert_eq!(shown("sep=x,cert\na,b\n"), ["1@2 sep=x=a cert=b"]);
    }

    #[test]
    fn a_remark_is_no_header() {
        for remark in ["# line 3, week 47", "#", "#devices", "## a; b", "#,,", "\"# quoted, too\""] {
            assert_eq!(
                shown(format!("{remark}\n# more|x\n\nid;cert\na;b")),
                ["1@5 id=a cert=b"],
                "{remark:?}"
            );
        }
        assert_eq!(shown("sep=;\n# more, of it\nid;a,b\nx;y,z\n"), ["1@4 id=x a,b=y,z"]);
        assert_eq!(shown("#id,cert\na,b"), ["1@2 id=a cert=b"]);
        assert_eq!(shown("# nothing else\n"), ["None it is empty"]);
    }

    #[test]
    fn what_is_no_csv_is_told_so() {
        for text in ["- id: a\n  cert: b\n", "devices: \n- id: a\n", "id: a\n"] {
            assert!(shown(text)[0].contains("YAML"), "{text:?} {:?}", shown(text));
        }
    }

    #[test]
    fn a_list_without_a_header_is_told_so() {
        for line in [
            "a,devices/a.pem,devices/a-key.pem",
            "a;C:\\a\\cert.cer",
            "a.crt",
            "a,pkcs11:object=a",
            "x,a.KEY",
        ] {
            let told = shown(format!("{line}\nb,c,d\n"));
            assert!(
                told.len() == 1 && told[0].contains("put a header such as id,cert,key before it"),
                "{told:?}"
            );
        }
    }

    #[test]
    fn a_column_that_is_there_twice_is_refused() {
        for header in ["id,cert,id", "registrationId,cert,Registration ID"] {
            assert!(shown(format!("{header}\na,b,c\n"))[0].contains("twice"), "{header}");
        }
    }
}
