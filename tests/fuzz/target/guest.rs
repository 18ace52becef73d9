//! Records from a guest: whatever it tells and answers, the host takes what the contract knows, and stops the rest.
//!
//! The input decides what each record of the contract holds; the guest has it in its memory as the component model lays it out.

mod lowering;

use std::{
    path::Path,
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use dps_x509_core::{
    finding::Naming,
    session::{ProvisioningReport, Settings, transcript},
    text,
};
use dps_x509_host::{
    HostError, Provisioner,
    net::{Access, Cancellation, Identity, Trust},
};
use rcgen::{CertificateParams, KeyPair};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use lowering::{Contract, Lowered};

/// Most of an input that counts: what is made of it fits into the guest.
const MOST: usize = 4096;

struct Stand {
    contract: Contract,
    provisioner: Provisioner,
    access: Access,
    runtime: tokio::runtime::Runtime,
}

static STAND: LazyLock<Stand> = LazyLock::new(|| {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let wit = own.ancestors().map(|folder| folder.join("wit")).find(|wit| wit.join("world.wit").is_file());
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(wit.unwrap()).unwrap();
    let world = resolve.select_world(&[package], Some("provisioner")).unwrap();
    let mut module = wat::parse_str(include_str!("guest/forwards.wat")).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    let component = ComponentEncoder::default().module(&module).unwrap().encode().unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::default().self_signed(&key).unwrap();
    let identity =
        Identity::from_pem(certificate.pem().as_bytes(), key.serialize_pem().as_bytes(), None).unwrap();
    Stand {
        contract: Contract::new(resolve),
        provisioner: Provisioner::from_component(&component).unwrap(),
        access: Access::new(identity, &Trust::empty().add_pem(certificate.pem().as_bytes()).unwrap())
            .unwrap(),
        runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap(),
    }
});

pub(super) fn run(bytes: &[u8]) {
    let lowered = STAND.contract.lower(bytes.get(..MOST).unwrap_or(bytes));
    let memory = lowered.memory.iter().copied().map(char::from).collect::<String>();
    let mut settings = Settings::new(memory, "device-1");
    settings.timeout = Some(Duration::from_secs(10));
    let told = Arc::new(Mutex::new(0));
    let sink = Arc::clone(&told);
    let events = move |at, event: dps_x509_core::session::Event<'_>| {
        *sink.lock().unwrap() += 1;
        let line = transcript::line(at, &event);
        assert!(!line.contains(text::is_invisible), "{line:?}");
        let _ = transcript::json(at, &event, Naming::CommandLine).to_string();
    };
    let ended = STAND.runtime.block_on(STAND.provisioner.provision(
        &settings,
        &STAND.access,
        events,
        &Cancellation::new(),
    ));
    assert!(*told.lock().unwrap() <= lowered.events, "more events than were told");
    judge(&lowered, ended);
}

fn judge(lowered: &Lowered, ended: Result<ProvisioningReport, HostError>) {
    match ended {
        Ok(report) => {
            assert!(!lowered.is_wrong, "a case that the contract does not have was taken: {report:?}");
            let hub = report.result.as_ref().ok().map(|assigned| assigned.assigned_hub.as_str());
            assert!(lowered.is_wild || hub == lowered.hub.as_deref(), "{hub:?} of {:?}", lowered.hub);
            let findings = report.result.as_ref().err().map(|it| it.findings.as_slice());
            for finding in findings.unwrap_or_default() {
                let block = finding.to_text(Naming::CommandLine);
                assert!(!block.chars().any(|it| it != '\n' && text::is_invisible(it)), "{block:?}");
            }
            let json = serde_json::Value::Object(report.to_json(Naming::CommandLine)).to_string();
            let shown = text::in_json(&json);
            assert!(!shown.contains(text::is_invisible), "{shown:?}");
        }
        Err(HostError::NotUnderstood { .. }) => {
            assert!(!lowered.is_wrong, "a case that the contract does not have was taken");
        }
        Err(HostError::Trap { reason }) => {
            assert!(lowered.is_wrong || lowered.is_wild, "a record of the contract is none: {reason}");
        }
        Err(other) => panic!("{other:?}"),
    }
}
