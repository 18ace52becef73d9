//! An explanation as JSON (`schema/explanation.json`), version 1: additive.

use serde_json::{Value, json};

use super::{Cause, Explanation, Happening};
use crate::finding::{
    Naming,
    json::{finding, findings, place},
};

impl Explanation {
    /// The explanation as a JSON object. Absent parts are left out.
    #[must_use]
    pub fn to_json(&self, naming: Naming) -> Value {
        let mut object = json!({
            "version": 1,
            "explained": !self.is_empty(),
            "happenings": self.happenings.iter().map(|it| happening(it, naming)).collect::<Value>(),
            "hasFiles": self.has_files,
            "also": findings(&self.also, naming),
        });
        let mut put = |name: &str, value: Option<Value>| {
            if let (Some(object), Some(value)) = (object.as_object_mut(), value) {
                object.insert(name.to_owned(), value);
            }
        };
        put(
            "assigned",
            self.assigned.as_ref().map(|assigned| {
                let mut value = json!({ "hub": assigned.hub, "place": place(&assigned.place, naming) });
                if let (Some(object), Some(id)) = (value.as_object_mut(), &assigned.device_id) {
                    object.insert("deviceId".to_owned(), json!(id));
                }
                value
            }),
        );
        put(
            "device",
            self.device.as_ref().map(
                |device| json!({ "idScope": device.id_scope, "registrationId": device.registration_id }),
            ),
        );
        let elsewhere: Value = self
            .elsewhere
            .iter()
            .map(|it| json!({ "what": it.what, "code": it.definition.code, "name": it.definition.name, "place": place(&it.place, naming) }))
            .collect();
        put(
            "reached",
            self.reached.as_ref().map(|it| json!({ "what": it.what, "place": place(&it.place, naming) })),
        );
        put(
            "othersFiles",
            self.others_files.as_ref().map(|(id, name)| json!({ "registrationId": id, "commonName": name })),
        );
        put("elsewhere", (!self.elsewhere.is_empty()).then_some(elsewhere));
        put("whatToGive", self.is_empty().then(|| json!(self.what_to_give())));
        object
    }
}

fn happening(happening: &Happening, naming: Naming) -> Value {
    let mut value = json!({
        "finding": finding(&happening.finding, naming),
        "times": happening.times,
        "causes": happening.causes.iter().map(|it| cause(it, naming)).collect::<Value>(),
    });
    if let Some(object) = value.as_object_mut().filter(|_| happening.is_at_least) {
        object.insert("atLeast".to_owned(), json!(true));
    }
    if let (Some(object), Some(unsettled)) = (value.as_object_mut(), happening.unsettled) {
        object.insert("unsettled".to_owned(), json!({ "what": unsettled.what, "source": unsettled.source }));
    }
    value
}

fn cause(cause: &Cause, naming: Naming) -> Value {
    json!({ "verdict": cause.verdict.as_str(), "source": cause.source, "finding": finding(&cause.finding, naming) })
}
