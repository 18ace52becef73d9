//! Rates, limits, a service that is busy, parts of a list.

use std::time::{Duration, Instant};

use super::{Factory, sensors, summary};

#[test]
fn a_rate_is_kept() {
    let factory = Factory::new(8);
    let started = Instant::now();
    let run = factory.run(".", "--rate 120/min --check off --journal j --json");
    assert_eq!(run.code, 0, "{run:?}");
    // Seven intervals of half a second, each with a tenth of chance.
    assert!(started.elapsed() > Duration::from_millis(3100), "{:?}", started.elapsed());
}

#[test]
fn a_busy_service_slows_the_whole_run_and_every_device_gets_through() {
    let fault = "[[fault]]\nstage = \"register\"\nkind = \"throttled\"\nretry-after = 2\noccurrence = 1\n";
    let factory = Factory::with(6, "assigning-polls = 0\n", fault);
    let started = Instant::now();
    let run = factory.run(".", "--rate none --at-once 2 --check off --journal j --json");
    assert_eq!(run.code, 0, "{run:?}");
    let summary = summary(&run);
    assert_eq!((&summary["assigned"], &summary["busy"]), (&6.into(), &6.into()), "{summary}");
    // Each of three pairs is told to wait for two seconds, and none begins meanwhile.
    assert!(started.elapsed() > Duration::from_secs(6), "{:?}", started.elapsed());
}

#[test]
fn a_failure_that_passes_is_tried_again_and_one_that_stays_is_a_result() {
    // No answer: a try ends with its time, however fast the machine is.
    let fault = "[[fault]]\nstage = \"connect\"\nkind = \"drop\"\noccurrence = 1\ntimes = 1\ndevice = \"sensor-1\"\n\
                 [[fault]]\nstage = \"connect\"\nkind = \"drop\"\ndevice = \"sensor-2\"\n";
    let factory = Factory::with(3, "assigning-polls = 0\n", fault);
    let run = factory.run(".", "--rate none --timeout 1s --attempts 3 --check off --journal j --json");
    assert_eq!(run.code, 1, "{run:?}");
    let results = factory.lines("j");
    let of = |device: &str| results.iter().find(|result| result["device"] == device).unwrap();
    // A busy machine may want the third.
    assert_eq!(of("sensor-1")["outcome"], "assigned");
    assert!([2, 3].contains(&of("sensor-1")["attempts"].as_u64().unwrap()), "{results:?}");
    assert_eq!(of("sensor-2")["attempts"], 3);
    assert_ne!(of("sensor-2")["outcome"], "assigned");
    assert!(summary(&run)["triedAgain"].as_u64().unwrap() >= 2, "{run:?}");
    // It is a result, and stays one until it is to be tried again.
    let again = factory.run(".", "--rate none --check off --journal j --json");
    assert_eq!((again.code, &summary(&again)["doneBefore"]), (1, &3.into()), "{again:?}");
    let again = factory
        .run(".", "--rate none --timeout 1s --attempts 1 --retry-failed --check off --journal j --json");
    assert_eq!((again.code, &summary(&again)["doneBefore"]), (1, &2.into()), "{again:?}");
    assert_eq!(factory.lines("j").len(), 4);
}

#[test]
fn errors_and_time_stop_a_run_and_the_same_command_goes_on() {
    let factory = Factory::with(6, "assigning-polls = 1\nretry-after = 1\n", "");
    let run = factory.run(".", "--rate none --at-once 1 --check off --journal j --until 4s --json");
    assert_eq!((run.code, &summary(&run)["ended"]), (4, &"time-over".into()), "{run:?}");
    let done = factory.lines("j").len();
    assert!((1..6).contains(&done), "{done}");

    let mut words =
        factory.words("run", ".", "--at-once 1 --check off --journal k --stop-after-errors 2 --json");
    let scope = words.iter().position(|word| word == "--id-scope").unwrap();
    words[scope + 1] = "0ne00999999".to_owned();
    let mut wrong = factory.room.command("");
    wrong.args(words);
    let wrong = dps_x509_tests::cli::finish(wrong);
    assert_eq!((wrong.code, &summary(&wrong)["ended"]), (5, &"too-many-errors".into()), "{wrong:?}");
    assert_eq!((&summary(&wrong)["outcomes"]["refused"], factory.lines("k").len()), (&2.into(), 2));

    let run = factory.run(".", "--rate none --journal j --json");
    assert_eq!((run.code, &summary(&run)["doneBefore"]), (0, &done.into()), "{run:?}");
}

#[test]
fn shards_are_the_whole_together() {
    let factory = Factory::new(10);
    let mut devices = Vec::new();
    for part in 1..=3 {
        let run = factory.run("devices", &format!("--rate none --shard {part}/3 --check off"));
        assert!(run.code == 0, "{run:?}");
        devices.extend(factory.outcomes(&format!("devices.{part}-of-3.journal")).into_keys());
    }
    devices.sort();
    assert_eq!(devices, sensors(10));
    let words =
        "fleet summary devices.1-of-3.journal devices.2-of-3.journal devices.3-of-3.journal --format json";
    let all = dps_x509_tests::cli::finish(factory.room.command(words));
    assert_eq!(all.json()["assigned"], 10, "{all:?}");

    let mut one_of_many = factory.command("run", ".", "--journal j");
    one_of_many.env("JOB_COMPLETION_INDEX", "0");
    let refused = dps_x509_tests::cli::finish(one_of_many);
    assert!(refused.code == 2 && refused.err.contains("of how many"), "{refused:?}");
    let mut first = factory.command("run", ".", "--journal j --shard 3 --rate none");
    first.env("JOB_COMPLETION_INDEX", "1");
    let run = dps_x509_tests::cli::finish(first);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(factory.outcomes("j"), factory.outcomes("devices.2-of-3.journal"));
}

#[test]
fn a_part_without_a_device_is_nothing_to_do() {
    let factory = Factory::new(2);
    let looked_at = (1..=5).map(|part| {
        let more = format!("--shard {part}/5 --json");
        let check = dps_x509_tests::cli::finish(factory.command("check", "devices", &more));
        assert_eq!(check.code, 0, "{part}: {check:?}");
        check.out.lines().count()
    });
    // A summary of each part, and a line for each device wherever it falls.
    assert_eq!(looked_at.sum::<usize>(), 7);

    factory.write("empty.csv", "id\n");
    let whole =
        dps_x509_tests::cli::finish(factory.command("check", "empty.csv", "--cert c.pem --key k.pem"));
    assert!(whole.code == 2 && whole.err.contains("no device in the list"), "{whole:?}");
}

#[test]
fn a_load_rises_and_holds_and_is_measured() {
    let factory = Factory::with(6, "assigning-polls = 0\n", "[throttling]\nregistrations-per-minute = 0\n");
    let test = dps_x509_tests::cli::finish(factory.command(
        "test",
        ".",
        "--at-once 6 --ramp 500ms --hold 2s --format json",
    ));
    assert_eq!(test.code, 0, "{test:?}");
    let measured = test.json();
    assert!(measured["assigned"].as_u64().unwrap() >= 1, "{measured}");
    let held = measured["heldSeconds"].as_f64().unwrap();
    // And not for ever; how much longer is the machine's to say.
    assert!((1.9..20.0).contains(&held), "{held}");
    assert!(measured["latencySeconds"]["p99"].as_f64().unwrap() > 0.0);
    let few = dps_x509_tests::cli::finish(factory.command("test", ".", "--at-once 7"));
    assert!(few.code == 2 && few.err.contains("6 devices"), "{few:?}");
    let cloud = dps_x509_tests::cli::run(["fleet", "test", ".", "--id-scope", "0ne00111111"]);
    assert!(cloud.code == 2 && cloud.err.contains("--endpoint"), "{cloud:?}");
}
