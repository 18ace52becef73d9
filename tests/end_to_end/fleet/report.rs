//! Results and summaries of a journal.

use std::process::Command;

use dps_x509_tests::{
    cli,
    environment::{python, root},
};

use super::Factory;

#[test]
fn a_journal_is_read_as_results_and_as_a_summary_in_every_form() {
    let factory = Factory::new(3);
    factory.cut_chain("sensor-3");
    let run = factory.run(".", "--rate none --check off --journal j");
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.err.contains("sensor-3  refused: DX707"), "{run:?}");
    assert!(run.out.contains("2  assigned") && run.out.contains("1  refused"), "{run:?}");
    let print = |words: &str| {
        let run = cli::finish(factory.room.command(&format!("fleet {words}")));
        assert_eq!(run.code, 0, "{run:?}");
        run.out
    };
    let table = print("results j --format csv");
    assert_eq!(table.lines().count(), 4);
    assert!(table.contains("sensor-3,") && table.contains(",refused,,,DX707,"), "{table}");
    assert_eq!(print("results j --only assigned").lines().count(), 2);
    assert_eq!(print("results j --only failed").lines().count(), 1);
    assert!(print("summary j --format csv").contains("outcome,assigned,2,\r\n"));
    let html = print("summary j --format html");
    assert!(
        html.contains("2 of 3 devices have their hub") && html.contains("<svg") && !html.contains("<script")
    );
    print("summary j --format html --out page.html");
    let again = cli::finish(factory.room.command("fleet summary j --out page.html"));
    assert!(again.code == 2 && again.err.contains("nothing is overwritten"), "{again:?}");
    let none = cli::finish(factory.room.command("fleet results enrollments.toml"));
    assert!(none.code == 2 && none.err.contains("no journal"), "{none:?}");
}

/// Those that dial nothing, as they stand there; fewer devices do.
#[test]
fn the_examples_of_the_help_work() {
    let room = crate::generate::Room::new();
    let help = cli::finish(room.command("fleet --help")).out;
    let examples: Vec<_> =
        help.lines().filter_map(|line| line.trim_start().strip_prefix("dps-x509 ")).collect();
    let offline = examples.iter().filter(|it| it.starts_with("generate ") || it.starts_with("fleet check "));
    let offline: Vec<_> = offline.map(|it| it.replace("--count 1000", "--count 2")).collect();
    assert!(offline.len() >= 2 && offline[0].contains("--count 2"), "{help}");
    for example in offline {
        let run = cli::finish(room.command(&example));
        assert_eq!(run.code, 0, "{example}: {run:?}");
    }
}

/// As `kubernetes-validate --strict` judges it, by the schemas of Kubernetes itself.
#[test]
fn the_indexed_job_is_one_for_kubernetes() {
    let judge = "import json, sys, yaml, kubernetes_validate\n\
                 job = yaml.safe_load(open(sys.argv[1]))\n\
                 kubernetes_validate.validate(job, '1.34', strict=True)\n\
                 print(json.dumps(job))";
    let mut command = Command::new(python("formats"));
    command.args(["-c", judge]).arg(root().join("crate/fleet/example/kubernetes.yaml"));
    let run = cli::finish(command);
    assert_eq!(run.code, 0, "{run:?}");
    // What it starts is understood, as far as that can be seen without a cluster.
    let job = run.json();
    let container = &job["spec"]["template"]["spec"]["containers"][0];
    let words = container["args"].as_array().unwrap().iter().map(|word| word.as_str().unwrap());
    let mut command = Command::new(cli::binary());
    command.args(words).env("JOB_COMPLETION_INDEX", "7");
    let run = cli::finish(command);
    assert!(run.code == 2 && run.out.contains("/list/devices.csv cannot be read"), "{run:?}");
}
