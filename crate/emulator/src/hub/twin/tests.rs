use std::time::{Duration, UNIX_EPOCH};

use super::*;

fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn twin() -> Twin {
    Twin::new(UNIX_EPOCH)
}

fn for_device(twin: &Twin) -> Value {
    serde_json::from_str(&twin.for_device()).unwrap()
}

fn report(twin: &mut Twin, patch: Value) -> Result<u64, TwinError> {
    twin.report(&object(patch), None, UNIX_EPOCH)
}

#[test]
fn reported_properties_are_merged() {
    let mut twin = twin();
    assert_eq!(for_device(&twin), json!({"desired": {"$version": 1}, "reported": {"$version": 1}}));
    assert_eq!(report(&mut twin, json!({"a": 1, "b": {"c": "x", "d": true}, "e": [1]})), Ok(2));
    assert_eq!(report(&mut twin, json!({"a": null, "b": {"c": null, "f": 2}, "e": {"g": null}})), Ok(3));
    let reported = json!({"b": {"d": true, "f": 2}, "e": {}, "$version": 3});
    assert_eq!(for_device(&twin)["reported"], reported);
    assert_eq!(report(&mut twin, json!({})), Ok(4), "a patch of nothing counts");
    let stale = twin.report(&Map::new(), Some(3), UNIX_EPOCH);
    assert_eq!(stale, Err(TwinError::Version { expected: 3, is: 4 }));
    assert_eq!(twin.report(&Map::new(), Some(4), UNIX_EPOCH), Ok(5));
}

#[test]
fn desired_properties_are_changed_or_replaced_and_told() {
    let mut twin = twin();
    let change = |value: Value| serde_json::from_value::<TwinChange>(value).unwrap();
    let later = UNIX_EPOCH + Duration::from_secs(1);
    let patch =
        change(json!({"tags": {"site": "north"}, "properties": {"desired": {"a": {"b": 1}, "c": 2}}}));
    let told = twin.change(patch, Extent::Partial, later).unwrap().unwrap();
    assert_eq!((told.version, Value::from(told.body)), (2, json!({"a": {"b": 1}, "c": 2})));
    let etag = twin.etag();
    let patch = change(json!({"properties": {"desired": {"c": null, "$version": 9, "$metadata": {}}}}));
    let told = twin.change(patch, Extent::Partial, later).unwrap().unwrap();
    assert_eq!(Value::from(told.body), json!({"c": null}), "the device is told what is removed");
    assert_ne!(twin.etag(), etag);
    let document = Value::from(twin.for_service());
    let desired = &document["properties"]["desired"];
    assert_eq!((&desired["a"], &desired["$version"]), (&json!({"b": 1}), &3.into()));
    let metadata = &desired["$metadata"];
    assert_eq!(metadata["a"]["b"]["$lastUpdated"], "1970-01-01T00:00:01.0000000Z");
    assert_eq!((&metadata["a"]["$lastUpdatedVersion"], metadata.get("c")), (&2.into(), None));
    let only_tags = twin.change(change(json!({"tags": {"site": null}})), Extent::Partial, later);
    assert_eq!(only_tags, Ok(None));
    let whole = change(json!({"properties": {"desired": {"z": 1}}}));
    let told = twin.change(whole, Extent::Whole, later).unwrap().unwrap();
    assert_eq!(Value::from(told.body), json!({"z": 1, "a": null}), "so that it has what the twin has");
    assert_eq!(for_device(&twin)["desired"], json!({"z": 1, "$version": 4}));
}

/// As azure-sdk-for-c's sample of a twin reads it: it looks no further than the version.
#[test]
fn a_device_reads_the_version_last() {
    let mut twin = twin();
    report(&mut twin, json!({"a": {"b": 1}, "!": 2})).unwrap();
    let read = twin.for_device();
    assert_eq!(read, r#"{"desired":{"$version":1},"reported":{"!":2,"a":{"b":1},"$version":2}}"#);
    let patch = DesiredPatch { version: 7, body: object(json!({"device_count": 5, "#": null})) };
    assert_eq!(patch.for_device(), r##"{"#":null,"device_count":5,"$version":7}"##);
}

#[test]
fn two_patches_become_one_that_does_the_same() {
    let (first, second) = (json!({"a": {"b": 1, "c": 2}, "d": 1}), json!({"a": {"b": null}, "d": {"e": 1}}));
    let mut composed = object(first.clone());
    compose(&mut composed, object(second.clone()));
    assert_eq!(Value::from(composed.clone()), json!({"a": {"b": null, "c": 2}, "d": {"e": 1}}));
    let (mut one, mut two) = (object(json!({"a": {"b": 0}})), object(json!({"a": {"b": 0}})));
    section::merge(&mut one, &object(first));
    section::merge(&mut one, &object(second));
    section::merge(&mut two, &composed);
    assert_eq!(one, two);
}

#[test]
fn what_is_documented_as_too_much_is_refused_and_changes_nothing() {
    let nested = |depth: usize| (0..depth).fold(json!({"p": 1}), |inner, _| json!({"n": inner}));
    for (allowed, patch) in [
        (true, nested(10)),
        (false, nested(11)),
        (false, json!({"a.b": 1})),
        (false, json!({"a b": 1})),
        (false, json!({"a": {"$b": 1}})),
        (false, json!({"": 1})),
        (false, json!({"a\u{7}": 1})),
        (true, json!({"k".repeat(1024): 1})),
        (false, json!({"k".repeat(1025): 1})),
        (true, json!({"s": "x".repeat(4096)})),
        (false, json!({"s": "x".repeat(4097)})),
        (true, json!({"i": 4_503_599_627_370_495_i64, "j": -4_503_599_627_370_496_i64, "f": 1e300})),
        (false, json!({"i": 4_503_599_627_370_496_i64})),
        (false, json!({"i": [u64::MAX]})),
        (false, Value::from(Map::from_iter((0..9).map(|n| (n.to_string(), "x".repeat(4000).into()))))),
        (true, Value::from(Map::from_iter((0..8).map(|n| (n.to_string(), "x".repeat(4000).into()))))),
    ] {
        let mut twin = twin();
        let result = report(&mut twin, patch.clone());
        assert_eq!(result.is_ok(), allowed, "{result:?} for {:.80}", patch.to_string());
        assert_eq!(twin.reported.version, if allowed { 2 } else { 1 });
    }
    let mut twin = twin();
    let tags = TwinChange {
        tags: Some(Map::from_iter((0..3).map(|n| (n.to_string(), "x".repeat(3000).into())))),
        ..TwinChange::default()
    };
    let refused = twin.change(tags, Extent::Partial, UNIX_EPOCH);
    assert_eq!(refused, Err(TwinError::Size { size: 9003, limit: 8192 }));
}
