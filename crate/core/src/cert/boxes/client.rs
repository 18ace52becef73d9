//! Which of the files hold what a device sends, as its client reads it.

use crate::{
    cert::{
        der::kind::Kind,
        file::Item,
        path::{
            link::Link,
            role::{Destination, Role},
        },
        report::Report,
    },
    finding::Place,
};

use super::{ClientCertificate, Form};

/// A file, and how much of what is sent stands in it.
struct Source<'a> {
    place: &'a Place,
    items: Vec<&'a Item>,
}

impl<'a> Source<'a> {
    /// The files in their order.
    fn all(items: &'a [Item]) -> Vec<Self> {
        let mut sources: Vec<Self> = Vec::new();
        for item in items {
            let is_its = |source: &&mut Self| {
                source.place.path == item.place.path && source.place.input == item.place.input
            };
            // The items of a file stand together.
            match sources.last_mut().filter(is_its) {
                Some(source) => source.items.push(item),
                None => sources.push(Self { place: &item.place, items: vec![item] }),
            }
        }
        sources
    }

    fn certificates(&self) -> impl Iterator<Item = &'a Item> {
        self.items.iter().copied().filter(|item| item.kind == Kind::Certificate)
    }

    fn holds(&self, link: &Link) -> bool {
        self.certificates().any(|item| *item.der == *link.certificate.der)
    }

    fn has_secret(&self) -> bool {
        self.items.iter().any(|item| item.kind.is_secret())
    }

    /// PEM that clients read as it stands: not DER, not from a store, not out of a source text.
    fn is_clean(&self) -> bool {
        self.items.iter().all(|item| item.label.is_some() && !item.is_damaged)
    }

    /// How many of `sent` the file begins with, and what stands behind them.
    fn begins_with(&self, sent: &[&Link]) -> (usize, Vec<&'a Item>) {
        let is_next = |(item, link): &(&Item, &&Link)| *item.der == *link.certificate.der;
        let count = self.certificates().zip(sent).take_while(is_next).count();
        (count, self.certificates().skip(count).collect())
    }

    fn place(&self) -> Place {
        Place { input: self.place.input.clone(), path: self.place.path.clone(), ..Place::default() }
    }
}

impl Report {
    /// Which files a client is given as its certificate, and what is to be done with them: one that holds just what the
    /// device sends ([`Self::sent`]), if there is one, else those that make it together. `None` without the certificate
    /// of a device.
    #[must_use]
    pub fn client_certificate(&self) -> Option<ClientCertificate> {
        let leaf = self.chain.leaf.as_ref()?;
        if !Role::of(leaf, &self.chain).destinations().contains(&Destination::ClientCertificate) {
            return None;
        }
        let (sent, sources) = (self.sent(), Source::all(&self.items));
        let (files, form) = if let Some(whole) = self.whole(&sources, &sent) {
            (vec![whole], Form::AsItStands)
        } else if let Some(parts) = self.parts(&sources, &sent) {
            (parts, Form::Joined)
        } else {
            let holders = holders(&sources, &sent);
            let form = if holders.iter().all(|it| it.is_clean()) { Form::InOrder } else { Form::AsPem };
            (holders, form)
        };
        let files = files.into_iter().map(Source::place).collect();
        Some(ClientCertificate { files, form })
    }

    /// The file that is sent as it stands: rather without a private key, rather with nothing behind what is sent. What
    /// stands above that, such as the root, does no harm; a certificate that is there already may.
    fn whole<'s, 'a>(&self, sources: &'s [Source<'a>], sent: &[&Link]) -> Option<&'s Source<'a>> {
        let whole = sources.iter().filter(|it| it.is_clean()).filter_map(|source| {
            let (count, behind) = source.begins_with(sent);
            let is_it = count == sent.len() && !behind.iter().any(|item| holds(sent, item));
            let strangers = behind.iter().filter(|item| !self.is_above(item)).count();
            is_it.then_some((source, (strangers, source.has_secret(), behind.len())))
        });
        whole.min_by_key(|(_, rank)| *rank).map(|(source, _)| source)
    }

    /// The files that are what is sent, one behind the other. None holds what another holds.
    fn parts<'s, 'a>(&self, sources: &'s [Source<'a>], sent: &[&Link]) -> Option<Vec<&'s Source<'a>>> {
        let (mut parts, mut rest) = (Vec::new(), sent);
        while !rest.is_empty() {
            let fitting = sources.iter().filter(|it| it.is_clean()).filter_map(|source| {
                let (count, behind) = source.begins_with(rest);
                let is_last = count == rest.len();
                let is_part = |item: &&Item| is_last && self.is_above(item) && !holds(sent, item);
                let rank = (count, !source.has_secret(), usize::MAX - behind.len());
                (count > 0 && behind.iter().all(is_part)).then_some((source, count, rank))
            });
            // The last of equal ones is taken: from behind that is the first of the files.
            let fitting: Vec<_> = fitting.collect();
            let (source, count, _) = fitting.into_iter().rev().max_by_key(|(_, _, rank)| *rank)?;
            parts.push(source);
            rest = rest.get(count..)?;
        }
        Some(parts)
    }

    /// Whether it stands in the device's chain.
    fn is_above(&self, item: &Item) -> bool {
        self.chain.links().any(|link| *item.der == *link.certificate.der)
    }
}

fn holds(sent: &[&Link], item: &Item) -> bool {
    sent.iter().any(|link| *item.der == *link.certificate.der)
}

/// The files in which it stands somehow, as few as there may be.
fn holders<'s, 'a>(sources: &'s [Source<'a>], sent: &[&Link]) -> Vec<&'s Source<'a>> {
    let mut named: Vec<&Source<'_>> = Vec::new();
    for link in sent {
        if named.iter().any(|source| source.holds(link)) {
            continue;
        }
        let best = sources.iter().filter(|source| source.holds(link)).max_by_key(|source| {
            let held = |is_named: bool| {
                let is_there = |link: &&&Link| {
                    source.holds(link) && named.iter().any(|other| other.holds(link)) == is_named
                };
                sent.iter().filter(is_there).count()
            };
            (usize::MAX - held(true), held(false), source.is_clean(), !source.has_secret())
        });
        named.extend(best);
    }
    named
}
