//! A proxy's password: in what the proxy answers, and where it is not percent-encoded.

use std::fs;

use dps_x509_tests::{
    cli,
    proxy::{Conduct, Proxy},
};

use super::{PASSWORD, Secrets};
use crate::desk::Desk;

/// Pages of errors, and servers that are no proxies, show what they were asked. However much of it is shown, the password is not.
#[test]
fn no_answer_that_repeats_the_request_tells_the_password() {
    let desk = Desk::new("localhost");
    let secrets = Secrets::new(&fs::read_to_string(&desk.device.key).unwrap());
    // Up to where a text is cut off.
    let padded = |length: usize| {
        let text =
            format!("HTTP/1.1 403 No\r\nContent-Type: text/plain\r\n\r\n{}{{request}}", "-".repeat(length));
        &*text.leak()
    };
    let mut answers = vec![
        "HTTP/1.1 403 {request}\r\n\r\n",
        "HTTP/1.1 407 {request}\r\n\r\n",
        "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"{request}\"\r\n\r\n",
        "HTTP/1.1 502 No\r\nContent-Type: text/plain\r\n\r\nnobody at user:qF7passwordZx@proxy",
        "{request}",
        "ICY {request}",
    ];
    answers.extend([0, 180, 200, 210, 220, 230, 4000].map(padded));
    for answer in answers {
        let proxy = Proxy::start(Conduct::Repeats(answer));
        let path = desk.file("proxy");
        fs::write(&path, format!("http://user:{PASSWORD}@{}\n", proxy.address)).unwrap();
        for command in ["provision", "probe"] {
            let mut args = desk.flags(command, "localhost:1");
            let at = args.iter().position(|word| word == "--timeout").unwrap();
            "1500ms".clone_into(&mut args[at + 1]);
            args.extend(["--proxy".to_owned(), format!("@{}", path.display())]);
            if command == "provision" {
                args.extend(["--trace", "--json"].map(str::to_owned));
            }
            let run = cli::run(&args);
            secrets.assert_not_told(&run, &format!("{command} and {answer}"));
            assert!(run.out.contains("DX53") || run.err.contains("DX53"), "{answer}: {run:?}");
        }
    }
}

/// Where one has not encoded it, what stands in front of its first `/` or `#` looks like a host and a port.
#[test]
fn a_password_that_is_not_encoded_is_neither_told_nor_dialled() {
    let desk = Desk::new("localhost");
    let path = desk.file("proxy");
    for (before, behind) in
        [("http://user:", "/x@localhost:1"), ("user:", "#x@localhost:1"), ("http://", "?@localhost")]
    {
        fs::write(&path, format!("{before}8461{behind}")).unwrap();
        for command in ["provision", "probe"] {
            let mut args = desk.flags(command, "localhost:1");
            args.extend(["--proxy".to_owned(), format!("@{}", path.display())]);
            let run = cli::run(&args);
            let said = format!("{}{}", run.out, run.err);
            assert!(!said.contains("8461") && said.contains("%2F"), "{before}8461{behind}: {said}");
        }
    }
}
