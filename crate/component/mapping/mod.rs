//! Between the words of `wit/` and those of the core, both ways: one to one, nothing is decided here.
//!
//! Guests and hosts are built from this one source, each over its own `crate::contract`: what one world imports the
//! other exports, so that the generated types are the same in all but their paths. What is new in the contract is added
//! here once, in the direction to the contract and in the direction from it.
#![allow(dead_code, reason = "what one side writes the other one reads")]

pub(crate) mod event;
pub(crate) mod finding;
pub(crate) mod report;
pub(crate) mod settings;
pub(crate) mod transport;

use std::time::Duration;

/// What the other side says and this one has no meaning for.
#[derive(Debug)]
pub(crate) struct NotUnderstood(pub(crate) String);

/// Nanoseconds, as the contract counts them; 584 years and more are as many as fit.
pub(crate) fn nanos(duration: Duration) -> crate::contract::transport::Duration {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// Enumerations whose cases have the same names on both sides. A case that only one side has becomes the last one of
/// the list: sides are of one build, or the contract has another version.
macro_rules! same_cases {
    ($($core:ty = $wit:ty { $($case:ident),+; $other:ident })+) => {$(
        impl From<$core> for $wit {
            #[allow(unreachable_patterns, reason = "some are open on the core's side")]
            fn from(core: $core) -> Self {
                match core {
                    $(<$core>::$case => Self::$case,)+
                    _ => Self::$other,
                }
            }
        }

        impl From<$wit> for $core {
            #[allow(unreachable_patterns, reason = "the contract's side is closed")]
            fn from(wit: $wit) -> Self {
                match wit {
                    $(<$wit>::$case => Self::$case,)+
                    _ => Self::$other,
                }
            }
        }
    )+};
}
pub(crate) use same_cases;

/// Records whose fields have the same names on both sides, and types that are or become those of the other.
macro_rules! same_fields {
    ($($core:path = $wit:path { $($field:ident),+ $(,)? })+) => {$(
        impl From<$core> for $wit {
            fn from(core: $core) -> Self {
                Self { $($field: core.$field.into(),)+ }
            }
        }

        impl From<$wit> for $core {
            fn from(wit: $wit) -> Self {
                Self { $($field: wit.$field.into(),)+ }
            }
        }
    )+};
}
pub(crate) use same_fields;
