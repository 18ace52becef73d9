//! `dps-x509 explain`.

use dps_x509_core::explain;
use dps_x509_tests::cli;

#[test]
fn a_code_or_a_name_prints_its_page() {
    let page = explain::page("DX431").unwrap();
    for words in [["explain", "DX431"], ["explain", "dx431"], ["explain", "leaf-alone"]] {
        let run = cli::run(words);
        assert_eq!((run.code, run.out.trim_end(), run.err.as_str()), (0, page.trim_end(), ""), "{words:?}");
    }
    let two = cli::run(["explain", "DX431", "DX707"]);
    assert_eq!(two.code, 0);
    assert!(two.out.contains("# DX431 leaf-alone\n") && two.out.contains("# DX707 "), "{two:?}");
}

#[test]
fn all_prints_every_page_once_in_order() {
    let run = cli::run(["explain", "--all"]);
    let titles: Vec<_> =
        run.out.lines().filter_map(|line| line.strip_prefix("# DX")?.split(' ').next()).collect();
    let expected: Vec<_> = explain::PAGES.iter().filter_map(|(code, _)| code.strip_prefix("DX")).collect();
    assert_eq!((run.code, titles), (0, expected));
}

#[test]
fn what_has_no_page_leads_to_what_is_near() {
    for (text, near) in [("DX4O1", "DX401"), ("leaf-alon", "leaf-alone"), ("", "--all"), ("ünknown", "--all")]
    {
        let run = cli::run(["explain", text]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{run:?}");
        assert!(run.err.contains("no page") && run.err.contains(near), "{run:?}");
    }
    // One that is known does not hide one that is not.
    assert_eq!(cli::run(["explain", "DX401", "DX999"]).code, 2);
    assert_eq!(cli::run(["explain"]).code, 2);
    assert_eq!(cli::run(["explain", "--all", "DX401"]).code, 2);
}
