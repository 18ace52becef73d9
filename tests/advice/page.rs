//! The commands of a page of the catalogue.

use serde::Deserialize;

use crate::{NotRun, command, room::Room};

/// The input that leads to a page, and what its commands leave.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Given {
    /// Makes the input in a room of good files.
    given: String,
    /// The arguments of `check` by which the code is found.
    before: Option<String>,
    /// Those by which it is found no more, and nothing else is an error; none where nothing is to be cured.
    after: Option<String>,
}

/// How many commands ran, and how many cannot run here.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Tally {
    pub(crate) ran: usize,
    pub(crate) left: usize,
}

/// The fenced blocks of a page that are commands.
pub(crate) fn blocks(page: &str) -> Vec<String> {
    let blocks = page.split("\n```").skip(1).step_by(2);
    let bodies = blocks.filter_map(|block| block.split_once('\n').map(|(_, body)| body.to_owned()));
    bodies.filter(|body| command::is_command(body)).collect()
}

/// Runs what a page advises, on the input that leads to it.
pub(crate) fn run(
    code: &str,
    blocks: &[String],
    given: Option<&Given>,
    not_run: &[NotRun],
) -> Result<Tally, String> {
    let room = Room::new();
    let mut script = String::new();
    if let Some(given) = given {
        script += &format!("{}\n", given.given);
        room.run(&given.given)?;
        if let Some(before) = &given.before {
            let codes = room.check(before).codes();
            if !codes.contains(&code.to_owned()) {
                return Err(format!("`check {before}` finds {codes:?} of the input"));
            }
        }
    }
    let mut tally = Tally::default();
    let mut commands = String::new();
    for command in blocks.iter().flat_map(|block| command::split(block)) {
        if not_run.iter().any(|one| command.starts_with(&one.starts)) {
            tally.left += 1;
        } else {
            tally.ran += 1;
            commands +=
                &format!("{command}\n").replace("--registration-id ID", "--registration-id my-x509-device");
        }
    }
    // What the input was made by stays known to the shell.
    let prelude = given.map(|given| given.given.as_str()).filter(|given| given.contains("CERT="));
    room.run(&format!("{}\n{commands}", prelude.unwrap_or_default()))?;
    if let Some(after) = given.and_then(|given| given.after.as_ref()) {
        let checked = room.check(after);
        let codes = checked.codes();
        if codes.contains(&code.to_owned()) || checked.code != 0 {
            return Err(format!("`check {after}` ends with {} and {codes:?} after the advice", checked.code));
        }
    } else if given.is_none() && tally.ran > 0 && makes_something(code, &commands) {
        return Err("it makes something, and given.json does not say what that cures".to_owned());
    }
    Ok(tally)
}

/// Whether it makes a certificate or takes a key out of something. A request or a new key is but the first step.
fn makes_something(code: &str, commands: &str) -> bool {
    let is_first_step = commands.contains("req -new") || commands.contains("genpkey");
    code < "DX500" && commands.contains(" -out ") && !is_first_step
}
