//! Values in the words of each language and shell: one file each.

mod bicep;
mod c;
mod cmd;
mod compose;
mod csharp;
mod java;
mod javascript;
mod json;
mod kconfig;
mod posix;
mod powershell;
mod python;
mod quote;
mod rust;
mod systemd;
mod toml;
mod yaml;

pub(super) use c::lines as c_lines;

/// A language that a configuration is written in, and with it how a text is quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Language {
    /// A word of a POSIX shell; also a value of a systemd environment file.
    Posix,
    /// A word of PowerShell.
    PowerShell,
    /// A word of a Windows batch file.
    Cmd,
    /// A string literal of C.
    C,
    /// A JSON string.
    Json,
    /// A TOML basic string.
    Toml,
    /// A YAML double-quoted scalar.
    Yaml,
    /// A YAML double-quoted scalar in a Docker compose file, which replaces `$`.
    Compose,
    /// A string of a Kconfig file.
    Kconfig,
    /// A word of `ExecStart=` in a systemd unit.
    Systemd,
    /// A string of Bicep.
    Bicep,
    /// A string literal of Python.
    Python,
    /// A string literal of JavaScript.
    JavaScript,
    /// A string literal of Java.
    Java,
    /// A string literal of C#.
    CSharp,
    /// A string literal of Rust.
    Rust,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 16] = [
        Self::Posix,
        Self::PowerShell,
        Self::Cmd,
        Self::C,
        Self::Json,
        Self::Toml,
        Self::Yaml,
        Self::Compose,
        Self::Kconfig,
        Self::Systemd,
        Self::Bicep,
        Self::Python,
        Self::JavaScript,
        Self::Java,
        Self::CSharp,
        Self::Rust,
    ];

    /// The text as a literal, quotes included: read back by the language, it is the same text.
    ///
    /// What no language takes, control characters, is refused before; see [`Language::can_hold`].
    #[must_use]
    pub fn literal(self, text: &str) -> String {
        match self {
            Self::Posix => posix::literal(text),
            Self::PowerShell => powershell::literal(text),
            Self::Cmd => cmd::literal(text),
            Self::C => c::literal(text),
            Self::Json => json::literal(text),
            Self::Toml => toml::literal(text),
            Self::Yaml => yaml::literal(text),
            Self::Compose => compose::literal(text),
            Self::Kconfig => kconfig::literal(text),
            Self::Systemd => systemd::literal(text),
            Self::Bicep => bicep::literal(text),
            Self::Python => python::literal(text),
            Self::JavaScript => javascript::literal(text),
            Self::Java => java::literal(text),
            Self::CSharp => csharp::literal(text),
            Self::Rust => rust::literal(text),
        }
    }

    /// Whether the language has a literal for this text. A batch file has none for a quotation mark.
    #[must_use]
    pub fn can_hold(self, text: &str) -> bool {
        !text.chars().any(char::is_control) && (self != Self::Cmd || !text.contains('"'))
    }
}
