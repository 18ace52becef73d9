//! The README's table is the one in the code.

use dps_x509_emulator::behaviour;

#[test]
fn the_readme_has_every_row_and_no_other() {
    let readme = include_str!("../../README.md");
    let actual: Vec<&str> = readme
        .lines()
        .skip_while(|line| !line.starts_with("| Situation"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .collect();
    let expected: Vec<String> = behaviour::ALL
        .iter()
        .map(|row| format!("| {} | {} | {} | {} |", row.situation, row.answer, row.standing, row.source))
        .collect();
    assert_eq!(actual.join("\n"), expected.join("\n"), "write the rows on the right into the README");
}
