//! The bare client as a program of its own: what a process costs that does nothing but send these packets.

use std::fs;

use tokio::runtime;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};

use crate::bare;

/// Provisions with `ADDRESS:PORT`, the files of root, chain and key, and a user name.
pub(crate) fn run(words: &[String]) {
    let [address, root, chain, key, user_name] = words else { panic!("five words, and not {words:?}") };
    let read = |path: &String| fs::read(path).unwrap();
    let root = CertificateDer::from_pem_slice(&read(root)).unwrap();
    let chain = CertificateDer::pem_slice_iter(&read(chain)).collect::<Result<_, _>>().unwrap();
    let config = bare::config(root, chain, PrivateKeyDer::from_pem_slice(&read(key)).unwrap());
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let provisioned = bare::provision(&config, address.parse().unwrap(), user_name);
    runtime.block_on(provisioned).unwrap();
}
