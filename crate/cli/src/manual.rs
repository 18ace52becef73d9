//! `completions` and `manual`: what a shell and `man` know of the command line, made from the help itself.

use std::{io, path::PathBuf};

use clap::{Command, CommandFactory as _};
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
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut crate::Cli::command(), NAME, &mut script);
    // Whoever does not read on has read enough.
    terminal::data(&String::from_utf8_lossy(&script)).unwrap_or_default();
    Exit::Done
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

fn add(command: &Command, name: String, pages: &mut Vec<(String, String)>) -> io::Result<()> {
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
    use super::*;

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
