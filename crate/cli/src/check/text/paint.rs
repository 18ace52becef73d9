//! Colours by what they mean.

use anstyle::{AnsiColor, Style};
use dps_x509_core::finding::Severity;

/// What a piece of text is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Paint {
    Title,
    Faint,
    Good,
    Bad,
    Doubtful,
    Remark,
}

impl Paint {
    pub(super) const fn of(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Bad,
            Severity::Warning => Self::Doubtful,
            Severity::Note => Self::Remark,
        }
    }

    /// The text between the codes that switch the colour on and off.
    pub(super) fn on(self, text: &str) -> String {
        let colour = |colour: AnsiColor| Style::new().bold().fg_color(Some(colour.into()));
        let style = match self {
            Self::Title => Style::new().bold(),
            Self::Faint => Style::new().dimmed(),
            Self::Good => colour(AnsiColor::Green),
            Self::Bad => colour(AnsiColor::Red),
            Self::Doubtful => colour(AnsiColor::Yellow),
            Self::Remark => colour(AnsiColor::Cyan),
        };
        format!("{style}{text}{style:#}")
    }
}
