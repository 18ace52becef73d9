//! Certificates as a test wants them, right or wrong in every part, encoded and signed here and by nobody else.

use rcgen::{KeyPair, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, PublicKeyData as _, SigningKey as _};

/// One attribute of a name: the last octet of its type below 2.5.4, the tag of its string, its text.
pub(crate) type Attribute = (u8, u8, String);
/// A name: its sets of attributes.
pub(crate) type Name = Vec<Vec<Attribute>>;

pub(crate) const UTF8: u8 = 0x0c;
pub(crate) const PRINTABLE: u8 = 0x13;
pub(crate) const TELETEX: u8 = 0x14;
pub(crate) const BMP: u8 = 0x1e;
pub(crate) const COMMON_NAME: u8 = 3;
pub(crate) const ORGANIZATION: u8 = 10;

pub(crate) const DIGITAL_SIGNATURE: u8 = 0x80;
pub(crate) const KEY_AGREEMENT: u8 = 0x08;
pub(crate) const KEY_CERT_SIGN: u8 = 0x04;

/// `id-kp-serverAuth` and its like, without the header.
pub(crate) const SERVER_AUTH: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 1];
pub(crate) const CLIENT_AUTH: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 2];
pub(crate) const ANY_PURPOSE: &[u8] = &[0x55, 0x1d, 0x25, 0];

/// What a certificate says.
#[derive(Clone)]
pub(crate) struct Spec {
    pub(crate) version: u8,
    pub(crate) serial: u8,
    pub(crate) issuer: Name,
    pub(crate) subject: Name,
    /// `YYYYMMDDHHMMSSZ`.
    pub(crate) not_before: &'static str,
    pub(crate) not_after: &'static str,
    /// Which of the keys is certified, and which signs.
    pub(crate) key: usize,
    pub(crate) signer: usize,
    /// BasicConstraints: whether it is a CA, and the path length.
    pub(crate) ca: Option<(bool, Option<u8>)>,
    pub(crate) key_usage: Option<u8>,
    pub(crate) purposes: Vec<&'static [u8]>,
    pub(crate) subject_key_id: Option<u8>,
    pub(crate) authority_key_id: Option<u8>,
    /// The serial number, and the issuer, that AuthorityKeyIdentifier gives of the issuer's certificate.
    pub(crate) authority: Option<(u8, Name)>,
    /// Directory names that are permitted and excluded below it.
    pub(crate) constraints: Option<(Option<Name>, Option<Name>)>,
    pub(crate) has_unknown_critical: bool,
    /// Whether a bit of the signature is turned.
    pub(crate) is_changed: bool,
    /// Whether its times have years of four digits where two are to be written.
    pub(crate) has_long_times: bool,
    /// Whether its key usage is there twice.
    pub(crate) repeats_extension: bool,
}

pub(crate) fn name(common_name: &str) -> Name {
    vec![vec![(ORGANIZATION, UTF8, "Example".to_owned())], vec![(COMMON_NAME, UTF8, common_name.to_owned())]]
}

impl Spec {
    /// Its DER.
    pub(crate) fn encode(&self, keys: &[KeyPair]) -> Vec<u8> {
        let algorithm = sequence(&[&oid(algorithm(&keys[self.signer]))]);
        let version = tlv(0xa0, &tlv(2, &[self.version - 1]));
        let time = |text| time(text, self.has_long_times);
        let validity = sequence(&[&time(self.not_before), &time(self.not_after)]);
        let extensions = self.extensions();
        let mut fields: Vec<Vec<u8>> = Vec::new();
        if self.version > 1 {
            fields.push(version);
        }
        fields.extend([
            tlv(2, &[self.serial]),
            algorithm.clone(),
            encode_name(&self.issuer),
            validity,
            encode_name(&self.subject),
            keys[self.key].subject_public_key_info(),
        ]);
        if self.version == 3 && !extensions.is_empty() {
            fields.push(tlv(0xa3, &tlv(0x30, &extensions)));
        }
        let signed = tlv(0x30, &fields.concat());
        let mut signature = keys[self.signer].sign(&signed).unwrap();
        if self.is_changed {
            let last = signature.len() - 1;
            signature[last] ^= 1;
        }
        sequence(&[&signed, &algorithm, &tlv(3, &[&[0], signature.as_slice()].concat())])
    }

    fn extensions(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut push = |arc: u8, is_critical: bool, value: &[u8]| {
            let critical = if is_critical { tlv(1, &[0xff]) } else { Vec::new() };
            out.extend(sequence(&[&oid(&[0x55, 0x1d, arc]), &critical, &tlv(4, value)]));
        };
        if let Some((is_ca, path_length)) = self.ca {
            let flag = if is_ca { tlv(1, &[0xff]) } else { Vec::new() };
            let length = path_length.map_or_else(Vec::new, |length| tlv(2, &[length]));
            push(19, true, &sequence(&[&flag, &length]));
        }
        let copies = if self.repeats_extension { 2 } else { 1 };
        for bits in self.key_usage.into_iter().flat_map(|bits| std::iter::repeat_n(bits, copies)) {
            push(15, true, &tlv(3, &[u8::try_from(bits.trailing_zeros()).unwrap(), bits]));
        }
        if !self.purposes.is_empty() {
            let purposes: Vec<_> = self.purposes.iter().map(|purpose| oid(purpose)).collect();
            push(37, false, &tlv(0x30, &purposes.concat()));
        }
        if let Some(id) = self.subject_key_id {
            push(14, false, &tlv(4, &[id; 20]));
        }
        if self.authority_key_id.is_some() || self.authority.is_some() {
            let id = self.authority_key_id.map_or_else(Vec::new, |id| tlv(0x80, &[id; 20]));
            let by_serial = self.authority.as_ref().map_or_else(Vec::new, |(serial, issuer)| {
                [tlv(0xa1, &tlv(0xa4, &encode_name(issuer))), tlv(0x82, &[*serial])].concat()
            });
            push(35, false, &sequence(&[&id, &by_serial]));
        }
        if let Some((permitted, excluded)) = &self.constraints {
            let subtree = |tag, name: &Option<Name>| {
                name.as_ref()
                    .map_or_else(Vec::new, |name| tlv(tag, &tlv(0x30, &tlv(0xa4, &encode_name(name)))))
            };
            push(30, true, &sequence(&[&subtree(0xa0, permitted), &subtree(0xa1, excluded)]));
        }
        if self.has_unknown_critical {
            push(99, true, &tlv(5, &[]));
        }
        out
    }
}

/// The algorithm of a key's signatures, without the header.
fn algorithm(key: &KeyPair) -> &'static [u8] {
    if key.is_compatible(&PKCS_ED25519) {
        &[0x2b, 0x65, 0x70]
    } else if key.is_compatible(&PKCS_ECDSA_P384_SHA384) {
        &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3]
    } else {
        &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]
    }
}

fn encode_name(name: &Name) -> Vec<u8> {
    let encoded = |tag: u8, text: &str| match tag {
        BMP => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        _ => text.as_bytes().to_vec(),
    };
    let sets = name.iter().map(|set| {
        let mut pairs: Vec<_> = set
            .iter()
            .map(|(kind, tag, text)| sequence(&[&oid(&[0x55, 4, *kind]), &tlv(*tag, &encoded(*tag, text))]))
            .collect();
        pairs.sort();
        tlv(0x31, &pairs.concat())
    });
    tlv(0x30, &sets.collect::<Vec<_>>().concat())
}

fn time(text: &str, is_long: bool) -> Vec<u8> {
    match text.get(2..).filter(|_| text < "2050" && !is_long) {
        Some(short) => tlv(0x17, short.as_bytes()),
        None => tlv(0x18, text.as_bytes()),
    }
}

fn oid(content: &[u8]) -> Vec<u8> {
    tlv(6, content)
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = match u16::try_from(content.len()).unwrap().to_be_bytes() {
        [0, short @ ..0x80] => vec![short],
        [0, low] => vec![0x81, low],
        [high, low] => vec![0x82, high, low],
    };
    [&[tag], length.as_slice(), content].concat()
}
