//! The README's table is the one in the code; `cargo xtask bless` writes it.

use std::path::Path;

use dps_x509_emulator::behaviour;

#[test]
fn the_readme_prints_the_examples_as_they_are_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(folder.join("README.md")).unwrap();
    for (name, language) in [
        ("ci.sh", "sh"),
        ("device.rs", "rust,ignore"),
        ("test_device.py", "python"),
        ("test_sdk.py", "python"),
        ("sdk.test.js", "js"),
        ("../Containerfile", "dockerfile"),
        ("compose.yaml", "yaml"),
    ] {
        let text = std::fs::read_to_string(folder.join("example").join(name)).unwrap();
        assert!(
            readme.contains(&format!("```{language}\n{text}```\n")),
            "{name} in the README is out of date"
        );
    }
}

#[test]
fn the_readme_has_every_row_and_no_other() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let is_row = |line: &str| line.starts_with('|');
    let start = readme.find("| Situation").unwrap();
    let table: Vec<&str> = readme[start..].lines().take_while(|line| is_row(line)).collect();
    assert!(behaviour::ALL.iter().all(|row| !row.answer.is_empty() && !row.source.is_empty()));
    let rows = behaviour::ALL
        .iter()
        .map(|row| format!("| {} | {} | {} | {} |", row.situation, row.answer, row.standing, row.source));
    let expected: Vec<String> = table[..2].iter().map(|line| (*line).to_owned()).chain(rows).collect();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, readme.replacen(&table.join("\n"), &expected.join("\n"), 1)).unwrap();
    } else {
        assert_eq!(
            table.join("\n"),
            expected.join("\n"),
            "`cargo xtask bless` writes the table into the README"
        );
    }
}
