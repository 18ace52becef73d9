//! `--write-fixed`: repaired files, the chain in order, and nothing overwritten.

use std::fs;

use dps_x509_tests::chain::Factory;

use super::Desk;

#[test]
fn a_chain_is_put_in_order_without_strangers_and_root() {
    let desk = Desk::new();
    let stranger = Factory::new().device("device-9").leaf;
    let leaf = fs::read_to_string(&desk.device.leaf).unwrap();
    let Factory { root, intermediate, issuing, .. } = &desk.factory;
    desk.file("bag.pem", [&*root.pem(), &*intermediate.pem(), &stranger, &*issuing.pem(), &leaf].concat());
    let run = desk.check("bag.pem --key device-key.pem --write-fixed out/fixed");
    assert!(
        run.err.contains("out/fixed/device-full-chain.pem: the leaf, then its 2 intermediates"),
        "{run:?}"
    );
    let chain = fs::read_to_string(desk.path("out/fixed/device-full-chain.pem")).unwrap();
    assert_eq!(plain(&chain), plain(&[leaf, issuing.pem(), intermediate.pem()].concat()));
    // The key is whole, so it is not written; what goes into a box of the service stands alone.
    let alone =
        ["device-cert.pem", "device-full-chain.pem", "intermediate-2.pem", "intermediate.pem", "root.pem"];
    assert_eq!(names(&desk, "out/fixed"), alone);
    assert_eq!(plain(&fs::read_to_string(desk.path("out/fixed/root.pem")).unwrap()), plain(&root.pem()));
    // The CA that the service has already is not sent.
    desk.file("uploaded.pem", intermediate.pem());
    desk.check("bag.pem --key device-key.pem --group-ca uploaded.pem --write-fixed out/group");
    let chain = fs::read_to_string(desk.path("out/group/device-full-chain.pem")).unwrap();
    assert_eq!(
        plain(&chain),
        plain(&[fs::read_to_string(&desk.device.leaf).unwrap(), issuing.pem()].concat())
    );
    let again = desk.check("out/fixed/device-full-chain.pem --key device-key.pem --registration-id device-1");
    assert_eq!(again.code, 0, "{again:?}");
}

#[test]
fn mangled_files_become_canonical() {
    let desk = Desk::new();
    let leaf = fs::read_to_string(&desk.device.leaf).unwrap();
    let key = fs::read_to_string(&desk.device.key).unwrap();
    let literal = |text: &str| text.lines().map(|line| format!("    \"{line}\\r\\n\"\n")).collect::<String>();
    desk.file("leaf.h", literal(&leaf));
    desk.file("key.h", literal(&key));
    let run = desk.check("leaf.h --key key.h --write-fixed out");
    assert_eq!(names(&desk, "out"), ["device-full-chain.pem", "key.pem", "leaf.pem"], "{run:?}");
    assert_eq!(plain(&fs::read_to_string(desk.path("out/leaf.pem")).unwrap()), plain(&leaf));
    assert_eq!(plain(&fs::read_to_string(desk.path("out/key.pem")).unwrap()), plain(&key));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |name: &str| fs::metadata(desk.path(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode("out/key.pem"), 0o600);
        assert_eq!(mode("out/leaf.pem") & 0o600, 0o600);
    }
    // Not named by --key, it is left out.
    let run = desk.check("leaf.h key.h --write-fixed without");
    assert_eq!(names(&desk, "without"), ["device-full-chain.pem", "leaf.pem"], "{run:?}");
    assert!(run.err.contains("Not repaired: key.h"), "{run:?}");
    desk.file("both.h", literal(&format!("{leaf}{key}")));
    let run = desk.check("both.h --write-fixed public");
    assert!(run.err.contains("without its private key"), "{run:?}");
    assert!(!fs::read_to_string(desk.path("public/both.pem")).unwrap().contains("PRIVATE"));
}

#[test]
fn nothing_is_overwritten_and_nothing_is_left_half() {
    let desk = Desk::new();
    desk.file("out/device-full-chain.pem", "mine");
    let run = desk.check("device.pem --write-fixed out");
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains("nothing is overwritten"), "{run:?}");
    assert_eq!(fs::read_to_string(desk.path("out/device-full-chain.pem")).unwrap(), "mine");
    assert_eq!(names(&desk, "out"), ["device-full-chain.pem"]);
    let run = desk.check("device.pem --write-fixed device-key.pem/under");
    assert!(run.code == 2 && run.err.contains("cannot write into the folder"), "{run:?}");
}

#[test]
fn what_is_cut_is_not_made_up() {
    let desk = Desk::new();
    let leaf = fs::read_to_string(&desk.device.leaf).unwrap();
    desk.file("cut.pem", &leaf[..leaf.len() / 2]);
    let run = desk.check("cut.pem device-key.pem --write-fixed out");
    assert!(run.err.contains("Not repaired: cut.pem, bytes are missing"), "{run:?}");
    assert!(names(&desk, "out").is_empty(), "{run:?}");
}

fn names(desk: &Desk, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(desk.path(folder)).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Without line breaks, of which PEM has two kinds.
fn plain(pem: &str) -> String {
    pem.split_whitespace().collect::<Vec<_>>().join(" ")
}
