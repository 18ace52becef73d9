//! What clients print, as JSON with the member `text`, for whoever ships it beside the code.

use dps_x509_core::explain;
use serde_json::json;

fn main() {
    println!("{}", json!({ "text": explain::lexicon_text() }));
}
