//! From what is known of every file to the devices.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap, HashSet},
};

use crate::cert::{der::kind::Kind, x509::public_key::PublicHalf};

use super::{
    authorities::{Authorities, What},
    device::{DeviceFiles, Folder},
    facts::{Damage, Facts, Known},
    left_out::LeftOut,
    names,
};

/// More devices than these are not looked for in revocation lists: each check would read them again.
const MOST_REVOCABLE: usize = 64;
/// More certificates than these in a file are a bundle.
const BUNDLE: usize = 16;

pub(super) fn sort(files: &[Facts], known: &[Known]) -> Folder {
    let is_usable =
        |file: &Facts| file.damage.is_some() || file.kinds.iter().any(|kind| *kind != Kind::Unknown);
    let usable = numbers(files, is_usable);
    let authorities = Authorities::new(known);
    let table = Table::new(files, known, &authorities);
    let mut devices: Vec<_> =
        table.leaves.iter().map(|&leaf| table.device(leaf, &authorities.above(leaf))).collect();
    if devices.is_empty() {
        return Folder { usable, ..Folder::default() };
    }
    table.place_orphans(&mut devices);
    let devices = table.named(devices);
    let left_out = table.left_out(&devices);
    Folder { devices, left_out, usable }
}

fn numbers<T>(all: &[T], is_it: impl Fn(&T) -> bool) -> Vec<usize> {
    all.iter().enumerate().filter(|(_, one)| is_it(one)).map(|(number, _)| number).collect()
}

/// Everything by what it is looked up by.
struct Table<'a> {
    files: &'a [Facts],
    known: &'a [Known],
    whats: Vec<What>,
    /// The certificates of devices.
    leaves: BTreeSet<usize>,
    /// Certificates that are older ones of a device.
    superseded: BTreeSet<usize>,
    /// The files with the key of each certificate.
    keys: HashMap<&'a PublicHalf, Vec<usize>>,
    /// The certificate of each key.
    owners: HashMap<PublicHalf, usize>,
    /// Whose the files are that hold nothing but CAs.
    ca_names: HashSet<&'a [String]>,
    /// Small files with roots of Azure's servers: a CA file.
    trust: Vec<usize>,
    /// Revocation lists.
    revocation: Vec<usize>,
}

struct Device {
    /// Its certificate; none where the file with it is damaged, or stayed shut.
    leaf: Option<usize>,
    has_key: bool,
    files: Vec<usize>,
}

impl<'a> Table<'a> {
    fn new(files: &'a [Facts], known: &'a [Known], authorities: &Authorities<'_>) -> Self {
        let whats: Vec<_> = known.iter().map(|one| authorities.what(one)).collect();
        let mut keys = HashMap::<_, Vec<_>>::new();
        for (number, file) in files.iter().enumerate() {
            for half in file.keys.iter().filter_map(|key| key.half()) {
                keys.entry(half).or_default().push(number);
            }
        }
        let halves = known.iter().enumerate();
        let owners = halves.filter_map(|(number, one)| Some((one.certificate.public_key.half()?, number)));
        let is = |what: What| move |one: &What| *one == what;
        let is_of = |what: What| {
            let whats = &whats;
            move |certificate: &usize| whats.get(*certificate) == Some(&what)
        };
        let of_ca = |file: &&Facts| {
            !file.certificates.is_empty() && file.certificates.iter().all(is_of(What::Authority))
        };
        let ca_names = files.iter().filter(of_ca).map(|file| file.owner.as_slice()).collect();
        let trust = numbers(files, |file| {
            file.certificates.len() <= BUNDLE && file.certificates.iter().any(is_of(What::ServerRoot))
        });
        // A server's certificate, or the CA of an Edge device, is a device's mistake only where there is nothing better.
        let leaves = [What::Device, What::Server, What::EdgeCa].map(|what| numbers(&whats, is(what)));
        let leaves = leaves.into_iter().find(|leaves| !leaves.is_empty()).unwrap_or_default();
        let mut table = Self {
            files,
            known,
            owners: owners.collect(),
            whats,
            leaves: BTreeSet::new(),
            superseded: BTreeSet::new(),
            keys,
            ca_names,
            trust,
            revocation: numbers(files, |file| file.certificates.is_empty() && file.has(Kind::RevocationList)),
        };
        table.superseded = table.superseded(&leaves);
        table.leaves = leaves.into_iter().filter(|leaf| !table.superseded.contains(leaf)).collect();
        table
    }

    fn key_files(&self, certificate: usize) -> &[usize] {
        let half = self.known.get(certificate).and_then(|one| one.certificate.public_key.half());
        half.and_then(|half| self.keys.get(&half)).map_or(&[], Vec::as_slice)
    }

    /// Of the certificates of one name those that a newer one replaces: of the same key, or without a key here.
    fn superseded(&self, leaves: &[usize]) -> BTreeSet<usize> {
        let mut by_name = HashMap::<String, Vec<(usize, &Known)>>::new();
        for &leaf in leaves {
            if let Some((one, name)) = self.known.get(leaf).and_then(|one| Some((one, one.common_name()?))) {
                by_name.entry(name.to_ascii_lowercase()).or_default().push((leaf, one));
            }
        }
        let mut superseded = BTreeSet::new();
        for same in by_name.values() {
            for &(number, one) in same {
                let one = &one.certificate;
                let is_keyless = self.key_files(number).is_empty();
                let is_replaced = same.iter().map(|(_, other)| &other.certificate).any(|other| {
                    // CAs that date back give several certificates the same beginning.
                    let is_newer = (other.not_before, other.not_after) > (one.not_before, one.not_after);
                    is_newer && (is_keyless || other.public_key == one.public_key)
                });
                superseded.extend(is_replaced.then_some(number));
            }
        }
        superseded
    }

    /// A device with its files: the one with its certificate, the one with its key, those with the CAs above it.
    fn device(&self, leaf: usize, above: &[usize]) -> Device {
        let Some(one) = self.known.get(leaf) else {
            return Device { leaf: None, has_key: false, files: Vec::new() };
        };
        let name = one.common_name().map(names::words).unwrap_or_default();
        let is_root = |one: &&usize| self.known.get(**one).is_some_and(|it| it.issuer == it.subject);
        let mut files: Vec<_> = self
            .best(&one.files, |file| {
                let others =
                    file.certificates.iter().filter(|one| **one != leaf && self.leaves.contains(one));
                let sent = file.certificates.iter().filter(|one| above.contains(one) && !is_root(one));
                let roots = file.certificates.iter().filter(|one| **one != leaf && is_root(one));
                let is_first = file.certificates.first() == Some(&leaf);
                (
                    others.count(),
                    !file.is_clean,
                    !is_first,
                    Reverse(sent.count()),
                    roots.count(),
                    file.owner != name,
                )
            })
            .into_iter()
            .collect();
        let keys = self.key_files(leaf);
        if !files.iter().any(|file| keys.contains(file)) {
            files.extend(self.best(keys, |file| (file.certificates.len(), !file.is_clean)));
        }
        for holders in above.iter().filter_map(|one| self.known.get(*one)).map(|one| &one.files) {
            if holders.iter().any(|holder| files.contains(holder)) {
                continue;
            }
            files.extend(self.best(holders, |file| {
                let of_devices = file.certificates.iter().filter(|one| self.leaves.contains(one)).count();
                (of_devices, !file.is_clean, file.has_secret(), file.certificates.len())
            }));
        }
        // A box of the service takes one certificate: a file that holds it alone, beside a chain.
        for one in std::iter::once(&leaf).chain(above) {
            files.extend(self.alone(*one, &files));
        }
        let trust: Vec<_> = self.trust.iter().filter(|file| !files.contains(file)).copied().collect();
        files.extend(trust);
        files.extend(self.revocation.iter().filter(|_| self.leaves.len() <= MOST_REVOCABLE));
        Device { leaf: Some(leaf), has_key: !keys.is_empty(), files }
    }

    /// The file that holds a certificate alone, as a box of the service takes it, unless it is among the files already.
    fn alone(&self, certificate: usize, files: &[usize]) -> Option<usize> {
        let holders = self.known.get(certificate).map_or(&[][..], |one| one.files.as_slice());
        let is_alone = |file: &Facts| file.is_clean && file.kinds.as_slice() == [Kind::Certificate];
        let alone = holders.iter().copied().filter(|&file| self.files.get(file).is_some_and(is_alone));
        let alone: Vec<_> = alone.collect();
        if alone.iter().any(|file| files.contains(file)) { None } else { self.best(&alone, |_| ()) }
    }

    /// The first by the order that is given, and of equal ones that which is nearest to the top.
    fn best<O: Ord>(&self, files: &[usize], order: impl Fn(&Facts) -> O) -> Option<usize> {
        let with_facts = files.iter().filter_map(|&number| Some((number, self.files.get(number)?)));
        let best = with_facts.min_by_key(|(_, file)| (order(file), file.depth(), &file.path));
        best.map(|(number, _)| number)
    }

    /// Gives keys that stay shut, keys of no certificate, and damaged files to the device that they are named after. Damaged
    /// certificates and shut stores that are named after nobody are devices of their own.
    fn place_orphans(&self, devices: &mut Vec<Device>) {
        let taken: BTreeSet<_> = devices.iter().flat_map(|device| device.files.clone()).collect();
        let mut by_name = HashMap::<&[String], usize>::new();
        for (number, device) in devices.iter().enumerate() {
            let holders =
                device.leaf.and_then(|leaf| self.known.get(leaf)).into_iter().flat_map(|one| &one.files);
            for file in holders.filter_map(|&file| self.files.get(file)) {
                by_name.entry(&file.owner).or_insert(number);
            }
        }
        let mut keys: Vec<(usize, &Facts)> = Vec::new();
        for (number, file) in self.files.iter().enumerate().filter(|(number, _)| !taken.contains(number)) {
            let its = by_name.get(file.owner.as_slice()).copied();
            let is_shut_store = file.kinds.iter().any(|kind| kind.is_store() && kind.is_secret());
            if file.damage == Some(Damage::Certificate) || is_shut_store {
                match its.and_then(|device| devices.get_mut(device)) {
                    // A store beside the files that it was made of.
                    Some(_) if is_shut_store => {}
                    None if self.ca_names.contains(file.owner.as_slice()) => {}
                    Some(device) => device.files.push(number),
                    None => {
                        by_name.insert(&file.owner, devices.len());
                        devices.push(Device { leaf: None, has_key: false, files: vec![number] });
                    }
                }
            } else if file.damage == Some(Damage::Key) || self.is_orphaned_key(file) {
                keys.push((number, file));
            }
        }
        let is_only_one = keys.len() == 1 && devices.len() == 1;
        for (number, file) in keys {
            // With one device and one key there is nobody else's.
            let alone = (is_only_one && !self.ca_names.contains(file.owner.as_slice())).then_some(0);
            let its = by_name.get(file.owner.as_slice()).copied().or(alone);
            if let Some(device) = its.and_then(|its| devices.get_mut(its)).filter(|device| !device.has_key) {
                device.files.push(number);
                device.has_key = true;
            }
        }
    }

    /// Whether it holds keys alone, and the certificate of none of them is here.
    fn is_orphaned_key(&self, file: &Facts) -> bool {
        let has_key = file.kinds.iter().any(|kind| matches!(kind, Kind::PrivateKey(_)));
        has_key && file.certificates.is_empty() && self.owners_of(file).next().is_none()
    }

    /// The certificates that the keys in a file belong to.
    fn owners_of(&self, file: &Facts) -> impl Iterator<Item = usize> {
        file.keys.iter().filter_map(|key| self.owners.get(key.half()?).copied())
    }

    /// The devices with their names, in the order of these.
    fn named(&self, devices: Vec<Device>) -> Vec<DeviceFiles> {
        let path_of = |files: &[usize]| {
            let first = files.first().and_then(|&file| self.files.get(file));
            first.map_or("", |file| file.path.as_str())
        };
        let name = |device: Device| {
            let common_name = device.leaf.and_then(|leaf| self.known.get(leaf)?.common_name());
            let name = common_name.unwrap_or_else(|| names::stem(path_of(&device.files))).to_owned();
            DeviceFiles { name, common_name: common_name.map(str::to_owned), files: device.files }
        };
        let mut named: Vec<_> = devices.into_iter().map(name).collect();
        let mut times = HashMap::<String, usize>::new();
        for device in &named {
            *times.entry(device.name.clone()).or_default() += 1;
        }
        for device in named.iter_mut().filter(|device| times.get(&device.name).is_some_and(|it| *it > 1)) {
            device.name = format!("{} ({})", device.name, path_of(&device.files));
        }
        named.sort_by(|one, other| one.name.cmp(&other.name));
        named
    }

    fn left_out(&self, devices: &[DeviceFiles]) -> Vec<(usize, LeftOut)> {
        let taken: BTreeSet<_> = devices.iter().flat_map(|device| device.files.iter().copied()).collect();
        let of_taken = taken.iter().filter_map(|&file| self.files.get(file));
        let judged: BTreeSet<_> = of_taken.flat_map(|file| file.certificates.iter().copied()).collect();
        let files = self.files.iter().enumerate().filter(|(number, _)| !taken.contains(number));
        files.map(|(number, file)| (number, self.why(file, &judged))).collect()
    }

    fn why(&self, file: &Facts, judged: &BTreeSet<usize>) -> LeftOut {
        if let Some(other) = file.certificates.iter().find(|one| !judged.contains(one)) {
            return match self.whats.get(*other) {
                _ if self.superseded.contains(other) => LeftOut::Superseded,
                Some(What::Server) => LeftOut::Server,
                Some(What::EdgeCa) => LeftOut::EdgeCa,
                Some(What::ProofOfPossession) => LeftOut::ProofOfPossession,
                _ => LeftOut::Authority,
            };
        }
        let is_ca = |owner: usize| self.whats.get(owner) == Some(&What::Authority);
        if !file.certificates.is_empty() {
            LeftOut::Copy
        } else if self.owners_of(file).any(is_ca) {
            LeftOut::AuthorityKey
        } else if self.owners_of(file).next().is_some() {
            LeftOut::Copy
        } else if file.is_shut {
            LeftOut::Shut
        } else if !file.keys.is_empty() {
            LeftOut::OtherKey
        } else if file.has(Kind::CertificateRequest) {
            LeftOut::Request
        } else if file.has(Kind::RevocationList) {
            LeftOut::RevocationList
        } else if file.kinds.is_empty() {
            LeftOut::Nothing
        } else {
            LeftOut::Other
        }
    }
}
