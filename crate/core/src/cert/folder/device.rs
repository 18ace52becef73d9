//! What a folder was sorted into.

use super::left_out::LeftOut;

/// A folder, sorted. Files go by the number in which they were added, from 0.
#[derive(Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Folder {
    /// The devices, by name.
    pub devices: Vec<DeviceFiles>,
    /// What is no device's, and why.
    pub left_out: Vec<(usize, LeftOut)>,
    /// The files that hold something, or should: what there is to check where there is no device.
    pub usable: Vec<usize>,
}

/// The files of one device.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceFiles {
    /// The CN of its certificate, or the name of its file where there is none; no two devices have the same.
    pub name: String,
    /// The CN of its certificate.
    pub common_name: Option<String>,
    /// The file with its certificate first, then that with its key, then those with the CAs above it.
    pub files: Vec<usize>,
}
