//! Commands in a text.

/// What a command begins with. Another first word makes a block a part of a file, or what a program prints.
const PROGRAMS: [&str; 45] = [
    "(",
    "az",
    "base64",
    "cat",
    "certutil",
    "curl",
    "date",
    "dps-x509",
    "export",
    "fold",
    "getent",
    "grep",
    "head",
    "iconv",
    "ip",
    "keytool",
    "ls",
    "nc",
    "nslookup",
    "openssl",
    "printf",
    "python3",
    "scp",
    "sed",
    "sha256sum",
    "sleep",
    "ssh-keygen",
    "sudo",
    "systemctl",
    "timedatectl",
    "tr",
    "wc",
    "xxd",
    "./make-key-header.sh",
    "jq",
    "unzip",
    "gunzip",
    "age",
    "sops",
    "kubectl",
    "pkcs11-tool",
    "p11tool",
    "security",
    "tnef",
    "Export-Certificate",
];

/// Whether it is one.
pub(crate) fn is_command(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    // A sentence may begin with the name of a program; a command has something behind it.
    let is_variable = first.contains('=') && first.starts_with(|c: char| c.is_ascii_uppercase());
    (PROGRAMS.contains(&first) || is_variable && text.contains(" sed ")) && text.trim().contains(' ')
        || first.starts_with("./")
}

/// Whether a sentence has a command in it: the name of a program, and behind it what only a command has.
pub(crate) fn is_command_in(sentence: &str) -> bool {
    let words: Vec<_> = sentence.split_whitespace().collect();
    words.windows(2).any(|pair| {
        let [program, next] = pair else { return false };
        let program = program.trim_start_matches(['(', '"']);
        let is_option = next.starts_with('-') && next.len() > 1;
        let is_tool = ["openssl", "dps-x509", "keytool", "az"].contains(&program);
        is_tool
            && next.starts_with(|c: char| c.is_ascii_lowercase())
            && !["with", "does", "and", "on", "or"].contains(next)
            || PROGRAMS.contains(&program) && is_option
    })
}

/// The commands of a block, one after the other: lines that go on, documents in place and groups stay together.
pub(crate) fn split(block: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let mut open = String::new();
    let mut until: Option<String> = None;
    for line in block.lines() {
        open.push_str(line);
        open.push('\n');
        if let Some(end) = &until {
            until = until.clone().filter(|_| line != end);
        } else if let Some((_, end)) = line.split_once("<<'") {
            until = end.split('\'').next().map(str::to_owned);
        }
        let goes_on = line.ends_with('\\') || line.trim_end().ends_with('|') || until.is_some();
        let is_open = open.matches('(').count() > open.matches(')').count() && open.starts_with('(');
        if !goes_on && !is_open {
            let command = std::mem::take(&mut open);
            commands.extend((!command.trim().is_empty()).then(|| command.trim_end().to_owned()));
        }
    }
    assert!(open.trim().is_empty(), "a command without its end: {open}");
    commands
}

/// The commands that stand between backticks in a sentence.
pub(crate) fn quoted(sentence: &str) -> Vec<String> {
    let quoted = sentence.split('`').skip(1).step_by(2);
    quoted.filter(|text| is_command(text)).map(str::to_owned).collect()
}

/// What a sentence has outside of its backticks.
pub(crate) fn unquoted(sentence: &str) -> String {
    sentence.split('`').step_by(2).collect::<Vec<_>>().join(" … ")
}

#[test]
fn commands_are_told_apart() {
    let block = "cat > a <<'END'\nb\nEND\nopenssl x \\\n  -y\na | \n  b\n( echo a; echo\n  echo b ) > c\n";
    assert_eq!(split(block).len(), 4, "{:?}", split(block));
    assert_eq!(quoted("Do `cat a > b`, or `openssl` alone; not cat."), ["cat a > b"]);
}
