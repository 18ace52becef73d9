//! `completions` and `manual`: what a shell and `man` know of the command line, made from the help itself.

use std::{io, path::PathBuf};

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::{
    exit::Exit,
    output::{Folder, Mode},
    terminal,
};

/// Print the completions for a shell
///
/// For this session: `source <(dps-x509 completions bash)`. For good, as a file where the shell looks for them, such as
/// ~/.local/share/bash-completion/completions/dps-x509.
#[derive(Debug, clap::Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

/// Write the manual pages, one for each command
#[derive(Debug, clap::Args)]
pub(crate) struct Manual {
    /// The folder for dps-x509.1 and the others, which need not be there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// The name that everything is called by.
const NAME: &str = "dps-x509";

pub(crate) fn completions(args: &Completions) -> Exit {
    // Whoever does not read on has read enough.
    terminal::data(&script(args.shell)).unwrap_or_default();
    Exit::Done
}

fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut crate::Cli::command(), NAME, &mut script);
    let script = String::from_utf8_lossy(&script);
    // For bash, clap_complete 4.6 writes the hyphen of the program's own name in two ways, and no command is found then.
    if shell == Shell::Bash { script.replace("dps__subcmd__x509", "dps__x509") } else { script.into_owned() }
}

pub(crate) fn manual(args: &Manual) -> Exit {
    write(args).map_or_else(
        |message| {
            terminal::say("manual", message);
            Exit::Usage
        },
        |()| Exit::Done,
    )
}

fn write(args: &Manual) -> Result<(), String> {
    let pages = pages().map_err(|error| format!("a page cannot be made: {error}"))?;
    let names: Vec<_> = pages.iter().map(|(name, _)| name.as_str()).collect();
    let folder = Folder::open("--out", &args.out, &names)?;
    for (name, text) in &pages {
        folder.write(name, text, Mode::Public)?;
    }
    folder.finish()
}

/// Every command's page in roff, by the name of its file.
fn pages() -> io::Result<Vec<(String, String)>> {
    let mut command = crate::Cli::command().disable_help_subcommand(true);
    command.build();
    let mut pages = Vec::new();
    add(&command, NAME.to_owned(), &mut pages)?;
    Ok(pages)
}

fn add(command: &clap::Command, name: String, pages: &mut Vec<(String, String)>) -> io::Result<()> {
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
        add(inner, format!("{name}-{}", inner.get_name()), pages)?;
    }
    let mut text = Vec::new();
    // Built as a whole, a command knows by what name it is called.
    clap_mangen::Man::new(command.clone()).title(name.to_uppercase()).render(&mut text)?;
    pages.push((format!("{name}.1"), String::from_utf8_lossy(&text).into_owned()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{io::Write as _, process::Command};

    use super::*;

    #[test]
    fn bash_completes_commands_and_flags() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(script(Shell::Bash).as_bytes()).unwrap();
        for (words, expected) in [
            ("dps-x509 emul", "emulate"),
            ("dps-x509 check --fail", "--fail-on"),
            ("dps-x509 fleet ru", "run"),
        ] {
            let ask = "source \"$1\"; read -ra COMP_WORDS <<<\"$2\"; COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); \
                       _dps__x509 dps-x509 \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD - 1]}\"; \
                       echo \"${COMPREPLY[*]}\"";
            let told =
                Command::new("bash").args(["-c", ask, "bash"]).arg(file.path()).arg(words).output().unwrap();
            let told = String::from_utf8(told.stdout).unwrap();
            assert!(told.split_whitespace().any(|word| word == expected), "{words}: {told:?}");
        }
    }

    #[test]
    fn every_command_has_a_page() {
        let pages = pages().unwrap();
        let named = |name: &str| pages.iter().find(|(file, _)| file == name);
        for name in ["dps-x509.1", "dps-x509-check.1", "dps-x509-fleet-run.1"] {
            let (_, text) = named(name).unwrap_or_else(|| panic!("{name} is missing"));
            assert!(text.contains(".SH NAME") && text.contains(".SH OPTIONS"), "{name}: {text}");
        }
        assert_eq!(named("dps-x509-help.1"), None);
    }
}
