use super::*;

fn actions(script: &Script, stage: Stage, device: &str) -> Vec<&'static str> {
    script.next(stage, device).iter().map(|happening| happening.action.as_str()).collect()
}

#[test]
fn occurrences_are_counted_for_each_device_and_stage() {
    let second = Fault::new(Stage::Register, Action::Drop).at(When::From { first: 2, count: 2 });
    let of_one = Fault::new(Stage::Register, Action::Close).of("One");
    let script = Script::new(0, vec![second, of_one]);
    for expected in [&["close"][..], &["drop", "close"], &["drop", "close"], &["close"]] {
        assert_eq!(actions(&script, Stage::Register, "one"), expected);
        assert!(actions(&script, Stage::Poll, "one").is_empty());
    }
    for expected in [&[][..], &["drop"], &["drop"], &[]] {
        assert_eq!(actions(&script, Stage::Register, "TWO"), expected);
    }
}

#[test]
fn a_seed_makes_chances_repeatable_in_any_order() {
    let script = |seed| Script::new(seed, vec![Fault::new(Stage::Poll, Action::Drop).at(When::Chance(30))]);
    let run = |script: &Script, devices: &[&str]| {
        let one = |device: &&str| {
            (0..100).map(|_| !actions(script, Stage::Poll, device).is_empty()).collect::<Vec<_>>()
        };
        devices.iter().map(one).collect::<Vec<_>>()
    };
    let (first, mut second) = (run(&script(1), &["a", "b"]), run(&script(1), &["b", "a"]));
    second.reverse();
    assert_eq!(first, second);
    assert_ne!(first, run(&script(2), &["a", "b"]));
    let hits = first.iter().flatten().filter(|hit| **hit).count();
    assert!((30..=90).contains(&hits), "{hits} of 200 at 30 percent");
}

#[test]
fn every_scenario_is_readable_and_whole() {
    for scenario in Scenario::ALL {
        let written = scenario.text.matches("[[fault]]").count();
        assert!(written > 0 && scenario.faults().len() == written, "{scenario:?}");
        assert!(scenario.summary().ends_with('.'), "{scenario:?}");
        let readme = include_str!("../../README.md");
        let row = format!("| `{}` | {} |", scenario.name, scenario.summary());
        assert!(readme.contains(&row), "the README lacks {row}");
    }
}

#[test]
fn mistakes_in_an_entry_are_named() {
    for (text, expected) in [
        ("stage = \"tls\"\nkind = \"drop\"", "drop cannot happen at the stage tls"),
        ("stage = \"tls\"\nkind = \"close\"\ndevice = \"d\"", "not known yet which device"),
        ("stage = \"poll\"\nkind = \"connack\"", "connack cannot happen at the stage poll"),
        ("stage = \"poll\"\nkind = \"naught\"", "no kind of fault called \"naught\""),
        ("stage = \"poll\"\nkind = \"delay\"", "delay needs seconds"),
        ("stage = \"poll\"\nkind = \"delay\"\nseconds = -1.0", "delay needs seconds"),
        ("stage = \"poll\"\nkind = \"delay\"\nseconds = nan", "delay needs seconds"),
        ("stage = \"poll\"\nkind = \"trickle\"", "trickle needs seconds"),
        ("stage = \"upgrade\"\nkind = \"reset\"\ndevice = \"d\"", "not known yet which device"),
        ("stage = \"disconnect\"\nkind = \"close\"", "close cannot happen at the stage disconnect"),
        ("stage = \"poll\"\nkind = \"drop\"\nseconds = 1", "drop has no seconds"),
        ("stage = \"poll\"\nkind = \"drop\"\noccurrence = 0", "counted from 1"),
        ("stage = \"poll\"\nkind = \"drop\"\nchance = 101", "in percent"),
        ("stage = \"poll\"\nkind = \"drop\"\nchance = 1\ntimes = 1", "does not go together"),
        ("stage = \"connect\"\nkind = \"connack\"\ncode = 0", "1 to 5"),
        ("stage = \"tls\"\nkind = \"tls-alert\"\nalert = \"x\"", "the alert \"x\" is none of"),
    ] {
        let error = toml::from_str::<FaultEntry>(text).unwrap().fault().unwrap_err();
        assert!(error.contains(expected), "{error:?} should contain {expected:?}");
    }
}
