//! The service codes that were found in documents, SDK sources and traces.

use crate::finding::Standing;

/// One code and one message it was seen with. A code can have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the emulator has words of its own for a code")]
pub struct Known {
    /// The extended code, `status * 1000 + n`.
    pub code: u32,
    /// The service's words; empty where no trace shows any.
    pub message: &'static str,
    /// How sure the pair of code and message is.
    pub standing: Standing,
    /// Where it was seen.
    pub source: &'static str,
}

impl Known {
    const fn new(code: u32, message: &'static str, standing: Standing, source: &'static str) -> Self {
        Self { code, message, standing, source }
    }

    /// The status that the response topic has with this code.
    #[must_use]
    pub const fn status(&self) -> u32 {
        self.code / 1000
    }
}

use Standing::{Observed, Unproven};

/// A character in the registration ID that the service does not take.
pub const INVALID_REGISTRATION_ID: Known =
    Known::new(400_004, "Invalid RegistrationId", Observed, "azure-iot-sdk-c#405, azure-iot-sdk-csharp#547");
/// The custom allocation function failed.
pub const CUSTOM_ALLOCATION_FAILED: Known = Known::new(
    400_207,
    "Custom allocation failed with status code: 400",
    Observed,
    "azure-sdk-for-c tests, iotedge#3233",
);
/// No hub is linked, or the policy chose none.
pub const NO_HUB: Known = Known::new(400_208, "", Observed, "azure-iot-sdk-c prov_device_ll_client.c");
/// The hub or the custom function refused DPS itself.
pub const HUB_UNAUTHORIZED: Known =
    Known::new(400_209, "", Observed, "azure-iot-sdk-c prov_device_ll_client.c");
/// No enrollment fits this identity.
pub const UNAUTHORIZED: Known = Known::new(401_000, "Unauthorized", Observed, "azure-iot-sdk-node#869");
/// The leaf is not the enrolled one, or its chain does not hold.
pub const INVALID_CERTIFICATE: Known = Known::new(
    401_002,
    "Invalid certificate.",
    Observed,
    "azure-iot-sdk-c#273, #415, #437, #572, #2270, azure-iot-sdk-node#547",
);
/// The chain that was sent does not lead to a verified CA.
pub const CA_CERTIFICATE_NOT_FOUND: Known = Known::new(
    401_002,
    "CA certificate not found.",
    Observed,
    "azure-iot-sdk-c#1900, azure-iot-sdk-java#203, #573",
);
/// The group's certificate is not in the chain that was sent.
pub const SIGNING_CERTIFICATE_NOT_IN_CHAIN: Known =
    Known::new(401_002, "Signing certificate info did not match chain elements.", Observed, "iotedge#2739");
/// A refusal without a cause of its own.
pub const UNAUTHORIZED_ACCESS: Known =
    Known::new(401_002, "Unauthorized access", Observed, "azure-iot-sdk-node#679, azure-iot-sdk-c#2362");
/// Forbidden; no thread says by what.
pub const FORBIDDEN: Known = Known::new(403_101, "", Unproven, "azure-iot-sdk-csharp AMQP test");
/// No enrollment, or a deleted one, or a wrong ID scope. The words are of its class, not of a trace.
pub const ENROLLMENT_NOT_FOUND: Known = Known::new(
    404_201,
    "Enrollment not found.",
    Unproven,
    "azure-iot-sdk-csharp ProvisioningE2ETests, azure-docs#57082 (code only)",
);
/// The operation ID is unknown or expired.
pub const OPERATION_NOT_FOUND: Known =
    Known::new(404_203, "Operation not found.", Observed, "sdk-nrf azure_iot_hub_dps_test.c");
/// More registrations or polls than the limits allow.
pub const THROTTLED: Known = Known::new(
    429_001,
    "Operations are being throttled for this tenant.",
    Observed,
    "azure-iot-middleware-freertos tests",
);
/// A fault of the service. The words are of its class, not of a trace.
pub const INTERNAL: Known =
    Known::new(500_000, "Internal server error.", Unproven, "DPS how-to-troubleshoot-dps (class only)");

/// All of them.
pub const ALL: [Known; 14] = [
    INVALID_REGISTRATION_ID,
    CUSTOM_ALLOCATION_FAILED,
    NO_HUB,
    HUB_UNAUTHORIZED,
    UNAUTHORIZED,
    INVALID_CERTIFICATE,
    CA_CERTIFICATE_NOT_FOUND,
    SIGNING_CERTIFICATE_NOT_IN_CHAIN,
    UNAUTHORIZED_ACCESS,
    FORBIDDEN,
    ENROLLMENT_NOT_FOUND,
    OPERATION_NOT_FOUND,
    THROTTLED,
    INTERNAL,
];
