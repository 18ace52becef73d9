//! CONNACK with a return code other than 0 (MQTT 3.1.1 section 3.2.2.3), as clients print it.

use super::{Hit, Row, Said, Says};
use crate::service::{Answer, Channel};

/// Lines that speak of CONNACK; a return code elsewhere is another one.
const OF_CONNECT: &[&str] = &["connack", "connect", "conn_ack", "mqtt"];
/// Return codes of packets and calls that are not CONNACK.
const OF_OTHERS: &[&str] = &["disconnect", "suback", "publish", "subscribe"];

const fn says(word: &'static str, code: u8) -> Row {
    Row::new(word, Says::Connack(code))
}

pub(super) static ROWS: &[Row] = &[
    // mosquitto_sub, mosquitto_pub
    Row::read("received connack (", number),
    // Paho for Python with its logger: flags, then the code.
    Row::read("received connack (0, ", number),
    // Microsoft's C SDK
    Row::read("return_code: ", number).near(OF_CONNECT),
    Row::read("connection not accepted: ", number),
    // The callbacks that everyone writes
    Row::read("result code ", number).near(OF_CONNECT).unless(OF_OTHERS),
    Row::read("result code: ", number).near(OF_CONNECT).unless(OF_OTHERS),
    Row::read("return code ", number).near(OF_CONNECT).unless(OF_OTHERS),
    Row::read("return code: ", number).near(OF_CONNECT).unless(OF_OTHERS),
    Row::read("returncode: ", number),
    Row::read("\"returncode\":", number),
    Row::read("rc=", number).near(OF_CONNECT).unless(OF_OTHERS),
    Row::read("rc=", bare),
    Row::read("connack ", number),
    Row::read("connack: ", number),
    Row::read("rc: ", number).near(OF_CONNECT).unless(OF_OTHERS),
    Row::read("return code ", |hit| named(hit).map(refused)).near(OF_CONNECT).unless(OF_OTHERS),
    // mosquitto, Paho for Python version 1, mqtt.js and MQTTX, ESP-IDF
    Row::read("connection refused: ", |hit| named(hit).map(refused)),
    Row::read("connection refused, ", |hit| named(hit).map(refused)),
    Row::read("connection refused (", |hit| named(hit).map(refused)),
    // Paho for Python version 2
    Row::read("reasoncode(connack, '", |hit| named(hit).map(refused)),
    // Paho for Java, and MQTT.fx with it
    says("not authorized to connect", 5),
    says("bad user name or password", 4),
    says("bad username or password", 4),
    says("invalid client id (2)", 2),
    says("broker unavailable (3)", 3),
    says("invalid protocol version (1)", 1),
    // .NET: DotNetty and MQTTnet
    says("refusednotauthorized", 5),
    says("refusedbadusernameorpassword", 4),
    says("refusedserverunavailable", 3),
    says("refusedidentifierrejected", 2),
    says("refusedunacceptableprotocolversion", 1),
    says("connectionrefusednotauthorized", 5),
    says("connectionrefusedbadusernameorpassword", 4),
    says("mqtt_connection_refuse_not_authorized", 5),
    says("mqtt_connection_refuse_bad_username", 4),
    says("connection_refused_not_authorized", 5),
    says("connection_refused_bad_user_name_or_password", 4),
];

/// CONNACK as an answer. Whose it is, the rest of the text tells.
pub(super) fn refused(code: u8) -> Said {
    let answer = Answer { channel: Channel::Connack, status: u16::from(code), ..Answer::default() };
    Said::Mention(Box::new(answer))
}

fn number(hit: &Hit<'_>) -> Option<Said> {
    let code = hit.number().and_then(|code| u8::try_from(code).ok())?;
    // MQTT 3.1.1 has 1 to 5; clients use others for failures of their own.
    (1..=5).contains(&code).then(|| refused(code))
}

/// A code that is the whole line, as people pass it on.
fn bare(hit: &Hit<'_>) -> Option<Said> {
    let is_whole = hit.before().trim_ascii().is_empty() && hit.after().trim_ascii().len() == 1;
    if is_whole { number(hit) } else { None }
}

/// The code's name, in the words of MQTT 3.1.1 or nearly.
fn named(hit: &Hit<'_>) -> Option<u8> {
    const NAMES: [(&str, u8); 10] = [
        ("not authori", 5),
        ("bad user", 4),
        ("bad username", 4),
        ("server unavailable", 3),
        ("broker unavailable", 3),
        ("identifier rejected", 2),
        ("id rejected", 2),
        ("client identifier not valid", 2),
        ("unacceptable protocol", 1),
        ("bad protocol", 1),
    ];
    let after = hit.after().to_ascii_lowercase();
    NAMES.iter().find(|(name, _)| after.starts_with(name.as_bytes())).map(|(_, code)| *code)
}
