//! A token: found by its module, opened by its PIN.

use std::{
    env, fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    error::{Error, RvError},
    object::{Attribute, ObjectClass},
    session::{Session, UserType},
    slot::Slot,
    types::AuthPin,
};
use tokio_rustls::rustls::sign::SigningKey;
use zeroize::Zeroizing;

use super::{
    key::TokenKey,
    login,
    uri::{PathAttribute, Uri},
};

/// A PIN. Wiped when it is dropped, never shown.
#[derive(Clone)]
pub struct Pin(Zeroizing<String>);

impl Pin {
    /// Takes the characters as they are; a line break at the end of a file is the caller's to cut.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        *self.0 == *other.0
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

/// A token with a session of its own.
#[derive(Debug)]
pub struct Token {
    session: Session,
}

/// The module that is taken where nobody names one: the one that knows all others.
const DEFAULT_MODULE: &str = "p11-kit-proxy.so";
/// What OpenSSL's engine and p11tool go by.
const MODULE_VARIABLE: &str = "PKCS11_MODULE_PATH";

/// The modules that have been loaded. One can be initialized once in a process.
static MODULES: Mutex<Vec<(PathBuf, Pkcs11)>> = Mutex::new(Vec::new());

impl Token {
    /// Opens the token of a URI. Its module is the one that the URI names, or that of the environment variable
    /// `PKCS11_MODULE_PATH`, or p11-kit's, which knows those that are installed.
    ///
    /// # Errors
    /// There is no such module or token, or more than one, or the PIN does not open it.
    pub fn open(uri: &Uri, pin: Option<&Pin>) -> Result<Self, TokenError> {
        let module = uri.module().cloned().or_else(|| env::var_os(MODULE_VARIABLE).map(PathBuf::from));
        let path = module.unwrap_or_else(|| DEFAULT_MODULE.into());
        let module = load(&path)?;
        let slot = slot(&module, uri)?;
        let session = module.open_ro_session(slot)?;
        if let Some(pin) = pin {
            login::once(&path, slot.id(), pin, || log_in(&session, pin))?;
        }
        Ok(Self { session })
    }

    /// The private key of a URI, as rustls signs with it.
    ///
    /// # Errors
    /// There is no such key, or more than one, or it is of a kind that does not sign in TLS. Without a PIN most tokens
    /// show no private key at all.
    pub fn key(self, uri: &Uri) -> Result<Arc<dyn SigningKey>, TokenError> {
        let mut wanted = vec![Attribute::Class(ObjectClass::PRIVATE_KEY)];
        wanted.extend(uri.get(PathAttribute::Object).map(|label| Attribute::Label(label.to_vec())));
        wanted.extend(uri.get(PathAttribute::Id).map(|id| Attribute::Id(id.to_vec())));
        let found = self.session.find_objects(&wanted)?;
        match found.as_slice() {
            [key] => Ok(Arc::new(TokenKey::new(self.session, *key)?)),
            [] => Err(TokenError::NoKey { uri: uri.to_string() }),
            several => Err(TokenError::SeveralKeys { uri: uri.to_string(), keys: several.len() }),
        }
    }
}

fn log_in(session: &Session, pin: &Pin) -> Result<(), TokenError> {
    match session.login(UserType::User, Some(&AuthPin::from(pin.0.as_str()))) {
        // Every session of a process shares it.
        Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
        Err(Error::Pkcs11(RvError::PinIncorrect | RvError::PinLenRange | RvError::PinInvalid, _)) => {
            Err(TokenError::PinWrong)
        }
        Err(Error::Pkcs11(RvError::PinLocked, _)) => Err(TokenError::PinLocked),
        Err(error) => Err(error.into()),
    }
}

fn load(path: &Path) -> Result<Pkcs11, TokenError> {
    let mut modules = MODULES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, module)) = modules.iter().find(|(known, _)| known == path) {
        return Ok(module.clone());
    }
    let failed = |error: Error| TokenError::Module { path: path.to_owned(), reason: error.to_string() };
    let module = Pkcs11::new(path).map_err(failed)?;
    match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
        Err(error) => return Err(failed(error)),
    }
    modules.push((path.to_owned(), module.clone()));
    Ok(module)
}

/// The slot with the token that the URI says.
fn slot(module: &Pkcs11, uri: &Uri) -> Result<Slot, TokenError> {
    let (mut fitting, mut labels) = (Vec::new(), Vec::new());
    for slot in module.get_slots_with_initialized_token()? {
        let token = module.get_token_info(slot)?;
        let says = |attribute, text: &str| {
            uri.get(attribute).is_none_or(|wanted| wanted == text.trim_end().as_bytes())
        };
        labels.push(token.label().trim_end().to_owned());
        if says(PathAttribute::Token, token.label())
            && says(PathAttribute::Manufacturer, token.manufacturer_id())
            && says(PathAttribute::Serial, token.serial_number())
            && says(PathAttribute::Model, token.model())
            && says(PathAttribute::SlotId, &slot.id().to_string())
        {
            fitting.push(slot);
        }
    }
    match fitting.as_slice() {
        [slot] => Ok(*slot),
        [] => Err(TokenError::NoToken { tokens: labels }),
        _ => Err(TokenError::SeveralTokens { tokens: labels }),
    }
}

/// Why a key in a token cannot be used. Nothing in it is a PIN.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenError {
    /// The module cannot be loaded.
    Module {
        /// Which one.
        path: PathBuf,
        /// The system's or the module's word.
        reason: String,
    },
    /// No token is as the URI says.
    NoToken {
        /// The labels of those that there are.
        tokens: Vec<String>,
    },
    /// More than one token is as the URI says.
    SeveralTokens {
        /// The labels of those that there are.
        tokens: Vec<String>,
    },
    /// The file of the PIN cannot be read.
    PinFile {
        /// Which one.
        path: PathBuf,
        /// The system's word.
        reason: String,
    },
    /// The PIN does not open the token. Tokens lock themselves after some of those.
    PinWrong,
    /// The token is locked.
    PinLocked,
    /// There is no such key, or none that is shown without a PIN.
    NoKey {
        /// What was asked for.
        uri: String,
    },
    /// More than one key is as the URI says.
    SeveralKeys {
        /// What was asked for.
        uri: String,
        /// How many there are.
        keys: usize,
    },
    /// The key does not sign in TLS as it is needed here.
    Unsupported {
        /// What it is.
        kind: String,
    },
    /// The token failed.
    Failed {
        /// Its word.
        reason: String,
    },
}

impl From<Error> for TokenError {
    fn from(error: Error) -> Self {
        Self::Failed { reason: error.to_string() }
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listed = |tokens: &[String]| {
            if tokens.is_empty() {
                "there is none at all".to_owned()
            } else {
                format!("there are {}", tokens.join(", "))
            }
        };
        match self {
            Self::Module { path, reason } => write!(
                f,
                "the PKCS#11 module {} cannot be used: {reason}; name it by module-path in the URI, or by {MODULE_VARIABLE}",
                path.display()
            ),
            Self::NoToken { tokens } => write!(f, "no token is as the PKCS#11 URI says: {}", listed(tokens)),
            Self::SeveralTokens { tokens } => {
                write!(
                    f,
                    "more than one token is as the PKCS#11 URI says: {}; add serial or slot-id",
                    listed(tokens)
                )
            }
            Self::PinFile { path, reason } => {
                write!(f, "the file of the token's PIN, {}, cannot be read: {reason}", path.display())
            }
            Self::PinWrong => {
                f.write_str("the PIN does not open the token; it may lock itself after a few of those")
            }
            Self::PinLocked => {
                f.write_str("the token has locked its PIN; its security officer can unlock it")
            }
            Self::NoKey { uri } => {
                write!(f, "no private key is as {uri} says; without its PIN a token shows none")
            }
            Self::SeveralKeys { uri, keys } => write!(f, "{keys} private keys are as {uri} says; add id"),
            Self::Unsupported { kind } => {
                write!(f, "the token's key is {kind}; what works is P-256, P-384 and RSA from 2048 bits")
            }
            Self::Failed { reason } => write!(f, "the token failed: {reason}"),
        }
    }
}

impl std::error::Error for TokenError {}
