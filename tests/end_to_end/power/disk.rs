//! A file system that keeps what was synced and may lose the rest: made of the calls that a process has made.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use dps_x509_tests::{cli, environment::program};

/// The calls that change files, and those that make them last.
const CALLS: &str = "trace=openat,write,pwrite64,writev,fsync,fdatasync,rename,renameat,renameat2,ftruncate,unlink,unlinkat,\
     mkdir,mkdirat,link,linkat";

/// The command line under `strace`, which writes its log into `log`.
///
/// The process refuses core dumps, so that only root sees what it writes. Whoever is not root is it in a user namespace.
pub(super) fn traced(log: &Path) -> Command {
    let mut command = if fs::metadata("/proc/self").unwrap().uid() == 0 {
        Command::new(program("strace"))
    } else {
        let unshare = || {
            let mut command = Command::new(program("unshare"));
            command.arg("--map-root-user");
            command
        };
        let is_possible = unshare().arg("true").status().unwrap().success();
        assert!(is_possible, "this needs root, or a system on which users may make user namespaces");
        let mut command = unshare();
        command.arg(program("strace"));
        command
    };
    command.args(["-f", "-qq", "-y", "-xx", "-ttt", "-T", "-s", "10000000", "-e", CALLS, "-o"]).arg(log);
    command.arg(cli::binary());
    command
}

/// What a call has done, by the time (in seconds since 1970) from when on it counts.
#[derive(Debug)]
struct Event {
    at: f64,
    call: Call,
}

#[derive(Debug)]
enum Call {
    Open { path: PathBuf, is_new: bool, is_cut: bool },
    Write { path: PathBuf, bytes: Vec<u8> },
    Cut { path: PathBuf, length: usize },
    Sync(PathBuf),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    Folder(PathBuf),
}

/// What is there after the power has gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    /// How the disk has behaved.
    pub(super) how: &'static str,
    files: BTreeMap<PathBuf, Option<Vec<u8>>>,
}

/// States of a folder, each with the times between which the power may have gone.
pub(super) fn states(log: &Path, folder: &Path) -> Vec<(State, f64)> {
    let events = events(&fs::read_to_string(log).unwrap(), folder);
    let is_seen = events.iter().any(|event| matches!(event.call, Call::Sync(_)));
    assert!(is_seen, "nothing was synced");
    let mut disk = Disk::default();
    let mut states: Vec<(State, f64)> = Vec::new();
    for (index, event) in events.iter().enumerate() {
        disk.apply(&event.call);
        let until = events.get(index + 1).map_or(f64::INFINITY, |next| next.at);
        for state in disk.states(folder) {
            // The latest moment is the hardest.
            match states.iter_mut().rev().take(8).find(|(known, _)| *known == state) {
                Some((_, known)) => *known = until,
                None => states.push((state, until)),
            }
        }
    }
    states
}

/// What is left of a file, of its content now and as it was synced.
type Content<'a> = &'a dyn Fn(&(Vec<u8>, Vec<u8>)) -> Vec<u8>;

impl State {
    /// Puts it into a folder.
    pub(super) fn write(&self, folder: &Path) {
        for (path, content) in &self.files {
            match content {
                Some(content) => {
                    fs::write(folder.join(path), content).unwrap();
                    let owner = <fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o600);
                    fs::set_permissions(folder.join(path), owner).unwrap();
                }
                None => fs::create_dir_all(folder.join(path)).unwrap(),
            }
        }
    }
}

#[derive(Debug, Default)]
struct Disk {
    /// Content, and what of it was synced.
    inodes: Vec<(Vec<u8>, Vec<u8>)>,
    now: BTreeMap<PathBuf, Node>,
    lasting: BTreeMap<PathBuf, Node>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Node {
    File(usize),
    Folder,
}

impl Disk {
    fn file(&mut self, path: &Path) -> Option<&mut (Vec<u8>, Vec<u8>)> {
        match self.now.get(path) {
            Some(Node::File(inode)) => self.inodes.get_mut(*inode),
            _ => None,
        }
    }

    fn apply(&mut self, call: &Call) {
        match call {
            Call::Open { path, is_new, is_cut } => {
                if *is_new && !self.now.contains_key(path) {
                    self.now.insert(path.clone(), Node::File(self.inodes.len()));
                    self.inodes.push(Default::default());
                }
                if let (true, Some(file)) = (*is_cut, self.file(path)) {
                    file.0.clear();
                }
            }
            // Nothing here writes but at the end.
            Call::Write { path, bytes } => self.file(path).into_iter().for_each(|file| file.0.extend(bytes)),
            Call::Cut { path, length } => {
                self.file(path).into_iter().for_each(|file| file.0.resize(*length, 0));
            }
            Call::Sync(path) => match self.file(path) {
                Some(file) => file.1 = file.0.clone(),
                None => {
                    let is_in = |it: &PathBuf| it.parent() == Some(path);
                    self.lasting.retain(|it, _| !is_in(it));
                    let within = self.now.iter().filter(|(it, _)| is_in(it));
                    self.lasting.extend(within.map(|(path, node)| (path.clone(), *node)));
                }
            },
            Call::Rename(from, to) => {
                if let Some(node) = self.now.remove(from) {
                    self.now.insert(to.clone(), node);
                }
            }
            Call::Remove(path) => drop(self.now.remove(path)),
            Call::Folder(path) => drop(self.now.insert(path.clone(), Node::Folder)),
        }
    }

    /// What may be left of it: no more than was synced; the names and no more of the files; half of what is under way; all of it.
    fn states(&self, folder: &Path) -> [State; 4] {
        let state = |how, names: &BTreeMap<PathBuf, Node>, content: Content<'_>| {
            let is_there = |path: &Path| {
                path.ancestors().skip(1).take_while(|it| *it != folder).all(|it| names.contains_key(it))
            };
            let of = |(path, node): (&PathBuf, &Node)| {
                let content = match node {
                    Node::File(inode) => Some(content(&self.inodes[*inode])),
                    Node::Folder => None,
                };
                (path.strip_prefix(folder).unwrap().to_owned(), content)
            };
            State { how, files: names.iter().filter(|(path, _)| is_there(path)).map(of).collect() }
        };
        let half = |(now, synced): &(Vec<u8>, Vec<u8>)| {
            let common = if now.starts_with(synced) { synced.len() } else { 0 };
            now[..common + (now.len() - common) / 2].to_vec()
        };
        [
            state("what was synced", &self.lasting, &|(_, synced)| synced.clone()),
            state("names before content", &self.now, &|(_, synced)| synced.clone()),
            state("half of what was under way", &self.now, &half),
            state("all", &self.now, &|(now, _)| now.clone()),
        ]
    }
}

/// What a log has of this folder, in the order in which it counts.
fn events(log: &str, folder: &Path) -> Vec<Event> {
    let mut begun: HashMap<&str, (f64, &str)> = HashMap::new();
    let mut events = Vec::new();
    for line in log.lines() {
        let Some((process, rest)) = line.split_once(' ') else { continue };
        let Some((at, text)) = rest.trim_start().split_once(' ') else { continue };
        let at: f64 = at.parse().unwrap();
        let (begin, end, whole) = if let Some(call) = text.strip_suffix(" <unfinished ...>") {
            begun.insert(process, (at, call));
            continue;
        } else if text.starts_with("<... ") {
            let Some((begin, call)) = begun.remove(process) else { continue };
            (begin, at, format!("{call}{}", text.split_once("resumed>").unwrap().1))
        } else {
            let took =
                text.rsplit_once('<').and_then(|(_, took)| took.strip_suffix('>')?.parse::<f64>().ok());
            (at, at + took.unwrap_or(0.0), text.to_owned())
        };
        let Some((call, result)) = whole.rsplit_once(") = ") else { continue };
        if result.starts_with('-') {
            continue;
        }
        let Some(call) = parse(call, result) else { continue };
        let path = match &call {
            Call::Open { path, .. } | Call::Write { path, .. } | Call::Cut { path, .. } => path,
            Call::Sync(path) | Call::Rename(path, _) | Call::Remove(path) | Call::Folder(path) => path,
        };
        if path.starts_with(folder) {
            // What is synced is so at the end; whatever else may be there from the beginning.
            let at = if matches!(call, Call::Sync(_)) { end } else { begin };
            events.push(Event { at, call });
        }
    }
    events.sort_by(|one, other| one.at.total_cmp(&other.at));
    events
}

/// `name(arguments`, with what it came to.
fn parse(call: &str, result: &str) -> Option<Call> {
    let (name, arguments) = call.split_once('(')?;
    // Strings in quotes, and in angle brackets what a descriptor is of.
    let texts: Vec<_> = arguments.split('"').skip(1).step_by(2).map(unescaped).collect();
    let of_descriptor = || Some(path(unescaped(arguments.split_once('<')?.1.split_once('>')?.0)));
    let named = |index: usize| texts.get(index).cloned().map(path);
    Some(match name {
        "openat" => {
            let flags = arguments.rsplit_once('"')?.1;
            let opened = path(unescaped(result.split_once('<')?.1.split_once('>')?.0));
            Call::Open { path: opened, is_new: flags.contains("O_CREAT"), is_cut: flags.contains("O_TRUNC") }
        }
        "write" | "pwrite64" | "writev" => Call::Write { path: of_descriptor()?, bytes: texts.concat() },
        "fsync" | "fdatasync" => Call::Sync(of_descriptor()?),
        "ftruncate" => {
            Call::Cut { path: of_descriptor()?, length: arguments.rsplit_once(", ")?.1.parse().ok()? }
        }
        "rename" | "renameat" | "renameat2" => Call::Rename(named(0)?, named(1)?),
        "unlink" | "unlinkat" => Call::Remove(named(0)?),
        "mkdir" | "mkdirat" => Call::Folder(named(0)?),
        other => panic!("{other} is not known here: {call}"),
    })
}

fn path(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(<std::ffi::OsString as std::os::unix::ffi::OsStringExt>::from_vec(bytes))
}

/// Every byte is written as `\x` and two digits.
fn unescaped(text: &str) -> Vec<u8> {
    text.split("\\x").skip(1).map(|digits| u8::from_str_radix(digits, 16).unwrap()).collect()
}

#[test]
fn what_was_not_synced_may_be_lost() {
    let hex = |text: &str| text.bytes().map(|byte| format!("\\x{byte:02x}")).collect::<String>();
    let (folder, file, other) = (hex("/d"), hex("/d/a"), hex("/d/b"));
    let log = format!(
        "7  1.0 openat(AT_FDCWD<{folder}>, \"{file}\", O_WRONLY|O_CREAT, 0600) = 3<{file}> <0.1>\n\
         7  2.0 write(3<{file}>, \"{}\", 2) = 2 <0.1>\n\
         7  3.0 fsync(3<{file}> <unfinished ...>\n\
         8  3.5 write(3<{file}>, \"{}\", 2) = 2 <0.1>\n\
         7  4.0 <... fsync resumed>) = 0 <1.0>\n\
         7  5.0 fsync(4<{folder}>) = 0 <0.5>\n\
         7  6.0 rename(\"{file}\", \"{other}\") = 0 <0.1>\n",
        hex("ab"),
        hex("cd"),
    );
    let log = log.replace("<0.1>\n         ", "<0.1>\n");
    let events = events(&log, Path::new("/d"));
    let times: Vec<_> = events.iter().map(|event| event.at).collect();
    assert_eq!(times, [1.0, 2.0, 3.5, 4.0, 5.5, 6.0]);
    let mut disk = Disk::default();
    let mut lasting = Vec::new();
    for event in &events {
        disk.apply(&event.call);
        let [synced, names, half, all] = disk.states(Path::new("/d"));
        lasting.push(synced.files.len());
        if event.at == 3.5 {
            let content = |state: &State| state.files[Path::new("a")].clone().unwrap();
            assert_eq!(
                (content(&names), content(&half), content(&all)),
                (vec![], b"ab".to_vec(), b"abcd".to_vec())
            );
        }
    }
    assert_eq!(lasting, [0, 0, 0, 0, 1, 1]);
    assert!(disk.lasting.contains_key(Path::new("/d/a")), "the new name is not synced yet");
}
