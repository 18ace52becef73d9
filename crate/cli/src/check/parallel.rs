//! Work on many devices at once, told in their order.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// So many are under way or wait to be told at most: what is kept does not grow with the number of devices.
const MOST_WAITING: usize = 256;
/// As the main thread has it.
const STACK: usize = 8 << 20;

/// Does the work on every task, on as many threads as the machine has, each with a tool of its own; tells the results in
/// the order of the tasks.
pub(super) fn each<T: Sync, Tool: Send, R: Send>(
    tasks: &[T],
    tool: impl Fn() -> Tool,
    work: impl Fn(&T, &Tool) -> R + Sync,
    mut tell: impl FnMut(R),
) {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    for batch in tasks.chunks(MOST_WAITING) {
        let next = AtomicUsize::new(0);
        let results = Mutex::new(Vec::with_capacity(batch.len()));
        let run = |tool: Tool| {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(task) = batch.get(number) else { return };
                let result = work(task, &tool);
                results.lock().unwrap_or_else(PoisonError::into_inner).push((number, result));
            }
        };
        thread::scope(|scope| {
            for _ in 1..workers.min(batch.len()) {
                let (run, tool) = (&run, tool());
                let worker = thread::Builder::new().stack_size(STACK);
                // Where there is no other thread, this one does it all.
                let _ = worker.spawn_scoped(scope, move || run(tool));
            }
            run(tool());
        });
        let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
        results.sort_by_key(|(number, _)| *number);
        results.into_iter().for_each(|(_, result)| tell(result));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_told_in_its_order() {
        let tasks: Vec<usize> = (0..1000).collect();
        let mut told = Vec::new();
        each(&tasks, || 1, |task, tool| task + tool, |result| told.push(result));
        assert_eq!(told, (1..=1000).collect::<Vec<_>>());
    }
}
