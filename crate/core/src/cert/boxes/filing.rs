//! Which file of a certificate goes into a box of the service, and in which form.

use crate::{
    cert::{der::kind::Kind, file::Item, path::link::Link, report::Report},
    finding::Place,
    order,
};

use super::Form;

/// What the files of a report hold, looked through once for all certificates: there may be as many of those as of files.
#[derive(Debug)]
pub struct Filings<'a> {
    /// Every certificate of the files with the form that its file has for it; equal ones stand together, in the order of the
    /// files.
    filed: Vec<(&'a Item, Form)>,
}

impl Report {
    /// Looks through the files.
    #[must_use]
    pub fn filings(&self) -> Filings<'_> {
        let mut filed = Vec::new();
        // The items of a file stand together.
        let is_beside = |one: &Item, other: &Item| is_same_file(&one.place, &other.place);
        for file in self.items.chunk_by(is_beside) {
            let mut certificates: Vec<&Item> =
                file.iter().filter(|item| item.kind == Kind::Certificate).collect();
            let has_secret = file.iter().any(|item| item.kind.is_secret());
            let others =
                certificates.iter().any(|item| certificates.first().is_some_and(|it| it.der != item.der));
            order::by(&mut certificates, |one, other| one.der.cmp(&other.der));
            for equal in certificates.chunk_by(|one, other| one.der == other.der) {
                let form = form(equal, has_secret, others);
                filed.extend(equal.iter().map(|item| (*item, form)));
            }
        }
        order::by(&mut filed, |(one, _), (other, _)| one.der.cmp(&other.der));
        Filings { filed }
    }
}

impl Filings<'_> {
    /// Which file of a certificate goes into a box of the service, and in which form: the file in which it stands alone, if
    /// there is one.
    #[must_use]
    pub fn of(&self, link: &Link) -> (Place, Form) {
        let der = &*link.certificate.der;
        let from = self.filed.partition_point(|(item, _)| **item.der < *der);
        let mut its = self.filed.iter().skip(from).take_while(|(item, _)| **item.der == *der);
        let own = its.clone().find(|(item, _)| is_same_file(&item.place, &link.place));
        let own = own.map_or(Form::AsPem, |(_, form)| *form);
        // The first of equal ones is that of the device's chain.
        match its.find(|(_, form)| *form == Form::AsItStands) {
            Some((item, form)) if own != Form::AsItStands => (item.place.clone(), *form),
            _ => (link.place.clone(), own),
        }
    }
}

fn is_same_file(one: &Place, other: &Place) -> bool {
    one.path == other.path && one.input == other.input
}

/// That of a certificate which stands so often in a file, with or without a secret and other certificates beside it.
fn form(equal: &[&Item], has_secret: bool, has_others: bool) -> Form {
    if has_secret {
        // A store is none that a box reads, with or without what is in it.
        let is_pem = equal.iter().any(|item| item.label.is_some());
        return if is_pem { Form::WithoutKey } else { Form::AsPem };
    }
    if !equal.iter().all(|item| item.label.is_some() && !item.is_damaged) {
        Form::AsPem
    } else if has_others {
        Form::Alone
    } else {
        Form::AsItStands
    }
}
