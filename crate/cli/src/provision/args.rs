//! The flags of `provision`, and the same in a TOML file.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use dps_x509_core::{
    finding::{Finding, Place, catalogue},
    name::{Cloud, Transport},
    session::mqtt::Qos,
    text::{self, Quoted},
};
use dps_x509_net::Redirection;
use serde::Deserialize;

use crate::{
    flag,
    input::{self, place},
    route::{self, ProxyText},
};

const EXIT_CODES: &str = "\
Exit codes:
  0    assigned
  1    the service refused (failed, disabled, 4xx, throttled past the time limit)
  2    the command line or an input cannot be used; nothing was dialled
  3    no connection, TLS failed, or the peer broke the protocol
  4    out of time
  5    assigned, and the hub does not take the device or could not be asked (--check-hub),
       or no certificate of use was issued (--csr)
  130  interrupted

Text is for people: the outcome on standard output; findings, progress and the trace on standard error.
With --json, standard output is one JSON object with everything known.";

#[derive(Debug, Default, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) device: flag::Device,
    #[command(flatten)]
    pub(crate) dps: flag::Dps,
    /// What MQTT travels in: mqtt (port 8883) or websocket (port 443, which many networks leave open) [default: mqtt]
    #[arg(long, value_name = "TRANSPORT")]
    pub(crate) transport: Option<Transport>,
    /// JSON for a custom allocation function, as text or from a file
    #[arg(long, value_name = "JSON|@FILE")]
    pub(crate) payload: Option<String>,
    /// Preview: have DPS issue a certificate for this request (PKCS#10, PEM or DER)
    ///
    /// The CN must be the registration ID; the documents name keys on P-384 only. The API version is
    /// 2025-07-01-preview unless --api-version says otherwise. The device connects with --cert and --key as ever.
    #[arg(long, value_name = "FILE")]
    pub(crate) csr: Option<PathBuf>,
    /// Preview: write the certificates that are issued for --csr, leaf first, as PEM; never overwrites
    #[arg(long, value_name = "FILE")]
    pub(crate) write_issued: Option<PathBuf>,
    /// Version of the DPS interface [default: 2019-03-31, with --csr 2025-07-01-preview]
    #[arg(long, value_name = "DATE")]
    pub(crate) api_version: Option<String>,
    /// Time limit for the whole provisioning, such as 90s or 2m [default: 60s]
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub(crate) timeout: Option<Duration>,
    /// MQTT quality of service of the requests: 0 or 1 [default: 1]
    #[arg(long, value_name = "LEVEL")]
    pub(crate) qos: Option<Qos>,
    /// Ask the assigned hub for the device's twin; DISCONNECTS A RUNNING DEVICE of that name
    ///
    /// One more connection, over the same transport and within the same time limit. Hubs of the cloud
    /// (*.azure-devices.net and so on) are dialled, and those of --allow-hub; nothing else, whatever the service says.
    #[arg(long)]
    pub(crate) check_hub: bool,
    /// A hub that --check-hub may dial besides those of the cloud; may be repeated
    #[arg(long, value_name = "HOST")]
    pub(crate) allow_hub: Vec<String>,
    /// Run the WASI component in place of this program's own client, the built-in one or that of a file; for the same
    /// settings it says the same. The private key never enters the component's memory.
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    pub(crate) component: Option<Option<PathBuf>>,
    /// Show every packet as it comes and goes
    #[arg(long)]
    pub(crate) trace: bool,
    /// Print one JSON object, with the transcript if --trace is on
    #[arg(long)]
    pub(crate) json: bool,
    /// TOML file with any of these settings (`id-scope = "…"`, `trust = ["…"]`); flags win
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

/// The TOML file: the flags' names as keys. Paths are relative to the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    id_scope: Option<String>,
    registration_id: Option<String>,
    cert: Option<PathBuf>,
    key: Option<PathBuf>,
    key_passphrase_file: Option<PathBuf>,
    cloud: Option<String>,
    endpoint: Option<String>,
    transport: Option<String>,
    proxy: Option<String>,
    #[serde(default)]
    no_proxy: bool,
    #[serde(default)]
    connect_to: Vec<String>,
    #[serde(default)]
    trust: Vec<PathBuf>,
    #[serde(default)]
    only_trust: bool,
    #[serde(default)]
    check_hub: bool,
    #[serde(default)]
    allow_hub: Vec<String>,
    payload: Option<toml::Value>,
    csr: Option<PathBuf>,
    write_issued: Option<PathBuf>,
    api_version: Option<String>,
    timeout: Option<String>,
    qos: Option<u8>,
    #[serde(default)]
    trace: bool,
    #[serde(default)]
    json: bool,
}

impl Args {
    /// These flags, completed from the file of `--config`.
    ///
    /// # Errors
    /// The file cannot be read or understood; the finding names line and column.
    pub(crate) fn complete(self) -> Result<Self, Vec<Finding>> {
        let Some(path) = &self.config else { return Ok(self) };
        let path = path.clone();
        let place = place("--config", &path);
        let refuse = |message: String, place: Place| {
            let next_step = "Correct the file; `dps-x509 provision --help` lists the settings.";
            vec![Finding::new(&catalogue::CONFIG_FILE_INVALID, message, next_step).at(place)]
        };
        let text = input::read_text(&path)
            .map_err(|error| refuse(format!("The file cannot be read: {error}."), place.clone()))?;
        let file: File = toml::from_str(&text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let before = text.get(..start).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            let column = before.chars().rev().take_while(|character| *character != '\n').count() + 1;
            let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
            refuse(
                format!(
                    "The file is not understood: {}.",
                    text::shortened(error.message().trim_end_matches('.'))
                ),
                place.clone().line(number(line)).column(number(column)),
            )
        })?;
        self.with(file, path.parent().unwrap_or(Path::new(""))).map_err(|message| refuse(message, place))
    }

    fn with(self, file: File, folder: &Path) -> Result<Self, String> {
        let cloud =
            file.cloud.map(|text| text.parse::<Cloud>()).transpose().map_err(|error| format!("{error}."))?;
        let transport = file
            .transport
            .map(|text| text.parse::<Transport>())
            .transpose()
            .map_err(|error| format!("{error}."))?;
        let timeout = match file.timeout {
            None => None,
            Some(text) => Some(humantime::parse_duration(&text).map_err(|error| {
                format!("The timeout {} is no duration such as 60s: {error}.", Quoted(&text))
            })?),
        };
        let qos = file
            .qos
            .map(|level| level.to_string().parse::<Qos>())
            .transpose()
            .map_err(|error| format!("{error}."))?;
        let payload = match file.payload {
            None => None,
            Some(value) => Some(
                serde_json::to_string(&value).map_err(|error| format!("The payload is no JSON: {error}."))?,
            ),
        };
        let redirection = |text: &String| {
            text.parse::<Redirection>().map_err(|error| format!("The connect-to {}: {error}.", Quoted(text)))
        };
        let connect_to = file.connect_to.iter().map(redirection).collect::<Result<Vec<_>, _>>()?;
        let beside = |path: Option<PathBuf>| path.map(|path| folder.join(path));
        let (device, dps) = (self.device, self.dps);
        let has_trust = !dps.trust.is_empty();
        let device = flag::Device {
            id_scope: device.id_scope.or(file.id_scope),
            registration_id: device.registration_id.or(file.registration_id),
            cert: device.cert.or(beside(file.cert)),
            key: device.key.or(match file.key {
                Some(uri) if super::inputs::is_token(&uri) => Some(uri),
                key => beside(key),
            }),
            key_passphrase_file: device.key_passphrase_file.or(beside(file.key_passphrase_file)),
        };
        let dps = flag::Dps {
            // A cloud on the command line is meant to replace an endpoint in the file, and the other way round.
            cloud: dps.cloud.or(if dps.endpoint.is_some() { None } else { cloud }),
            endpoint: dps.endpoint.or(if dps.cloud.is_some() { None } else { file.endpoint }),
            // A proxy on the command line is meant to replace that there is none in the file, and the other way round.
            route: route::Args {
                no_proxy: dps.route.no_proxy || (file.no_proxy && dps.route.proxy.is_none()),
                proxy: dps.route.proxy.or(if dps.route.no_proxy {
                    None
                } else {
                    file.proxy.map(ProxyText::new)
                }),
                connect_to: if dps.route.connect_to.is_empty() { connect_to } else { dps.route.connect_to },
            },
            trust: if has_trust {
                dps.trust
            } else {
                file.trust.iter().map(|path| folder.join(path)).collect()
            },
            only_trust: dps.only_trust || (file.only_trust && !has_trust),
        };
        Ok(Self {
            device,
            dps,
            transport: self.transport.or(transport),
            payload: self.payload.or(payload),
            csr: self.csr.or(beside(file.csr)),
            write_issued: self.write_issued.or(beside(file.write_issued)),
            qos: self.qos.or(qos),
            check_hub: self.check_hub || file.check_hub,
            allow_hub: if self.allow_hub.is_empty() { file.allow_hub } else { self.allow_hub },
            api_version: self.api_version.or(file.api_version),
            timeout: self.timeout.or(timeout),
            component: self.component,
            trace: self.trace || file.trace,
            json: self.json || file.json,
            config: self.config,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete(text: &str, args: Args) -> Result<Args, Vec<Finding>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("device.toml");
        std::fs::write(&path, text).unwrap();
        Args { config: Some(path), ..args }.complete()
    }

    #[test]
    fn flags_win_over_the_file_and_paths_are_beside_it() {
        let text = r#"
            id-scope = "0ne1"
            registration-id = "from-file"
            cert = "chain.pem"
            key = "/abs/key.pem"
            endpoint = "localhost"
            transport = "websocket"
            trust = ["root.pem"]
            payload = { site = 7 }
            timeout = "2m"
            check-hub = true
            qos = 0
            csr = "device.csr"
            write-issued = "issued.pem"
            allow-hub = ["hub.example"]
            trace = true
        "#;
        let flags = Args {
            device: flag::Device { registration_id: Some("from-flag".into()), ..Default::default() },
            dps: flag::Dps { cloud: Some(Cloud::China), ..Default::default() },
            ..Args::default()
        };
        let args = complete(text, flags).unwrap();
        let folder = args.config.as_deref().unwrap().parent().unwrap();
        assert_eq!(args.device.id_scope.as_deref(), Some("0ne1"));
        assert_eq!(args.device.registration_id.as_deref(), Some("from-flag"));
        assert_eq!(args.device.cert.as_deref(), Some(folder.join("chain.pem").as_path()));
        assert_eq!(args.device.key.as_deref(), Some(Path::new("/abs/key.pem")));
        assert_eq!((args.dps.cloud, args.dps.endpoint.as_deref()), (Some(Cloud::China), None));
        assert_eq!(args.transport, Some(Transport::WebSocket));
        assert_eq!(args.dps.trust, [folder.join("root.pem")]);
        assert_eq!(args.payload.as_deref(), Some(r#"{"site":7}"#));
        assert_eq!(args.timeout, Some(Duration::from_secs(120)));
        assert!(args.trace && args.check_hub);
        assert_eq!(args.qos, Some(Qos::AtMostOnce));
        assert_eq!(args.allow_hub, ["hub.example"]);
        assert_eq!(args.csr, Some(folder.join("device.csr")));
        assert_eq!(args.write_issued, Some(folder.join("issued.pem")));
    }

    #[test]
    fn mistakes_in_the_file_have_a_place() {
        let wrong = |text| complete(text, Args::default()).unwrap_err().remove(0);
        let finding = wrong("id-scope = \"0ne1\"\nidscope = \"x\"\n");
        assert_eq!((finding.code(), finding.place.line, finding.place.column), ("DX109", Some(2), Some(1)));
        assert!(finding.to_string().contains("idscope"), "{finding}");
        assert!(wrong("timeout = \"60\"").to_string().contains("60s"));
        assert!(wrong("cloud = \"mars\"").to_string().contains("mars"));
        assert!(wrong("transport = \"amqp\"").to_string().contains("websocket"));
    }
}
