//! An HTTP proxy on the way: not reached, wants a password, refuses, or is none.

use super::{
    Row,
    symptom::{proxy_authentication_required, proxy_denied, proxy_is_no_http_proxy, proxy_not_reached},
};

/// That is [`WANTS_PASSWORD`].
const OF_PASSWORDS: &[&str] = &["407"];

pub(super) static ROWS: &[Row] = &[
    Row::symptom("could not resolve proxy", &proxy_not_reached::NOT_REACHED),
    Row::symptom("couldn't resolve proxy", &proxy_not_reached::NOT_REACHED),
    Row::symptom("failed to connect to proxy", &proxy_not_reached::NOT_REACHED),
    Row::symptom("cannot connect to proxy", &proxy_not_reached::NOT_REACHED)
        .unless(&["tunnel connection failed"]),
    Row::symptom("unable to connect to proxy", &proxy_not_reached::NOT_REACHED)
        .unless(&["tunnel connection failed"]),
    Row::symptom("error connecting to http proxy", &proxy_not_reached::NOT_REACHED),
    Row::symptom("proxyconnect tcp: dial", &proxy_not_reached::NOT_REACHED),
    Row::symptom("err_proxy_connection_failed", &proxy_not_reached::NOT_REACHED),
    Row::symptom("proxy authentication required", &proxy_authentication_required::WANTS_PASSWORD),
    Row::symptom("connect tunnel failed, response 407", &proxy_authentication_required::WANTS_PASSWORD),
    Row::symptom("http code 407 from proxy", &proxy_authentication_required::WANTS_PASSWORD),
    Row::symptom("statuscode=407", &proxy_authentication_required::WANTS_PASSWORD).near(&["tunnel", "proxy"]),
    Row::symptom("status code '407'", &proxy_authentication_required::WANTS_PASSWORD)
        .near(&["tunnel", "proxy"]),
    Row::symptom("connect tunnel failed, response", &proxy_denied::DENIED).unless(OF_PASSWORDS),
    Row::symptom("tunnel connection failed:", &proxy_denied::DENIED).unless(OF_PASSWORDS),
    Row::symptom("from proxy after connect", &proxy_denied::DENIED).unless(OF_PASSWORDS),
    Row::symptom("tunneling socket could not be established", &proxy_denied::DENIED)
        .near(&["statuscode="])
        .unless(OF_PASSWORDS),
    Row::symptom("the proxy tunnel request to proxy", &proxy_denied::DENIED).unless(OF_PASSWORDS),
    Row::symptom("unable to tunnel through proxy", &proxy_denied::DENIED).unless(OF_PASSWORDS),
    Row::symptom("proxy connect aborted", &proxy_is_no_http_proxy::IS_NONE),
    Row::symptom(
        "proxy connection ended before receiving connect response",
        &proxy_is_no_http_proxy::IS_NONE,
    ),
    Row::symptom("unsupported http/0.9 for tunnel", &proxy_is_no_http_proxy::IS_NONE),
];
