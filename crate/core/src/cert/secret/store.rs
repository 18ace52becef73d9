//! Stores that hold several objects: PKCS#7 (`.p7b`), PKCS#12 (`.p12`, `.pfx`) and those of Java (`.jks`).

mod content;
mod jks;
mod pkcs12;
mod pkcs7;

pub use content::Stored;
pub use pkcs7::pkcs7;
pub use {
    jks::{jks, jks_is_whole},
    pkcs12::pkcs12,
};
