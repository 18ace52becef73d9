//! Arguments of a subcommand that are only made when it is the one that was asked for.

use clap::{
    ArgMatches, Args, Command, Error, FromArgMatches,
    builder::{Resettable, StyledStr},
};

/// The arguments of a subcommand.
///
/// Those of all subcommands were a quarter of the pages that a process touched before its work began. What the variant says of
/// the subcommand stands in the list of all without them.
#[derive(Debug)]
pub(crate) struct Later<A>(pub(crate) Box<A>);

impl<A: Args> Args for Later<A> {
    fn augment_args(command: Command) -> Command {
        command.defer(|command| described(command, A::augment_args))
    }

    fn augment_args_for_update(command: Command) -> Command {
        command.defer(|command| described(command, A::augment_args_for_update))
    }
}

/// Adds the arguments. What they say of themselves is not said of the subcommand.
fn described(command: Command, augment: fn(Command) -> Command) -> Command {
    let (about, long_about) = (command.get_about().cloned(), command.get_long_about().cloned());
    let or_none = |words: Option<StyledStr>| words.map_or(Resettable::Reset, Resettable::Value);
    augment(command).about(or_none(about)).long_about(or_none(long_about))
}

impl<A: FromArgMatches> FromArgMatches for Later<A> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        A::from_arg_matches(matches).map(|arguments| Self(Box::new(arguments)))
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, Error> {
        A::from_arg_matches_mut(matches).map(|arguments| Self(Box::new(arguments)))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.update_from_arg_matches(matches)
    }
}
