use std::{fs, time::SystemTime};

use uuid::Uuid;

use super::*;
use crate::{event::EventSender, matching::Verdict, registration::Substatus};

fn registration(id: &str, count: u64) -> Registration {
    Registration {
        registration_id: id.to_owned(),
        device_id: id.to_owned(),
        hub: "hub".to_owned(),
        leaf: None,
        enrollment: None,
        created: SystemTime::now(),
        updated: SystemTime::now(),
        etag: Uuid::new_v4(),
        substatus: Substatus::InitialAssignment,
        payload: None,
        issued: Vec::new(),
        count,
    }
}

fn records() -> Vec<Record> {
    let operation = Operation::new("a", None, Verdict::Disabled, 3, SystemTime::now());
    vec![
        Record::Registration(Box::new(registration("a", 1))),
        Record::Operation(Box::new(operation)),
        Record::Registration(Box::new(registration("B", 1))),
        Record::Registration(Box::new(registration("A", 2))),
        Record::Deleted { registration_id: "b".to_owned() },
        Record::Verified(Thumbprint::of(&[1, 2, 3].as_slice().into())),
    ]
}

fn reopen(folder: &Path) -> Result<State, StateError> {
    let (journal, state) = Journal::open(folder, EventSender::new())?;
    journal.close();
    Ok(state)
}

#[test]
fn what_was_acknowledged_is_there_again() {
    let folder = tempfile::tempdir().unwrap();
    let (journal, state) = Journal::open(folder.path(), EventSender::new()).unwrap();
    assert_eq!(state, State::default());
    for record in records() {
        journal.append(&record).blocking_recv().unwrap();
    }
    // As after a kill: without closing it.
    let found = file::read(&folder.path().join(file::NAME)).unwrap();
    assert_eq!(found.registrations["a"].count, 2);
    assert_eq!((found.registrations.len(), found.operations.len(), found.verified.len()), (1, 1, 1));
    journal.close();
    assert_eq!(reopen(folder.path()).unwrap(), found);
    assert_eq!(reopen(folder.path()).unwrap(), found, "writing it anew changes nothing");
}

#[test]
fn every_cut_keeps_the_whole_lines() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(file::NAME);
    let lines: Vec<String> = records().iter().map(|record| file::line(record).unwrap()).collect();
    let whole = lines.concat();
    let (mut end, mut complete) = (0, 0);
    for cut in 0..=whole.len() {
        // A line counts from its last byte on, with or without the line break after it.
        while complete < lines.len() && cut + 1 >= end + lines[complete].len() {
            end += lines[complete].len();
            complete += 1;
        }
        fs::write(&path, &whole[..cut]).unwrap();
        let mut expected = State::default();
        for line in &lines[..complete] {
            expected.apply(serde_json::from_str(&line[9..]).unwrap());
        }
        assert_eq!(file::read(&path).unwrap(), expected, "cut at {cut}");
    }
}

#[test]
fn damage_in_the_middle_is_no_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(file::NAME);
    let mut text: Vec<u8> =
        records().iter().flat_map(|record| file::line(record).unwrap().into_bytes()).collect();
    // Still JSON, and a record: only the checksum knows.
    let digit = text.windows(8).position(|window| window == b"\"count\":").unwrap() + 8;
    text[digit] = b'7';
    fs::write(&path, &text).unwrap();
    let error = reopen(folder.path()).unwrap_err();
    assert!(matches!(error, StateError::Damaged { .. }), "{error}");
    assert_eq!(fs::read(&path).unwrap(), text, "it is left as it was");
}

#[test]
fn a_folder_has_one_user() {
    let folder = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(folder.path(), EventSender::new()).unwrap();
    assert!(matches!(Journal::open(folder.path(), EventSender::new()), Err(StateError::InUse(_))));
    journal.close();
    assert!(journal.append(&Record::Deleted { registration_id: String::new() }).blocking_recv().is_err());
    reopen(folder.path()).unwrap();
}

#[test]
fn old_operations_are_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let old = SystemTime::now() - std::time::Duration::from_secs(3600);
    let operation = Operation::new("a", None, Verdict::Disabled, 0, old);
    let line = file::line(&Record::Operation(Box::new(operation))).unwrap();
    fs::write(folder.path().join(file::NAME), line).unwrap();
    assert_eq!(reopen(folder.path()).unwrap(), State::default());
    assert_eq!(fs::read(folder.path().join(file::NAME)).unwrap(), b"");
}

#[test]
fn a_journal_that_has_grown_is_written_anew_while_it_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let (mut file, _) = JournalFile::open(folder.path()).unwrap();
    file.large = 2000;
    let mut longest = 0;
    for count in 1..=100 {
        let record = Record::Registration(Box::new(registration("a", count)));
        file.append(file::line(&record).unwrap().as_bytes()).unwrap();
        longest = longest.max(file.length);
    }
    assert!(longest < 4000, "{longest} bytes");
    let path = folder.path().join(file::NAME);
    assert_eq!(fs::metadata(&path).unwrap().len(), file.length);
    assert_eq!(file::read(&path).unwrap().registrations["a"].count, 100);
}

#[test]
fn what_cannot_be_written_is_not_acknowledged_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let (mut file, _) = JournalFile::open(folder.path()).unwrap();
    file.file = fs::File::open(folder.path().join(file::NAME)).unwrap();
    let (sender, receiver) = mpsc::channel();
    let tickets: Vec<Ticket> = (0..2)
        .map(|_| {
            let (done, ticket) = oneshot::channel();
            sender.send(Entry { line: "x\n".to_owned(), done }).unwrap();
            ticket
        })
        .collect();
    let events = EventSender::new();
    let mut told = events.subscribe();
    drop(sender);
    let health = Health::default();
    write_all(file, &receiver, &events, &health);
    assert!(health.0.lock().unwrap().is_some());
    drop((receiver, events));
    for ticket in tickets {
        assert!(ticket.blocking_recv().is_err());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let event = runtime.block_on(told.next()).unwrap();
    assert!(matches!(event.what, What::StateFailed { .. }), "{event}");
}
