//! A PIN that did not open a token is not tried again: after a few of those a token locks itself, and a fleet may have a
//! thousand devices in one.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use super::token::{Pin, TokenError};

/// What has been refused in this process.
static REFUSED: Mutex<Refused> = Mutex::new(Refused(Vec::new()));

/// Lets a PIN open a token, which is a slot of a module, unless it is known not to. One at a time: the others learn from it.
pub(super) fn once(
    module: &Path,
    slot: u64,
    pin: &Pin,
    log_in: impl FnOnce() -> Result<(), TokenError>,
) -> Result<(), TokenError> {
    REFUSED.lock().unwrap_or_else(PoisonError::into_inner).unless_refused(module, slot, pin, log_in)
}

struct Refused(Vec<(PathBuf, u64, Pin)>);

impl Refused {
    fn unless_refused(
        &mut self,
        module: &Path,
        slot: u64,
        pin: &Pin,
        log_in: impl FnOnce() -> Result<(), TokenError>,
    ) -> Result<(), TokenError> {
        let is_it =
            |(path, number, other): &(PathBuf, u64, Pin)| path == module && *number == slot && other.is(pin);
        if self.0.iter().any(is_it) {
            return Err(TokenError::PinWrong);
        }
        let opened = log_in();
        if opened == Err(TokenError::PinWrong) {
            self.0.push((module.to_owned(), slot, pin.clone()));
        }
        opened
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_asked_once_with_a_wrong_pin() {
        let (mut refused, mut asked) = (Refused(Vec::new()), Vec::new());
        for (module, slot, pin) in [
            ("a", 1, "0000"),
            ("a", 1, "0000"),
            ("a", 1, "1234"),
            ("a", 1, "0000"),
            ("a", 2, "0000"),
            ("b", 1, "0000"),
        ] {
            let wrong = Pin::new(pin.to_owned());
            let told = refused.unless_refused(Path::new(module), slot, &wrong, || {
                asked.push((module, slot, pin));
                if pin == "1234" { Ok(()) } else { Err(TokenError::PinWrong) }
            });
            assert_eq!(told.is_ok(), pin == "1234");
        }
        assert_eq!(asked, [("a", 1, "0000"), ("a", 1, "1234"), ("a", 2, "0000"), ("b", 1, "0000")]);
    }
}
