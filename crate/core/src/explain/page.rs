//! The explanation pages: one for each code, in `crate/core/explain`.

macro_rules! pages {
    ($($code:ident)*) => {
        [$((stringify!($code), include_str!(concat!("../../explain/", stringify!($code), ".md")))),*]
    };
}

/// Every page with its code, in the order of the codes.
#[rustfmt::skip]
pub static PAGES: [(&str, &str); 185] = pages![
    DX101 DX102 DX103 DX104 DX105 DX106 DX107 DX108 DX109 DX110 DX111 DX112 DX113 DX115 DX117
    DX121 DX122 DX123 DX124 DX125 DX201 DX202 DX203 DX204 DX205 DX206 DX207 DX208 DX209 DX211
    DX212 DX213 DX214 DX215 DX221 DX222 DX223 DX224 DX225 DX226 DX227 DX228 DX229 DX230 DX231 DX301
    DX302 DX303 DX304 DX305 DX306 DX307 DX308 DX309 DX401 DX402 DX403 DX404 DX405 DX406 DX407
    DX408 DX411 DX412 DX413 DX414 DX421 DX422 DX423 DX431 DX432 DX433 DX434 DX435 DX436 DX437
    DX441 DX442 DX451 DX452 DX453 DX454 DX455 DX456 DX457 DX458 DX459 DX461 DX462 DX463 DX464
    DX465 DX466 DX467 DX468 DX469 DX470 DX471 DX481 DX482 DX483 DX484 DX485 DX486 DX491 DX492
    DX493 DX494 DX495 DX501 DX502 DX503 DX504 DX505 DX506 DX507 DX508 DX509 DX510 DX511 DX512
    DX513 DX514 DX515 DX516 DX517 DX518 DX519 DX531 DX532 DX533 DX534 DX541 DX542 DX543 DX551
    DX552 DX553 DX554 DX555 DX601 DX602 DX603 DX604 DX605 DX606 DX607 DX608 DX609 DX610 DX701
    DX702 DX703 DX704 DX705 DX706 DX707 DX708 DX709 DX710 DX711 DX712 DX713 DX714 DX715 DX716
    DX717 DX718 DX719 DX731 DX732 DX733 DX734 DX735 DX736 DX737 DX801 DX802 DX811 DX812 DX813
    DX814 DX815 DX816 DX901
];

/// The page of a code, as Markdown: what it is, why DPS cares, an example, the fix.
#[must_use]
pub fn page(code: &str) -> Option<&'static str> {
    PAGES.iter().find(|(known, _)| *known == code).map(|(_, page)| *page)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;
    use crate::explain::{definition, definitions};

    #[test]
    fn codes_pages_and_files_are_in_step() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("explain");
        let files: BTreeSet<String> = fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        let of = |code: &str| format!("{code}.md");
        assert_eq!(
            files,
            definitions().map(|definition| of(definition.code)).collect(),
            "files and definitions"
        );
        assert_eq!(files, PAGES.iter().map(|(code, _)| of(code)).collect(), "files and pages");
    }

    #[test]
    fn every_page_has_its_title_and_its_four_parts() {
        for (code, page) in PAGES {
            let definition = definition(code).unwrap();
            assert!(page.starts_with(&format!("# {code} {}\n", definition.name)), "{code}: title");
            let parts: Vec<_> =
                page.split("\n## ").skip(1).map(|part| part.split_once('\n').unwrap()).collect();
            let titles: Vec<_> = parts.iter().map(|(title, _)| *title).collect();
            assert_eq!(titles, ["What it is", "Why DPS cares", "Example", "Fix"], "{code}");
            assert!(parts.iter().all(|(_, text)| text.trim().len() > 3), "{code}: an empty part");
            assert_eq!(page.matches("```").count() % 2, 0, "{code}: an open block");
        }
    }
}
