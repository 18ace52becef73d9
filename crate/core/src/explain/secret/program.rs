//! Words of a command line that are secrets by the program that takes them: `redis-cli -a secret`, `htpasswd -b file me secret`.
//!
//! Which they are is in each program's manual. A program that is not here has the names and flags that all share.

use std::{ops::Range, sync::LazyLock};

use super::shape::is_file;
use crate::explain::work;

/// Each program: its name, with what follows it where that decides, and behind the bar the flags whose value is a secret. A
/// number says from which of its words on they are secrets, counted from 1 and without flags. Read in the programs' manuals.
///
/// A name with `*` goes on. Of a flag `*` says that the secret may stand right behind it (`-psecret`), `:` (or `,`, `%`)
/// that it stands behind that sign of the next word (`-u me:secret`), `+` that all the rest is secret.
// typos: off
const PROGRAMS: &str = "\
redis-cli | -a --pass AUTH+ auth+ requirepass+ masterauth+
curl | -b* --cookie -u*: --user: -U: --proxy-user: --oauth2-bearer --pass --proxy-pass --tlspassword
curl | --proxy-tlspassword
http | -a: --auth: --cert-key-pass
https | -a: --auth: --cert-key-pass
tpm2_* | -p -P --auth --key-auth --parent-auth --object-auth --hierarchy-auth
tpm2_changeauth | 1
tpm2 changeauth | -p 1
tpm2_clear | 1
tpm2_policysecret | 1
tpm2tss-genkey | -P -p --parentpw --password
az | --key --key-value -p --primary-key --secondary-key --pk --sk --value --auth-key
mosquitto_* | -P* --pw --psk --tls-engine-kpass-sha1
mosquitto_passwd -b | 3
mosquitto_passwd -c -b | 3
mosquitto_ctrl | -p
mqttx | -P*
htpasswd | 2
openssl | -k -K -hmac -psk -macopt -kdfopt -sigopt -pass -password -passin -passout -pwri_password -srppass
openssl | -secretkey -proxy_pass
openssl passwd | 1
gpg | --passphrase
gnutls-cli | --pskkey --srppasswd
psktool | -k
certtool | --password
keyctl add | 3
ansible-vault encrypt_string | 1
sops --set | 1
cargo login | 1
npm publish | --otp
gem push | --key -k
mc alias set | 3
rclone config create | 3
consul | -token -http-auth:
7z | -p*
7za | -p*
rar | -p* -hp*
unrar | -p*
zip | -P*
unzip | -P*
ldap* | -w* -s -a
snmp* | -A* -X* -c*
ipmitool | -P* -k -y
smbclient | -U*% --user% 2
smbget | -U*% --user%
rpcclient | -U*% --user%
xfreerdp | /p: /gp:
rdesktop | -p
plink | -pw
pscp | -pw
sqlcmd | -P*
bcp | -P*
mysql* | -p*
mariadb* | -p*
mysqladmin | password
mongo* | -p
influx | -t -p -password
docker login | -p*
podman login | -p*
vault login | 1
vault kv put | 2
vault write | 2
gh secret set | -b --body
gh auth login | 1
aws configure set | 2
keytool | -new -storepass -keypass -srcstorepass -deststorepass -srckeypass -destkeypass
jarsigner | -storepass -keypass
pk12util | -W -K
certutil | -p
modutil | -newpw -pw
p11tool | --set-pin --set-so-pin
pkcs11-tool | -p* --pin --so-pin --new-pin --puk
pkcs15-* | --pin --so-pin --puk --new-pin
softhsm2-util | --pin --so-pin
yubico-piv-tool | -k* -P* -N*
ykman | -P -n -m -p
ssh-keygen | -N -P
sshpass | -p*
nmcli | password psk wifi-sec.psk 802-11-wireless-security.psk 802-1x.password 802-1x.private-key-password
nmcli | gsm.password gsm.pin wep-key
iwconfig | key+ enc+
iw | key+ keys+
wpa_passphrase | 2
net user | 2
net use | 2
cmdkey | /pass:
schtasks | /rp /p
psexec* | -p
convertto-securestring | 1
dotnet user-secrets set | 2
dotnet dev-certs | -p --password
dotnet run | -p
dotnet nuget | -p
pvk2pfx | -pi -po
signtool | /p
rabbitmqctl add_user | 2
rabbitmqctl change_password | 2
rabbitmqctl authenticate_user | 2
coap-client* | -k
esp_prov* | --pop --sec2_pwd --passphrase
nvs_set | -v
security | -p -P -w -k
lftp | -u,
rclone obscure | 1
restic | --password-command
npm config set | 2
dps-keygen | -mk 1";
// typos: on

/// A line of [`PROGRAMS`].
struct Program {
    name: &'static str,
    flags: Vec<&'static str>,
    /// 0 for none.
    from: usize,
}

static TAKEN: LazyLock<Vec<Program>> = LazyLock::new(|| {
    let program = |line: &'static str| {
        let (name, words) = line.split_once(" | ")?;
        let from = words.rsplit(' ').next().and_then(|last| last.parse().ok()).unwrap_or(0);
        Some(Program {
            name,
            flags: words.split(' ').filter(|word| word.parse::<usize>().is_err()).collect(),
            from,
        })
    };
    PROGRAMS.lines().filter_map(program).collect()
});

/// Longest command line that is read, in bytes and in words.
const LONGEST: (usize, usize) = (1024, 48);

/// The names, as a text is searched for them, in the order of their numbers.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    TAKEN.iter().map(|program| program.name.strip_suffix('*').unwrap_or(program.name))
}

/// The secrets of the command line of the program with this number, whose name stands here.
pub(super) fn secrets(text: &[u8], start: usize, end: usize, number: usize) -> Vec<Range<usize>> {
    let Some(Program { name, flags, from }) = TAKEN.get(number) else { return Vec::new() };
    let of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let before = start.checked_sub(1).and_then(|before| text.get(before)).copied();
    if before.is_some_and(|byte| of_name(&byte) || byte == b'.') {
        return Vec::new();
    }
    let rest = text.get(end..text.len().min(end + LONGEST.0)).unwrap_or_default();
    let more = if name.ends_with('*') { rest.iter().take_while(|byte| of_name(byte)).count() } else { 0 };
    let more = more
        + if rest.get(more..more + 4).is_some_and(|part| part.eq_ignore_ascii_case(b".exe")) { 4 } else { 0 };
    let words = words(text, end + more, before);
    let (mut secrets, mut count, mut is_rest) = (Vec::new(), 0, false);
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        work::step();
        let shown = text.get(word.clone()).unwrap_or_default();
        if is_rest {
            secrets.push(word);
            continue;
        }
        if let Some(found) = flags.iter().find_map(|flag| Taken::of(flag, shown)) {
            match found {
                Taken::Here(at) => secrets.push(word.start + at..word.end),
                Taken::Behind(sign) => {
                    let Some(value) = words.next() else { break };
                    secrets.extend(part(text, value, sign));
                }
                Taken::Rest => is_rest = true,
            }
            continue;
        }
        if shown.starts_with(b"-") {
            continue;
        }
        count += 1;
        if *from > 0 && count >= *from {
            secrets.push(word);
        }
    }
    let is_shown = |place: &Range<usize>| {
        let word = text.get(place.clone()).unwrap_or_default();
        word.starts_with(b"env:") || word.starts_with(b"-") && !word.contains(&b':') || is_file(word)
    };
    secrets.retain(|place| !is_shown(place));
    secrets
}

/// Where a flag has its secret.
enum Taken {
    /// In its own word, from this byte on.
    Here(usize),
    /// In the next one, behind this sign of it if there is one.
    Behind(Option<u8>),
    /// In all that follow.
    Rest,
}

impl Taken {
    fn of(flag: &str, word: &[u8]) -> Option<Self> {
        let (name, sign) = match flag.strip_suffix([':', ',', '%']) {
            // A flag of Windows has its value behind its own colon.
            Some(name) if !flag.starts_with('/') => (name, flag.bytes().next_back()),
            _ => (flag, None),
        };
        let (name, is_rest) = name.strip_suffix('+').map_or((name, false), |name| (name, true));
        let (name, is_attached) = name.strip_suffix('*').map_or((name, false), |name| (name, true));
        let rest = word.strip_prefix(name.as_bytes())?;
        match rest.first() {
            None if name.ends_with(':') => None,
            None if is_rest => Some(Self::Rest),
            None => Some(Self::Behind(sign)),
            Some(b'=' | b':') => {
                let value = rest.get(1..).unwrap_or_default();
                Some(Self::Here(name.len() + 1 + signed(value, sign)))
            }
            Some(_) if is_attached || name.ends_with(':') => {
                Some(Self::Here(name.len() + signed(rest, sign)))
            }
            Some(_) => None,
        }
    }
}

/// How far a value goes on before its secret: up to the sign.
fn signed(value: &[u8], sign: Option<u8>) -> usize {
    sign.and_then(|sign| value.iter().position(|byte| *byte == sign)).map_or(0, |at| at + 1)
}

/// What is secret of a word: what stands behind the sign, if one is asked for.
fn part(text: &[u8], word: Range<usize>, sign: Option<u8>) -> Option<Range<usize>> {
    let value = text.get(word.clone())?;
    let is_url = value.windows(3).any(|part| part == b"://");
    match sign {
        None => Some(word),
        Some(sign) => {
            let at = value.iter().position(|byte| *byte == sign).filter(|_| !is_url)?;
            Some(word.start + at + 1..word.end)
        }
    }
}

/// The words of a command line behind the program's name: of a shell, or the quoted ones of a list.
fn words(text: &[u8], from: usize, before: Option<u8>) -> Vec<Range<usize>> {
    let line = text.get(from..text.len().min(from + LONGEST.0)).unwrap_or_default();
    match line.iter().find(|byte| **byte != b'\\') {
        Some(quote @ (b'"' | b'\'')) if before == Some(*quote) => of_list(line, *quote, from),
        Some(byte) if byte.is_ascii_whitespace() => of_shell(line, from),
        _ => Vec::new(),
    }
}

/// `"-a", "secret"`: what stands in quotes, over lines as well.
fn of_list(line: &[u8], quote: u8, from: usize) -> Vec<Range<usize>> {
    let quotes = line.iter().enumerate().filter(|(_, byte)| **byte == quote).map(|(at, _)| at);
    let quotes: Vec<usize> = quotes.skip(1).take(2 * LONGEST.1).collect();
    let word = |pair: &[usize]| {
        let (start, end) = (pair.first()? + 1, *pair.get(1).unwrap_or(&line.len()));
        let escapes = line.get(start..end)?.iter().rev().take_while(|byte| **byte == b'\\').count();
        Some(from + start..from + end - escapes)
    };
    quotes.chunks(2).filter_map(word).collect()
}

/// Words with blanks between them, quotes taken off, up to the end of the command; a line may go on in the next.
fn of_shell(line: &[u8], from: usize) -> Vec<Range<usize>> {
    let (mut words, mut at) = (Vec::new(), 0);
    while words.len() < LONGEST.1 {
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r');
        at += line.get(at..).unwrap_or_default().iter().take_while(|byte| is_blank(byte)).count();
        let rest = line.get(at..).unwrap_or_default();
        let quote = match rest {
            [] | [b'\n', ..] => break,
            // `\`, `^` and the accent of PowerShell at the end of a line.
            [b'\\' | b'^' | b'`', b'\n', ..] => {
                at += 2;
                continue;
            }
            [b'\\' | b'^' | b'`', b'\r', b'\n', ..] => {
                at += 3;
                continue;
            }
            [quote @ (b'"' | b'\''), ..] => Some(*quote),
            _ => None,
        };
        let first = usize::from(quote.is_some());
        let ends = |byte: &u8| {
            quote.map_or_else(|| byte.is_ascii_whitespace(), |quote| *byte == quote || *byte == b'\n')
        };
        let word = rest.get(first..).unwrap_or_default();
        let length = word.iter().position(ends).unwrap_or(word.len());
        if matches!(word.get(..length), Some(b"|" | b"||" | b"&&" | b";")) {
            break;
        }
        words.push(from + at + first..from + at + first + length);
        at += first + length + usize::from(quote.is_some() && word.get(length) == quote.as_ref());
    }
    words
}
