//! A client of the control interface.

use std::{fmt, io, net::SocketAddr, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use hyper::{
    Method, Request, StatusCode,
    client::conn::http1,
    header::{AUTHORIZATION, HOST},
};
use hyper_util::rt::TokioIo;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::{net::TcpStream, time::timeout};

use super::{
    Body, CaEntry, Code, ConnectionStrings, DeviceEntry, EnrollmentEntry, Failure, FaultList,
    RegistrationEntry, Status, Token,
};
use crate::hub::{CloudMessage, MessageList, MethodAnswer, MethodCall};

/// Calls the control interface of a running emulator.
#[derive(Debug, Clone)]
pub struct Client {
    address: SocketAddr,
    token: Option<Token>,
}

/// A device by its ID, and by its hub where several have one of that ID.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct DeviceName<'a> {
    /// The device ID.
    pub device_id: &'a str,
    /// The hub.
    pub hub: Option<&'a str>,
}

impl<'a> DeviceName<'a> {
    /// The device of that ID, wherever it is.
    #[must_use]
    pub const fn new(device_id: &'a str) -> Self {
        Self { device_id, hub: None }
    }

    /// At this hub.
    #[must_use]
    pub const fn at(mut self, hub: &'a str) -> Self {
        self.hub = Some(hub);
        self
    }

    fn path(&self, what: &str) -> String {
        let hub = self.hub.map(|hub| format!("?hub={}", encoded(hub))).unwrap_or_default();
        format!("/devices/{}/{what}{hub}", encoded(self.device_id))
    }
}

/// No call that has nothing to wait for takes longer.
const PATIENCE: Duration = Duration::from_secs(10);
const MAX_ANSWER: usize = 256 * 1024 * 1024;

impl Client {
    /// For the control interface at this address. `token` is that of the emulator: [`Running::control_token`], or
    /// what [`Token::read`] finds where the command line keeps it. Without one the emulator refuses every call.
    ///
    /// [`Running::control_token`]: crate::Running::control_token
    #[must_use]
    pub const fn new(address: SocketAddr, token: Option<Token>) -> Self {
        Self { address, token }
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

    /// Deletes an uploaded CA certificate; uploaded again, it has to be verified again.
    ///
    /// # Errors
    /// There is none, it is the configuration's, or the emulator cannot be asked.
    pub async fn delete_ca(&self, name: &str) -> Result<(), ControlError> {
        let path = format!("/ca-certificates/{}", encoded(name));
        self.call(Method::DELETE, &path, Bytes::new()).await.map(drop)
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

    /// What service SDKs are given to act on hubs and enrollments.
    ///
    /// # Errors
    /// The emulator cannot be asked.
    pub async fn connection_strings(&self) -> Result<ConnectionStrings, ControlError> {
        read(&self.call(Method::GET, "/connection-strings", Bytes::new()).await?)
    }

    /// All devices at their hubs.
    ///
    /// # Errors
    /// The emulator cannot be asked.
    pub async fn devices(&self) -> Result<Vec<DeviceEntry>, ControlError> {
        read(&self.call(Method::GET, "/devices", Bytes::new()).await?)
    }

    /// The twin of a device, as the service sees it.
    ///
    /// # Errors
    /// There is no such device, or the emulator cannot be asked.
    pub async fn twin(&self, device: &DeviceName<'_>) -> Result<Value, ControlError> {
        read(&self.call(Method::GET, &device.path("twin"), Bytes::new()).await?)
    }

    /// Changes tags and desired properties of a device (an object with `tags` and `properties.desired`; null
    /// removes). The device is told, if it wants to know. Returns the twin.
    ///
    /// # Errors
    /// There is no such device, no twin can have that, or the emulator cannot be asked.
    pub async fn change_twin(&self, device: &DeviceName<'_>, change: &Value) -> Result<Value, ControlError> {
        let change = Bytes::from(change.to_string());
        read(&self.call(Method::PATCH, &device.path("twin"), change).await?)
    }

    /// Sends a message to a device, and returns its ID. It waits until the device has it, or until it expires.
    ///
    /// # Errors
    /// There is no such device, its queue is full, the message is none, or the emulator cannot be asked.
    pub async fn send_message(
        &self,
        device: &DeviceName<'_>,
        message: &CloudMessage,
    ) -> Result<String, ControlError> {
        let message = serde_json::to_vec(message).map_err(|error| ControlError::Broken(error.to_string()))?;
        let answer: Value = read(&self.call(Method::POST, &device.path("messages"), message.into()).await?)?;
        Ok(answer.get("messageId").and_then(Value::as_str).unwrap_or_default().to_owned())
    }

    /// Calls a method of a device, and returns its answer.
    ///
    /// # Errors
    /// There is no such device, it is not connected, does not answer in time, or the emulator cannot be asked.
    pub async fn call_method(
        &self,
        device: &DeviceName<'_>,
        call: &MethodCall,
    ) -> Result<MethodAnswer, ControlError> {
        let patience = PATIENCE + call.response_timeout() + call.connect_timeout();
        let call = serde_json::to_vec(call).map_err(|error| ControlError::Broken(error.to_string()))?;
        read(&self.call_within(patience, Method::POST, &device.path("methods"), call.into()).await?)
    }

    /// Has the connection of a device closed. It may come back.
    ///
    /// # Errors
    /// There is no such device, it is not connected, or the emulator cannot be asked.
    pub async fn disconnect(&self, device: &DeviceName<'_>) -> Result<(), ControlError> {
        self.call(Method::POST, &device.path("disconnect"), Bytes::new()).await.map(drop)
    }

    /// What devices sent, or one of them: all that is kept with a larger sequence number than `after`. If there is
    /// nothing yet, it waits for the first of them, five minutes at most.
    ///
    /// # Errors
    /// The emulator cannot be asked.
    pub async fn messages(
        &self,
        device_id: Option<&str>,
        after: u64,
        wait: Duration,
    ) -> Result<MessageList, ControlError> {
        let mut path = format!("/messages?after={after}&wait={}", wait.as_secs());
        if let Some(device_id) = device_id {
            path.push_str(&format!("&device={}", encoded(device_id)));
        }
        read(&self.call_within(PATIENCE + wait, Method::GET, &path, Bytes::new()).await?)
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
        self.call_within(PATIENCE, method, path, body).await
    }

    async fn call_within(
        &self,
        patience: Duration,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<Bytes, ControlError> {
        timeout(patience, self.exchange(method, path, body)).await.map_err(|_| ControlError::TooSlow)?
    }

    async fn exchange(&self, method: Method, path: &str, body: Bytes) -> Result<Bytes, ControlError> {
        let broken = |error: hyper::Error| ControlError::Broken(error.to_string());
        let tcp = TcpStream::connect(self.address).await;
        let tcp = tcp.map_err(|error| ControlError::Unreachable { address: self.address, error })?;
        let (mut sender, connection) =
            http1::handshake::<_, Body>(TokioIo::new(tcp)).await.map_err(broken)?;
        let mut request = Request::builder().method(method).uri(path).header(HOST, self.address.to_string());
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {}", token.as_str()));
        }
        let request =
            request.body(Body::new(body)).map_err(|error| ControlError::Broken(error.to_string()))?;
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
    /// No answer in time.
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
