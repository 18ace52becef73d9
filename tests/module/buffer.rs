//! Buffers: what is no address of one does no harm, and none keeps what was in it.

use serde_json::json;

use crate::ask::Asked;

#[test]
fn an_address_of_nothing_does_no_harm() {
    let mut asked = Asked::new();
    let beyond = u32::try_from(asked.memory.data_size(&asked.store)).unwrap();
    for address in [0, 1, beyond, u32::MAX] {
        asked.free.call(&mut asked.store, address).unwrap();
        let answer = asked.call.call(&mut asked.store, (address, 10)).unwrap();
        assert!(asked.take(answer).contains("no buffer"));
    }
    let address = asked.put(b"{}");
    asked.free.call(&mut asked.store, address).unwrap();
    asked.free.call(&mut asked.store, address).unwrap();
    let answer = asked.call.call(&mut asked.store, (address, 2)).unwrap();
    assert!(asked.take(answer).contains("no buffer"));
    let address = asked.put(b"{}");
    let answer = asked.call.call(&mut asked.store, (address, u32::MAX)).unwrap();
    assert!(asked.take(answer).contains("longer than its buffer"));
    // It is still whole.
    assert!(asked.result(&json!({ "codes": {} })).as_array().unwrap().len() > 100);
}

#[test]
fn what_there_is_no_memory_for_has_no_address() {
    let mut asked = Asked::new();
    assert_eq!(asked.allocate.call(&mut asked.store, u32::MAX).unwrap(), 0);
    let (one, other) = (asked.put(b""), asked.put(b""));
    assert_ne!(one, other);
}

#[test]
fn a_request_is_wiped_when_it_is_answered_and_an_answer_when_it_is_freed() {
    let mut asked = Asked::new();
    let secret = "a passphrase that nobody else has";
    let request = json!({ "inspect": { "files": [{ "text": secret }] } }).to_string();
    let (address, length) = (asked.put(request.as_bytes()), u32::try_from(request.len()).unwrap());
    let answer = asked.call.call(&mut asked.store, (address, length)).unwrap();
    // The allocator may have used the place again, but not for this.
    let left = asked.read(address, request.len());
    assert!(!left.windows(secret.len()).any(|it| it == secret.as_bytes()));
    let at = u32::try_from(answer >> 32).unwrap();
    let told = asked.read(at, 200);
    assert!(told.starts_with(b"{\"result\""));
    asked.free.call(&mut asked.store, at).unwrap();
    assert!(
        !asked
            .read(at, 200)
            .windows(20)
            .any(|part| told.windows(20).any(|it| it == part && it.iter().any(|byte| *byte != 0)))
    );
}
