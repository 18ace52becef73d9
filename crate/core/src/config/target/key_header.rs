//! A private key as a C header: written with `--embed-key`, otherwise made on the user's machine by a script.

use super::{Files, Job};
use crate::config::{Artifact, Language, escape};

/// `device_key.h`, which defines `name`, or `make-key-header.sh`, which makes it from the key's own file.
pub(super) fn add(job: &Job<'_>, files: Files, name: &str) -> Files {
    let head = "/* The device's private key: keep this file as secret as the key. */";
    match job.device.key.as_ref().and_then(|key| key.text()) {
        Some(text) => {
            let lines = escape::c_lines(text);
            files
                .file(Artifact::new("device_key.h", format!("{head}\n#define {name} \\\n{lines}\n")).secret())
        }
        None => {
            let script = format!(
                "#!/bin/sh\n# Makes device_key.h, beside this script, from the device's private key.\nset -eu\n\numask 077\n\
                 awk 'BEGIN {{ print {head}; print {define} }}\n  \
                 {{ sub(/\\r$/, \"\"); line[NR] = $0 }}\n  \
                 END {{ for (i = 1; i <= NR; i++) printf \"\\\"%s\\\\r\\\\n\\\"%s\\n\", line[i], i < NR ? \" \\\\\" : \"\" }}' \\\n  \
                 {key} >\"$(dirname \"$0\")/device_key.h\"\n",
                head = Language::C.literal(head).replace("'s", "\\047s"),
                define = Language::C.literal(&format!("#define {name} \\")),
                key = job.literal(Language::Posix, "key_path"),
            );
            files.file(Artifact::new("make-key-header.sh", script).executable())
        }
    }
}
