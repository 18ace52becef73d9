//! A client of the control interface.

use std::{fmt, io, net::SocketAddr, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use hyper::{Method, Request, StatusCode, client::conn::http1, header::HOST};
use hyper_util::rt::TokioIo;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;
use tokio::{net::TcpStream, time::timeout};

use super::{Body, CaEntry, Code, EnrollmentEntry, Failure, FaultList, RegistrationEntry, Status};

/// Calls the control interface of a running emulator.
#[derive(Debug, Clone, Copy)]
pub struct Client {
    address: SocketAddr,
}

/// No call takes longer.
const PATIENCE: Duration = Duration::from_secs(10);
const MAX_ANSWER: usize = 256 * 1024 * 1024;

impl Client {
    /// For the control interface at this address.
    #[must_use]
    pub const fn new(address: SocketAddr) -> Self {
        Self { address }
    }

    /// What is running.
    ///
    /// # Errors
    /// The emulator cannot be asked.
    pub async fn status(&self) -> Result<Status, ControlError> {
        read(&self.call(Method::GET, "/status", Bytes::new()).await?)
    }

    /// All enrollments.
    ///
    /// # Errors
    /// The emulator cannot be asked.
    pub async fn enrollments(&self) -> Result<Vec<EnrollmentEntry>, ControlError> {
        read(&self.call(Method::GET, "/enrollments", Bytes::new()).await?)
    }

    /// All registrations.
    ///
    /// # Errors
    /// The emulator cannot be asked.
    pub async fn registrations(&self) -> Result<Vec<RegistrationEntry>, ControlError> {
        read(&self.call(Method::GET, "/registrations", Bytes::new()).await?)
    }

    /// Deletes a registration; the device is gone from its hub as well.
    ///
    /// # Errors
    /// There is none, or the emulator cannot be asked.
    pub async fn delete_registration(&self, registration_id: &str) -> Result<(), ControlError> {
        let path = format!("/registrations/{}", encoded(registration_id));
        self.call(Method::DELETE, &path, Bytes::new()).await.map(drop)
    }

    /// All uploaded CA certificates.
    ///
    /// # Errors
    /// The emulator cannot be asked.
    pub async fn ca_certificates(&self) -> Result<Vec<CaEntry>, ControlError> {
        read(&self.call(Method::GET, "/ca-certificates", Bytes::new()).await?)
    }

    /// Uploads a CA certificate in PEM. It is not verified yet.
    ///
    /// # Errors
    /// It cannot be used, the name is taken, or the emulator cannot be asked.
    pub async fn upload_ca(&self, name: &str, pem: &[u8]) -> Result<(), ControlError> {
        let path = format!("/ca-certificates/{}", encoded(name));
        self.call(Method::PUT, &path, Bytes::copy_from_slice(pem)).await.map(drop)
    }

    /// A new verification code for a CA certificate. It has to become the CN of a certificate that the CA signs.
    ///
    /// # Errors
    /// There is no such CA certificate, or the emulator cannot be asked.
    pub async fn new_verification_code(&self, name: &str) -> Result<String, ControlError> {
        let path = format!("/ca-certificates/{}/verification-code", encoded(name));
        read(&self.call(Method::POST, &path, Bytes::new()).await?).map(|code: Code| code.verification_code)
    }

    /// Verifies a CA certificate by a verification certificate in PEM.
    ///
    /// # Errors
    /// The certificate proves nothing, and the text says why; or the emulator cannot be asked.
    pub async fn verify(&self, name: &str, pem: &[u8]) -> Result<(), ControlError> {
        let path = format!("/ca-certificates/{}/verify", encoded(name));
        self.call(Method::POST, &path, Bytes::copy_from_slice(pem)).await.map(drop)
    }

    /// Marks a CA certificate as verified without a proof.
    ///
    /// # Errors
    /// There is no such CA certificate, or the emulator cannot be asked.
    pub async fn mark_verified(&self, name: &str) -> Result<(), ControlError> {
        let path = format!("/ca-certificates/{}/mark-verified", encoded(name));
        self.call(Method::POST, &path, Bytes::new()).await.map(drop)
    }

    /// The faults in force.
    ///
    /// # Errors
    /// The emulator cannot be asked.
    pub async fn faults(&self) -> Result<FaultList, ControlError> {
        read(&self.call(Method::GET, "/faults", Bytes::new()).await?)
    }

    /// Replaces the faults by those of a TOML text with the keys `seed`, `scenarios` and `[[fault]]` of a
    /// configuration, until the configuration is read again. Occurrences are counted anew.
    ///
    /// # Errors
    /// The text cannot be used, and the error says why; or the emulator cannot be asked.
    pub async fn script_faults(&self, toml: &str) -> Result<(), ControlError> {
        self.call(Method::PUT, "/faults", Bytes::copy_from_slice(toml.as_bytes())).await.map(drop)
    }

    /// Reads the configuration file again.
    ///
    /// # Errors
    /// There is none, or it cannot be used: the old configuration stays in force. Or the emulator cannot be asked.
    pub async fn reload(&self) -> Result<(), ControlError> {
        self.call(Method::POST, "/reload", Bytes::new()).await.map(drop)
    }

    /// Ends the emulator.
    ///
    /// # Errors
    /// The emulator cannot be asked.
    pub async fn stop(&self) -> Result<(), ControlError> {
        self.call(Method::POST, "/stop", Bytes::new()).await.map(drop)
    }

    async fn call(&self, method: Method, path: &str, body: Bytes) -> Result<Bytes, ControlError> {
        timeout(PATIENCE, self.exchange(method, path, body)).await.map_err(|_| ControlError::TooSlow)?
    }

    async fn exchange(&self, method: Method, path: &str, body: Bytes) -> Result<Bytes, ControlError> {
        let broken = |error: hyper::Error| ControlError::Broken(error.to_string());
        let tcp = TcpStream::connect(self.address).await;
        let tcp = tcp.map_err(|error| ControlError::Unreachable { address: self.address, error })?;
        let (mut sender, connection) =
            http1::handshake::<_, Body>(TokioIo::new(tcp)).await.map_err(broken)?;
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, self.address.to_string())
            .body(Body::new(body))
            .map_err(|error| ControlError::Broken(error.to_string()))?;
        let exchange = async {
            let answer = sender.send_request(request).await.map_err(broken)?;
            let status = answer.status();
            let body = Limited::new(answer.into_body(), MAX_ANSWER).collect().await;
            let body = body.map_err(|error| ControlError::Broken(error.to_string()))?.to_bytes();
            // The connection ends with it.
            drop(sender);
            Ok((status, body))
        };
        let (answer, _) = tokio::join!(exchange, connection);
        match answer? {
            (status, body) if status.is_success() => Ok(body),
            (status, body) => Err(refused(status, &body)),
        }
    }
}

fn encoded(name: &str) -> String {
    utf8_percent_encode(name, NON_ALPHANUMERIC).to_string()
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ControlError> {
    serde_json::from_slice(body).map_err(|error| ControlError::Broken(error.to_string()))
}

fn refused(status: StatusCode, body: &[u8]) -> ControlError {
    let failure = serde_json::from_slice::<Failure>(body).map(|failure| failure.error);
    ControlError::Refused { status: status.as_u16(), reason: failure.unwrap_or_default() }
}

/// Why a call came to nothing.
#[derive(Debug)]
#[non_exhaustive]
pub enum ControlError {
    /// Nobody listens there.
    Unreachable {
        /// Where.
        address: SocketAddr,
        /// Why.
        error: io::Error,
    },
    /// No answer in ten seconds.
    TooSlow,
    /// The answer is no HTTP, or not what it should be.
    Broken(String),
    /// The emulator says no.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The emulator's words.
        reason: String,
    },
}

impl fmt::Display for ControlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable { address, error } => {
                write!(f, "no emulator has its control interface at {address}: {error}")
            }
            Self::TooSlow => f.write_str("the control interface does not answer"),
            Self::Broken(error) => write!(f, "what answers is no control interface: {error}"),
            Self::Refused { reason, status } => write!(f, "{reason} ({status})"),
        }
    }
}

impl std::error::Error for ControlError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreachable { error, .. } => Some(error),
            _ => None,
        }
    }
}
