//! Which part of a list this process takes.

use std::{fmt, str::FromStr};

use dps_x509_core::text::Quoted;

use crate::key::Key;

/// The how manieth of how many parts of a list. A device is in the part that its name says, wherever it stands in the
/// list and however long the list grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// From 1.
    number: u32,
    of: u32,
}

impl Shard {
    /// The whole list.
    pub const WHOLE: Self = Self { number: 1, of: 1 };

    /// Part `number`, from 1, of `of`.
    ///
    /// # Errors
    /// There is no such part.
    pub const fn new(number: u32, of: u32) -> Result<Self, ShardError> {
        if number == 0 || number > of {
            Err(ShardError::NoSuchPart { number, of })
        } else {
            Ok(Self { number, of })
        }
    }

    /// As it was written, completed from the environment.
    ///
    /// `K/N` says everything. `N` alone leaves the number to the scheduler: a Kubernetes Indexed Job counts
    /// `JOB_COMPLETION_INDEX` from 0, an array of Slurm has `SLURM_ARRAY_TASK_ID`, `_MIN`, `_STEP` and `_COUNT`. Without
    /// any text a Slurm array says everything by itself, and an Indexed Job says too little.
    ///
    /// # Errors
    /// It is not written as `K/N` or `N`, or the environment does not say which part this is.
    pub fn of_environment(
        text: Option<&str>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ShardError> {
        let number = |name: &'static str| {
            let Some(text) = variable(name).filter(|text| !text.is_empty()) else { return Ok(None) };
            text.parse::<u32>().map(Some).map_err(|_| ShardError::Variable { name, text })
        };
        let of = match text {
            Some(text) if text.contains('/') => return text.parse(),
            Some(text) => Some(count(text, text)?),
            None => None,
        };
        if let Some(index) = number(KUBERNETES)? {
            return match of {
                Some(of) => Self::new(index.saturating_add(1), of),
                None => Err(ShardError::HowMany),
            };
        }
        if let Some(id) = number(SLURM)? {
            let first = number("SLURM_ARRAY_TASK_MIN")?.unwrap_or(0);
            let last = number("SLURM_ARRAY_TASK_MAX")?.unwrap_or(id);
            let tasks = number("SLURM_ARRAY_TASK_COUNT")?.ok_or(ShardError::HowMany)?;
            let step = number("SLURM_ARRAY_TASK_STEP")?.unwrap_or(1).max(1);
            // An array with gaps of its own, as 1,3,7, does not say the how manieth a task is.
            let is_even = last.checked_sub(first).map(|span| span / step + 1) == Some(tasks);
            let position = id.checked_sub(first).filter(|over| over % step == 0).map(|over| over / step + 1);
            return match position {
                Some(number) if is_even => Self::new(number, of.unwrap_or(tasks)),
                _ => Err(ShardError::Uneven),
            };
        }
        match of {
            None | Some(1) => Ok(Self::WHOLE),
            Some(of) => Err(ShardError::Which { of }),
        }
    }

    /// How many parts there are.
    #[must_use]
    pub const fn of(self) -> u32 {
        self.of
    }

    /// Whether it is not the whole.
    #[must_use]
    pub const fn is_part(self) -> bool {
        self.of > 1
    }

    /// Whether a device is in this part.
    #[must_use]
    pub fn contains(self, key: &Key) -> bool {
        key.part_of(self.of) + 1 == self.number
    }
}

const KUBERNETES: &str = "JOB_COMPLETION_INDEX";
const SLURM: &str = "SLURM_ARRAY_TASK_ID";

fn count(text: &str, whole: &str) -> Result<u32, ShardError> {
    match text.trim().parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(ShardError::Written { text: whole.to_owned() }),
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let (number, of) =
            text.split_once('/').ok_or_else(|| ShardError::Written { text: text.to_owned() })?;
        Self::new(count(number, text)?, count(of, text)?)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

/// Why nobody knows which part of the list is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShardError {
    /// It is not written as `K/N`.
    Written {
        /// What was written.
        text: String,
    },
    /// The number is not among the parts.
    NoSuchPart {
        /// Which one.
        number: u32,
        /// How many there are.
        of: u32,
    },
    /// A variable of the environment is no number.
    Variable {
        /// Its name.
        name: &'static str,
        /// What is in it.
        text: String,
    },
    /// A scheduler says which part this is, and nobody says of how many.
    HowMany,
    /// Nobody says which part this is.
    Which {
        /// Of how many.
        of: u32,
    },
    /// The tasks of an array are not at even distances.
    Uneven,
}

impl fmt::Display for ShardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Written { text } => write!(f, "{} is no part of a list; write K/N, as 2/8, or N alone", Quoted(text)),
            Self::NoSuchPart { number, of } => write!(f, "there is no part {number} of {of}"),
            Self::Variable { name, text } => write!(f, "{name} is {} and no number", Quoted(text)),
            Self::HowMany => f.write_str(
                "this is one of several processes, and every one of them would take the whole list; say of how many \
                 parts it takes one, with N alone, or 1/1 for the whole list",
            ),
            Self::Which { of } => write!(
                f,
                "nothing says which of {of} parts this is: neither {KUBERNETES} nor {SLURM} is set; write K/{of}"
            ),
            Self::Uneven => {
                f.write_str("the tasks of this array are not numbered at even distances; write K/N")
            }
        }
    }
}

impl std::error::Error for ShardError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: Option<&str>, variables: &[(&str, &str)]) -> Result<String, ShardError> {
        let variable =
            |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Shard::of_environment(text, variable).map(|shard| shard.to_string())
    }

    #[test]
    fn what_is_written_wins() {
        assert_eq!(of(None, &[]).unwrap(), "1/1");
        assert_eq!(of(Some("2/8"), &[("JOB_COMPLETION_INDEX", "5")]).unwrap(), "2/8");
        for text in ["", "0", "0/3", "4/3", "a/b", "1/", "/2", "-1/2", "1/2/3"] {
            assert!(of(Some(text), &[]).is_err(), "{text}");
        }
    }

    #[test]
    fn schedulers_say_the_number() {
        assert_eq!(of(Some("8"), &[("JOB_COMPLETION_INDEX", "0")]).unwrap(), "1/8");
        assert_eq!(
            of(Some("8"), &[("JOB_COMPLETION_INDEX", "8")]),
            Err(ShardError::NoSuchPart { number: 9, of: 8 })
        );
        assert_eq!(of(None, &[("JOB_COMPLETION_INDEX", "0")]), Err(ShardError::HowMany));
        assert_eq!(of(Some("8"), &[]), Err(ShardError::Which { of: 8 }));
        let slurm = |id, min, max, step, count| {
            of(
                None,
                &[
                    ("SLURM_ARRAY_TASK_ID", id),
                    ("SLURM_ARRAY_TASK_MIN", min),
                    ("SLURM_ARRAY_TASK_MAX", max),
                    ("SLURM_ARRAY_TASK_STEP", step),
                    ("SLURM_ARRAY_TASK_COUNT", count),
                ],
            )
        };
        assert_eq!(slurm("3", "1", "4", "1", "4").unwrap(), "3/4");
        assert_eq!(slurm("8", "0", "12", "4", "4").unwrap(), "3/4");
        assert_eq!(slurm("3", "1", "7", "1", "3"), Err(ShardError::Uneven));
        assert!(matches!(slurm("x", "1", "7", "1", "3"), Err(ShardError::Variable { .. })));
    }

    #[test]
    fn every_device_is_in_one_part_and_the_parts_are_even() {
        let mut counts = [0; 7];
        for device in 0..7000 {
            let key = Key::of("0ne1", &format!("device-{device}"));
            let holds: Vec<_> =
                (1..=7).filter(|&number| Shard::new(number, 7).unwrap().contains(&key)).collect();
            assert_eq!(holds.len(), 1);
            counts[usize::try_from(holds[0] - 1).unwrap()] += 1;
        }
        assert!(counts.iter().all(|count| (850..1150).contains(count)), "{counts:?}");
    }
}
