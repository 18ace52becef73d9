//! Open files: each connection is one, and many systems allow 1,024 unless they are asked.

use std::num::NonZeroUsize;

/// Descriptors that a program has open besides its connections.
const OTHERS: u64 = 128;

/// Sees to it that so many connections can be open, as far as the system lets a program help itself.
///
/// # Errors
/// It does not; the sentence says what does.
pub(super) fn raise(at_once: NonZeroUsize) -> Result<(), String> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let wanted = u64::try_from(at_once.get()).unwrap_or(u64::MAX).saturating_add(OTHERS);
        let mut limit = getrlimit(Resource::Nofile);
        if limit.current.is_none_or(|current| current >= wanted) {
            return Ok(());
        }
        if limit.maximum.is_some_and(|most| most < wanted) {
            return Err(format!(
                "{at_once} connections need {wanted} open files, and the system allows this program {}; `ulimit -n {wanted}` \
                 raises that, or --at-once takes fewer",
                limit.maximum.unwrap_or_default()
            ));
        }
        limit.current = Some(wanted);
        setrlimit(Resource::Nofile, limit)
            .map_err(|error| format!("the number of open files cannot be raised: {error}"))?;
    }
    #[cfg(not(unix))]
    let _ = (at_once, OTHERS);
    Ok(())
}
