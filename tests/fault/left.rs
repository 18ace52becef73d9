//! What a run has left behind: sockets of the process, files of a folder.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use tokio::runtime::Handle;

/// How long the other end may take to notice that a run is over.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Left {
    sockets: usize,
    files: BTreeSet<String>,
}

impl Left {
    pub(crate) fn seen(folder: &Path) -> Self {
        let descriptors =
            fs::read_dir("/proc/self/fd").unwrap().filter_map(|entry| fs::read_link(entry.ok()?.path()).ok());
        let is_socket = |link: &std::path::PathBuf| link.to_string_lossy().starts_with("socket:");
        let files = fs::read_dir(folder).unwrap();
        Self {
            sockets: descriptors.filter(is_socket).count(),
            files: files.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect(),
        }
    }

    /// There is no more than there was.
    pub(crate) fn assert_same(&self, folder: &Path) {
        self.assert_within(folder, PATIENCE);
    }

    fn assert_within(&self, folder: &Path, patience: Duration) {
        let begun = Instant::now();
        loop {
            let now = Self::seen(folder);
            if now == *self {
                return;
            }
            assert!(begun.elapsed() < patience, "there was {self:?}, and {now:?} is left");
            thread::sleep(Duration::from_millis(50));
        }
    }
}

/// No task is alive.
pub(crate) fn assert_no_task(runtime: &Handle) {
    let begun = Instant::now();
    while runtime.metrics().num_alive_tasks() > 0 {
        let left = runtime.metrics().num_alive_tasks();
        assert!(begun.elapsed() < PATIENCE, "{left} tasks are left");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
#[should_panic(expected = "is left")]
fn a_file_that_is_left_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let before = Left { sockets: 0, files: BTreeSet::new() };
    fs::write(folder.path().join("left"), "").unwrap();
    before.assert_within(folder.path(), Duration::ZERO);
}
