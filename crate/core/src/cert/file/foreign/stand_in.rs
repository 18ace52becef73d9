//! What stands where a file was meant to be: a pointer to it, its path, the answer of a server that did not give it, the
//! complaint of the program that was to write it.

use crate::finding::say::AnotherFormat as Is;

/// Longer texts are no complaint and no pointer, whatever they begin with.
const LONGEST: usize = 4000;

/// What a text is that was kept in place of a file; `lower` is the same in lower case.
pub(super) fn of_text(text: &str, lower: &str) -> Option<Is<'static>> {
    if text.len() > LONGEST {
        return None;
    }
    let first = lower.lines().next().unwrap_or_default().trim();
    let is = match () {
        () if text.starts_with("version https://git-lfs.github.com/spec/") => {
            Is::Pointer { tool: &"Git LFS", command: &"git lfs pull" }
        }
        () if text.lines().count() == 1 && lower.contains("annex/objects/") => {
            Is::Pointer { tool: &"git-annex", command: &"git annex get FILE" }
        }
        () if lower.contains("outs:") && lower.contains("md5:") && lower.contains("path:") => {
            Is::Pointer { tool: &"DVC", command: &"dvc pull" }
        }
        () if first == "[internetshortcut]" => Is::Shortcut,
        () if is_path(text.trim()) => Is::PathOfFile,
        () if is_refusal(lower, first) => Is::ErrorAnswer,
        () if is_complaint(lower, first) => Is::Complaint,
        () => return None,
    };
    Some(is)
}

/// One word with a folder in front and the ending of a certificate or a key behind. Git on Windows leaves that of a symbolic
/// link, and who takes a setting for the content does too.
fn is_path(text: &str) -> bool {
    const ENDINGS: [&str; 10] =
        [".pem", ".crt", ".cer", ".key", ".der", ".pfx", ".p12", ".p7b", ".p8", ".jks"];
    let is_one = !text.contains(['\n', '\r', '<', '>', '{', '"', '=']);
    let ends = |ending: &&str| {
        text.len() > ending.len()
            && text.get(text.len() - ending.len()..).is_some_and(|end| end.eq_ignore_ascii_case(ending))
    };
    // A sentence that ends in a file's name has blanks in front of its first folder.
    let folder = text.find(['/', '\\']).and_then(|at| text.get(..at));
    is_one && ENDINGS.iter().any(ends) && !folder.unwrap_or(text).contains(' ')
}

/// An error of HTTP or of a service, in JSON, XML or a line of text.
fn is_refusal(lower: &str, first: &str) -> bool {
    let has = |words: &[&str]| words.iter().all(|word| lower.contains(word));
    let is_status = |text: &str| {
        let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
        digits.len() == 3
            && digits.starts_with(['4', '5'])
            && text.chars().nth(3).is_none_or(|c| matches!(c, ' ' | ':' | '\n'))
    };
    let is_json = first.starts_with('{')
        && (has(&["\"error\""])
            || has(&["\"errors\""])
            || has(&["\"errorcode\""])
            || has(&["\"message\"", "\"code\""])
            || has(&["\"message\"", "\"status\""]));
    let is_xml = (first.starts_with("<?xml") || first.starts_with("<error")) && has(&["<error", "<code>"]);
    is_json
        || is_xml
        || is_status(first)
        || first.strip_prefix("http/").and_then(|it| it.split(' ').nth(1)).is_some_and(is_status)
}

/// What a program says on a terminal; its first line has its name, or says that something went wrong.
fn is_complaint(lower: &str, first: &str) -> bool {
    const STARTS: [&str; 19] = [
        "curl: (",
        "error:",
        "error ",
        "fatal:",
        "warning:",
        "bash:",
        "sh:",
        "wget:",
        "scp:",
        "openssl:",
        "unable to ",
        "could not ",
        "can't ",
        "cannot ",
        "unknown option",
        "usage:",
        "traceback (most recent call last)",
        "enter pass phrase",
        "enter pem pass phrase",
    ];
    const WITHIN: [&str; 6] = [
        ": no such file or directory",
        ": command not found",
        ": permission denied",
        "permission denied (",
        ":error:",
        "is not recognized as ",
    ];
    STARTS.iter().any(|start| first.starts_with(start)) || WITHIN.iter().any(|words| lower.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_path_and_a_sentence_is_none() {
        for path in ["../shared/device.pem", "/etc/ssl/my certs/d.key", "C:\\certs\\Device.PFX", "device.pem"]
        {
            assert!(is_path(path), "{path}");
        }
        for text in [
            "see certs/device.pem",
            "cert=/etc/d.pem",
            "/etc/ssl",
            ".pem",
            "a/b.pem\nc/d.pem",
            "no file: d.pem",
        ] {
            assert!(!is_path(text), "{text}");
        }
    }

    #[test]
    fn a_refusal_is_told_from_a_document() {
        let is = |text: &str| is_refusal(&text.to_lowercase(), text.to_lowercase().lines().next().unwrap());
        for text in [
            "404: Not Found",
            "403",
            "HTTP/1.1 401 Unauthorized\r\n\r\n",
            "{\"error\":{\"code\":\"SecretNotFound\"}}",
            "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>",
        ] {
            assert!(is(text), "{text}");
        }
        for text in ["4040 is a port", "HTTP/1.1 200 OK", "{\"id\": 1}", "<?xml version=\"1.0\"?><a/>"] {
            assert!(!is(text), "{text}");
        }
    }
}
