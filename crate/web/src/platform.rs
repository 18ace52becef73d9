//! The WebCrypto of browsers, Node, Deno, Bun: keys and signatures of it in place of the core's.
//!
//! A future of the core waits for a promise, and nobody here runs futures: JavaScript does, which awaits the promise and goes
//! on with what comes of it.

use std::{cell::Cell, future::poll_fn, rc::Rc, task::Poll};

use dps_x509_core::generate::{KeyType, Platform, PrivateKey};
use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::{CryptoKey, CryptoKeyPair, SubtleCrypto};
use zeroize::Zeroizing;

#[wasm_bindgen]
extern "C" {
    // There is none in a browser outside of a secure context.
    #[wasm_bindgen(thread_local_v2, js_namespace = ["globalThis", "crypto"], js_name = subtle)]
    static SUBTLE: Option<SubtleCrypto>;
}

/// Between a future and who runs it: the promise that it waits for, and what came of that.
#[derive(Default)]
pub(crate) struct Exchange {
    asked: Cell<Option<Promise>>,
    /// `undefined` of one that was rejected.
    answer: Cell<Option<JsValue>>,
}

impl Exchange {
    /// What is waited for, if that has not been told yet.
    pub(crate) fn asked(&self) -> Option<Promise> {
        self.asked.take()
    }

    pub(crate) fn answer(&self, answer: JsValue) {
        self.answer.set(Some(answer));
    }

    /// What comes of a promise; nothing of one that is rejected, or not even made.
    async fn wait<T: JsCast>(&self, promise: Result<Promise, JsValue>) -> Option<T> {
        self.answer.take();
        self.asked.set(Some(promise.ok()?.unchecked_into()));
        let answer = poll_fn(|_| self.answer.take().map_or(Poll::Pending, Poll::Ready)).await;
        // Objects of other realms, and of tests, are of no class that is known here.
        answer.is_object().then(|| answer.unchecked_into())
    }
}

/// The platform's WebCrypto.
pub(crate) struct WebCrypto {
    subtle: Option<SubtleCrypto>,
    exchange: Rc<Exchange>,
    made: Option<Handle>,
    signer: Option<Handle>,
}

/// A key as the platform holds it, known by its public half.
struct Handle {
    public: Vec<u8>,
    key: CryptoKey,
}

impl WebCrypto {
    pub(crate) fn new(exchange: Rc<Exchange>) -> Self {
        let subtle = SUBTLE.with(Clone::clone).filter(|subtle| subtle.is_object());
        Self { subtle, exchange, made: None, signer: None }
    }

    async fn make(&mut self, key_type: KeyType) -> Option<PrivateKey> {
        let subtle = self.subtle.as_ref()?;
        let usages = Array::of2(&"sign".into(), &"verify".into());
        let promise = subtle.generate_key_with_object(&of_key(key_type), true, &usages);
        let pair: CryptoKeyPair = self.exchange.wait(promise).await?;
        let key = pair.get_private_key();
        let private: JsValue = self.exchange.wait(subtle.export_key("pkcs8", &key)).await?;
        let private = Uint8Array::new(&private);
        let bytes = Zeroizing::new(private.to_vec());
        private.fill(0, 0, private.length());
        let public = subtle.export_key("spki", &pair.get_public_key());
        let public: JsValue = self.exchange.wait(public).await?;
        let public = Uint8Array::new(&public).to_vec();
        let made = PrivateKey::of_platform(key_type, &bytes, &public).ok()?;
        self.made = Some(Handle { public, key });
        Some(made)
    }

    /// The platform's form of a key: of the one that it made last, of the one that signed last, or read anew.
    async fn hand_over(&mut self, key: &PrivateKey, key_type: KeyType) -> Option<&CryptoKey> {
        let public = key.public_key_der().ok()?;
        let is_it = |handle: &Option<Handle>| handle.as_ref().is_some_and(|it| it.public == public);
        if is_it(&self.made) {
            self.signer = self.made.take();
        } else if !is_it(&self.signer) {
            let document = key.to_pkcs8().ok()?;
            let bytes = Uint8Array::from(document.as_bytes());
            let usages = Array::of1(&"sign".into());
            let subtle = self.subtle.as_ref()?;
            let promise = subtle.import_key_with_object("pkcs8", &bytes, &of_key(key_type), false, &usages);
            let read = self.exchange.wait(promise).await;
            bytes.fill(0, 0, bytes.length());
            self.signer = Some(Handle { public, key: read? });
        }
        self.signer.as_ref().map(|handle| &handle.key)
    }
}

impl Platform for WebCrypto {
    async fn key(&mut self, key_type: KeyType) -> Option<PrivateKey> {
        self.make(key_type).await
    }

    async fn sign(&mut self, key: &PrivateKey, message: &[u8]) -> Option<Vec<u8>> {
        let key_type = key.key_type()?;
        let (subtle, exchange) = (self.subtle.clone()?, Rc::clone(&self.exchange));
        let handle = self.hand_over(key, key_type).await?;
        let message = Uint8Array::from(message);
        let promise = subtle.sign_with_object_and_buffer_source(&of_signature(key_type), handle, &message);
        let signature: JsValue = exchange.wait(promise).await?;
        Some(Uint8Array::new(&signature).to_vec())
    }
}

const RSA: &str = "RSASSA-PKCS1-v1_5";
const EC: &str = "ECDSA";

/// The algorithm of a key that is made or read (Web Cryptography API, `RsaHashedKeyGenParams`, `EcKeyGenParams`).
fn of_key(key_type: KeyType) -> Object {
    match key_type.rsa_bits() {
        Some(bits) => object(&[
            ("name", RSA.into()),
            ("modulusLength", bits.into()),
            ("publicExponent", Uint8Array::from([1, 0, 1].as_slice()).into()),
            ("hash", "SHA-256".into()),
        ]),
        None => object(&[("name", EC.into()), ("namedCurve", ec(key_type).0.into())]),
    }
}

/// The algorithm of a signature (`EcdsaParams`; that of RSA has its hash from its key).
fn of_signature(key_type: KeyType) -> Object {
    match key_type.rsa_bits() {
        Some(_) => object(&[("name", RSA.into())]),
        None => object(&[("name", EC.into()), ("hash", ec(key_type).1.into())]),
    }
}

/// A curve, and the hash that is signed with it.
fn ec(key_type: KeyType) -> (&'static str, &'static str) {
    match key_type {
        KeyType::P384 => ("P-384", "SHA-384"),
        _ => ("P-256", "SHA-256"),
    }
}

fn object(members: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in members {
        // A new object takes everything.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object
}
