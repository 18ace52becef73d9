//! Explanations and their pages, out of the core.

use dps_x509_core::{
    explain::{self, Explanation},
    finding::{Place, catalogue},
};

use crate::{
    Toolkit,
    bindings::exports::dps_x509::device::{
        explanation::{Cause, Explained, Guest, Happening, Page, Unsettled, Verdict},
        inspection::{File, Settings},
    },
    contract::findings::Finding,
    inspection::{inputs, write},
    mapping::finding,
    naming::naming,
};

impl Guest for Toolkit {
    fn codes() -> Vec<String> {
        catalogue::ALL.iter().map(|definition| definition.code.to_owned()).collect()
    }

    fn explain(code: String) -> Option<Page> {
        let definition = catalogue::by_code(&code)?;
        Some(Page {
            code,
            name: definition.name.to_owned(),
            severity: definition.severity.into(),
            standing: definition.standing.into(),
            source: definition.source.to_owned(),
            markdown: explain::page(definition.code, naming())?,
        })
    }

    fn explain_text(
        text: Vec<u8>,
        path: Option<String>,
        files: Vec<File>,
        settings: Settings,
    ) -> Result<Explained, Vec<Finding>> {
        let place = path.map_or_else(Place::default, |path| Place::default().path(path));
        Ok(explained(&Explanation::of_text(&text, &place, &inputs(files, settings)?)))
    }

    fn explain_string(
        text: String,
        path: Option<String>,
        files: Vec<File>,
        settings: Settings,
    ) -> Result<Explained, Vec<Finding>> {
        Self::explain_text(text.into_bytes(), path, files, settings)
    }

    fn explain_service_code(
        code: u32,
        files: Vec<File>,
        settings: Settings,
    ) -> Result<Explained, Vec<Finding>> {
        Ok(explained(&Explanation::of_code(code, &inputs(files, settings)?)))
    }
}

fn explained(explanation: &Explanation) -> Explained {
    Explained {
        is_explained: !explanation.is_empty(),
        json: explanation.to_json(naming()).to_string(),
        text: explanation.to_text(naming()),
        happenings: explanation.happenings.iter().map(happening).collect(),
        also: write(&explanation.also),
    }
}

fn happening(happening: &explain::Happening) -> Happening {
    Happening {
        finding: finding::write(&happening.finding),
        times: u32::try_from(happening.times).unwrap_or(u32::MAX),
        is_at_least: happening.is_at_least,
        causes: happening.causes.iter().map(cause).collect(),
        unsettled: happening.unsettled.map(|unsettled| Unsettled {
            what: unsettled.what.to_owned(),
            source: unsettled.source.to_owned(),
        }),
    }
}

fn cause(cause: &explain::Cause) -> Cause {
    Cause {
        finding: finding::write(&cause.finding),
        source: cause.source.to_owned(),
        verdict: match cause.verdict {
            explain::CauseVerdict::InText => Verdict::InText,
            explain::CauseVerdict::InFiles => Verdict::InFiles,
            explain::CauseVerdict::Open => Verdict::Open,
            explain::CauseVerdict::RuledOut => Verdict::RuledOut,
        },
    }
}
