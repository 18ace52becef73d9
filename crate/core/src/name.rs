//! Names that everyone shares, parsed once into types.

mod api_version;
mod cloud;
mod device_id;
mod endpoint;
mod host_name;
mod hub_name;
mod id_scope;
mod registration_id;
pub(crate) mod root;
mod transport;

pub(crate) use device_id::device_id_fault;

pub use api_version::{ApiVersion, ApiVersionError};
pub use cloud::{Cloud, CloudError};
pub use endpoint::{Endpoint, EndpointError};
pub use hub_name::{HubName, HubNameError};
pub use id_scope::{IdScope, IdScopeError};
pub use registration_id::{RegistrationId, RegistrationIdError};
pub use transport::{Transport, TransportError};
