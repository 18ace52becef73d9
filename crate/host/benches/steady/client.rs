//! A process with devices, in one of three ways.

use std::{
    fs,
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use dps_x509_host::{
    Provisioner,
    net::{self, Access, Cancellation, Identity, Trust, core::session::Settings},
    pool,
};
use tokio::{
    runtime,
    task::{JoinSet, LocalSet},
};
use tokio_rustls::rustls::{
    ClientConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};

use crate::{
    bare, peer, precompiled,
    stand::{self, Cost},
};

/// How devices are provisioned.
#[derive(Clone, Copy)]
pub(crate) enum Way {
    /// rustls and the packets.
    Bare,
    /// `dps-x509-net`.
    Native,
    /// `dps-x509-host`.
    Component,
}

impl Way {
    pub(crate) const ALL: [Self; 3] = [Self::Bare, Self::Native, Self::Component];

    pub(crate) fn of(name: &str) -> Self {
        Self::ALL.into_iter().find(|way| way.name() == name).unwrap()
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Bare => "a bare rustls client",
            Self::Native => "by the client",
            Self::Component => "through the component",
        }
    }
}

/// What all devices of a process share.
enum Client {
    Bare(Arc<ClientConfig>),
    Native(Access),
    Component(Box<Provisioner>, Access),
}

/// Prints what memory it has without devices, waits until its standard input ends, provisions `devices` of them, `at_once`
/// at a time, and prints what one cost.
pub(crate) fn run(way: Way, port: u16, at_once: usize, devices: usize) {
    stand::allow_many_files();
    let client = Rc::new(Client::new(way, port, at_once));
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let local = LocalSet::new();
    // What is made once is no cost of a device.
    local.block_on(&runtime, client.provision(port, 0));
    println!("{}", stand::resident(std::process::id()));
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).unwrap();
    let (begun, cpu) = (Instant::now(), cpu_time());
    let half = local.block_on(&runtime, async {
        let mut under_way = JoinSet::new();
        let mut half = 0.0;
        for number in 0..devices {
            if under_way.len() >= at_once {
                under_way.join_next().await.unwrap().unwrap();
            }
            if number == devices / 2 {
                half = stand::resident(std::process::id());
            }
            let client = Rc::clone(&client);
            under_way.spawn_local(async move { client.provision(port, number).await });
        }
        while let Some(ended) = under_way.join_next().await {
            ended.unwrap();
        }
        half
    });
    let (wall, cpu) = (begun.elapsed(), cpu_time() - cpu);
    let count = f64::from(u32::try_from(devices).unwrap());
    let cost = Cost {
        cpu_us: cpu.as_secs_f64() * 1e6 / count,
        rate: count / wall.as_secs_f64(),
        growth: (stand::resident(std::process::id()) - half) / (count / 2.0),
    };
    println!("{} {} {}", cost.cpu_us, cost.rate, cost.growth);
}

impl Client {
    fn new(way: Way, port: u16, at_once: usize) -> Self {
        let read = |name: &str| fs::read(stand::folder().join(name)).unwrap();
        let (root, chain, key) = (read("root.pem"), read("device.pem"), read("device-key.pem"));
        if matches!(way, Way::Bare) {
            let der = |pem: &[u8]| CertificateDer::from_pem_slice(pem).unwrap();
            let key = PrivateKeyDer::from_pem_slice(&key).unwrap();
            return Self::Bare(bare::config(der(&root), vec![der(&chain)], key));
        }
        let trust = Trust::empty().add_pem(&root).unwrap();
        let access = Access::new(Identity::from_pem(&chain, &key, None).unwrap(), &trust).unwrap();
        let allow = |access: Access, ip: std::net::Ipv4Addr| access.allow(&ip.to_string(), port);
        let access = peer::addresses().fold(access, allow);
        match way {
            Way::Component => {
                let config = pool(at_once.try_into().unwrap());
                let provisioner = precompiled::load(config, &precompiled::read("provisioner.cwasm"));
                Self::Component(Box::new(provisioner.at_once(at_once)), access)
            }
            Way::Bare | Way::Native => Self::Native(access),
        }
    }

    async fn provision(&self, port: u16, number: usize) {
        let ip = peer::addresses().nth(number % peer::ADDRESSES).unwrap();
        let mut settings = Settings::new("0ne00000001", "device-1");
        settings.endpoint = Some(format!("{ip}:{port}"));
        let cancellation = Cancellation::new();
        // In boxes, so that each takes its own size and not the largest of the three.
        match self {
            Self::Bare(config) => {
                Box::pin(bare::provision(config, (ip, port).into(), bare::SOME_USER)).await.unwrap();
            }
            Self::Native(access) => {
                let (config, _) = settings.parse().unwrap();
                Box::pin(net::provision(config, access, |_, _| {}, &cancellation)).await.unwrap();
            }
            Self::Component(provisioner, access) => {
                let outcome = provisioner.provision(&settings, access, |_, _| {}, &cancellation);
                Box::pin(outcome).await.unwrap().result.unwrap();
            }
        }
    }
}

/// What this thread has computed so far (Linux).
pub(crate) fn cpu_time() -> Duration {
    let statistics = fs::read_to_string("/proc/thread-self/schedstat").expect("it measures on Linux alone");
    Duration::from_nanos(statistics.split(' ').next().unwrap().parse().unwrap())
}
