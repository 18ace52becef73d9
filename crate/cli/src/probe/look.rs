//! The walk from the name to SUBSCRIBE, once for each transport, all at once.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

use dps_x509_core::{
    finding::{Naming, catalogue},
    name::{Endpoint, Transport},
    session::{ConnectionInfo, Seconds, TransportFailure, TransportFailureKind as Kind},
};
use dps_x509_net::{
    Connection,
    probe::{self, Attempt, Handshake, Prober, Tcp},
};
use indicatif::ProgressBar;
use serde_json::json;
use tokio::time::timeout;

use super::{
    chain::Presented,
    clock, most_telling,
    plan::Plan,
    stage::{Stage, Step, Verdict},
};
use crate::input::now;

/// The longest that one step may take. A port where packets vanish must not use up the time of all that follows.
const PATIENCE: Duration = Duration::from_secs(10);
/// The same for the proxy's answer, which comes when the proxy has dialled.
const PATIENCE_WITH_PROXY: Duration = Duration::from_secs(16);

/// Everything, in the order of the report.
pub(super) async fn look(plan: Plan, progress: &ProgressBar) -> Vec<Stage> {
    let plan = Arc::new(plan);
    let deadline = Instant::now() + plan.timeout;
    let mut stages = Vec::new();
    let mut known: Vec<(String, Resolved)> = Vec::new();
    let mut walks = Vec::new();
    for (transport, endpoint) in &plan.ways {
        let (host, port) = plan.prober.hop(endpoint);
        let resolved = match known.iter().find(|(name, _)| *name == host) {
            Some((_, resolved)) => resolved.clone(),
            None => {
                let (stage, resolved) = resolve(&plan.prober, endpoint, &host, port, deadline).await;
                stages.extend(stage);
                known.push((host, resolved.clone()));
                resolved
            }
        };
        let addresses: Vec<_> =
            resolved.unwrap_or_default().into_iter().map(|address| SocketAddr::new(address, port)).collect();
        let way = Walk {
            plan: Arc::clone(&plan),
            transport: *transport,
            endpoint: endpoint.clone(),
            deadline,
            stages: Vec::new(),
            progress: progress.clone(),
        };
        walks.push(tokio::spawn(way.walk(addresses)));
    }
    for walk in walks {
        stages.extend(walk.await.unwrap_or_default());
    }
    stages
}

/// The addresses of a name; `None` if it has none.
type Resolved = Option<Vec<IpAddr>>;

/// The stage is absent for an address, which needs no name resolution.
async fn resolve(
    prober: &Prober,
    endpoint: &Endpoint,
    host: &str,
    port: u16,
    deadline: Instant,
) -> (Option<Stage>, Resolved) {
    if let Ok(address) = host.parse::<IpAddr>() {
        return (None, Some(vec![address]));
    }
    let begin = Instant::now();
    let limit = PATIENCE.min(deadline.saturating_duration_since(begin));
    let resolved = timeout(limit, prober.resolve((host, port))).await.unwrap_or_else(|_| {
        let words = format!("{host}: no answer within {} s", limit.as_secs());
        Err(TransportFailure::new(Kind::NameNotFound, words))
    });
    match resolved {
        Ok(addresses) => {
            let mut addresses: Vec<_> = addresses.iter().map(SocketAddr::ip).collect();
            addresses.dedup();
            let texts: Vec<_> = addresses.iter().map(ToString::to_string).collect();
            let stage = Stage::new(Step::Name, Verdict::Passed, format!("{host}: {}", texts.join(", ")));
            let stage = stage.fact("name", host).fact("addresses", json!(texts)).took(begin.elapsed());
            (Some(stage), Some(addresses))
        }
        Err(failure) => {
            let failure = prober.hop_failure(endpoint, failure);
            let stage = Stage::new(Step::Name, Verdict::Failed, format!("{host} has no address"));
            let finding = failure.to_finding(endpoint, &Step::Name.title());
            (Some(stage.fact("name", host).finding(finding).took(begin.elapsed())), None)
        }
    }
}

/// The walk of one transport.
pub(super) struct Walk {
    pub(super) plan: Arc<Plan>,
    pub(super) transport: Transport,
    pub(super) endpoint: Endpoint,
    pub(super) deadline: Instant,
    pub(super) stages: Vec<Stage>,
    /// For whoever waits.
    progress: ProgressBar,
}

impl Walk {
    /// As far as it goes; what is not reached is said to be so.
    async fn walk(mut self, addresses: Vec<SocketAddr>) -> Vec<Stage> {
        if !addresses.is_empty() {
            self.go(&addresses).await;
        }
        let way = (self.transport, self.endpoint.to_string());
        let mut stages: Vec<_> = self.expected().into_iter().filter_map(|step| self.take(step)).collect();
        for stage in &mut stages {
            stage.way = Some(way.clone());
        }
        stages
    }

    async fn go(&mut self, addresses: &[SocketAddr]) -> Option<()> {
        self.begin(Step::Tcp);
        let (tcp, address) = self.tcp(addresses).await?;
        self.begin(Step::Proxy);
        let tcp = self.tunnel(tcp).await?;
        self.begin(Step::Tls);
        let line = self.tls(tcp).await?;
        self.begin(Step::Clock);
        let clock = self.clock(address).await;
        self.stages.extend(clock);
        self.begin(Step::WebSocket);
        self.begin(Step::Connect);
        self.talk(line).await;
        Some(())
    }

    /// Says what is tried now, if it is a step of this way.
    fn begin(&self, step: Step) {
        if self.expected().contains(&step) {
            self.progress.set_message(format!("{}: {}", self.transport.as_str(), step.title()));
        }
    }

    /// The steps of this transport, in the order of the report.
    fn expected(&self) -> Vec<Step> {
        let mut steps = vec![Step::Tcp];
        if self.plan.prober.proxy(self.endpoint.host()).is_some() {
            steps.push(Step::Proxy);
        }
        steps.extend([Step::Tls, Step::ClientCertificate]);
        if self.transport == Transport::WebSocket {
            steps.extend([Step::Clock, Step::WebSocket]);
        }
        if self.plan.device.is_some() {
            steps.extend([Step::Connect, Step::Subscribe]);
        }
        steps
    }

    fn take(&mut self, step: Step) -> Option<Stage> {
        let found = self.stages.iter().position(|stage| stage.step == step);
        Some(match found {
            Some(index) => self.stages.swap_remove(index),
            None => Stage::new(step, Verdict::NotReached, "not reached"),
        })
    }

    pub(super) fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// A step that failed.
    fn fail(&mut self, step: Step, failure: &TransportFailure, took: Duration) {
        let finding = failure.to_finding(&self.endpoint, &step.title());
        let stage = Stage::new(step, Verdict::Failed, finding.message.said(Naming::CommandLine));
        self.stages.push(stage.finding(finding).took(took));
    }

    async fn tcp(&mut self, addresses: &[SocketAddr]) -> Option<(Tcp, SocketAddr)> {
        let begin = Instant::now();
        let attempts = self.plan.prober.connect(addresses, PATIENCE.min(self.left())).await;
        let took =
            attempts.iter().find(|attempt| attempt.result.is_ok()).map_or(begin.elapsed(), |it| it.took);
        let described = |attempt: &Attempt| match &attempt.result {
            Ok(_) => {
                json!({ "address": attempt.address.to_string(), "result": "open", "seconds": Seconds(attempt.took).number() })
            }
            Err(failure) => {
                json!({ "address": attempt.address.to_string(), "result": failure.kind.as_str(), "seconds": Seconds(attempt.took).number() })
            }
        };
        let facts: Vec<_> = attempts.iter().map(described).collect();
        let closed = attempts
            .iter()
            .filter(|attempt| attempt.result.is_err())
            .map(|attempt| attempt.address.to_string());
        let closed: Vec<_> = closed.collect();
        if let Some(failure) = most_telling(&attempts).filter(|_| closed.len() == attempts.len()) {
            let failure = self.plan.prober.hop_failure(&self.endpoint, failure);
            self.fail(Step::Tcp, &failure, took);
        } else {
            let open: Vec<_> =
                attempts.iter().filter(|it| it.result.is_ok()).map(|it| it.address.to_string()).collect();
            let mut stage = Stage::new(Step::Tcp, Verdict::Passed, open.join(", ")).took(took);
            if !closed.is_empty() {
                stage.details.push(format!("not at {}", closed.join(", ")));
            }
            self.stages.push(stage);
        }
        if let Some(stage) = self.stages.last_mut() {
            stage.facts.insert("addresses".to_owned(), json!(facts));
        }
        attempts.into_iter().find_map(|attempt| Some((attempt.result.ok()?, attempt.address)))
    }

    async fn tunnel(&mut self, tcp: Tcp) -> Option<Tcp> {
        let plan = Arc::clone(&self.plan);
        let proxy = plan.prober.proxy(self.endpoint.host());
        let begin = Instant::now();
        let limit = PATIENCE_WITH_PROXY.min(self.left());
        match timeout(limit, plan.prober.tunnel(tcp, &self.endpoint)).await {
            Ok(Ok(tcp)) => {
                if let Some(proxy) = proxy {
                    let summary = format!("{proxy} makes the way to {}", self.endpoint);
                    let stage = Stage::new(Step::Proxy, Verdict::Passed, summary).fact("proxy", proxy);
                    self.stages.push(stage.took(begin.elapsed()));
                }
                Some(tcp)
            }
            Ok(Err(failure)) => {
                self.fail(Step::Proxy, &failure, begin.elapsed());
                None
            }
            Err(_) => {
                let fault = dps_x509_core::session::ProxyFault::TimedOut;
                let words = format!("no answer within {limit:.1?}");
                self.fail(Step::Proxy, &TransportFailure::new(Kind::Proxy(fault), words), begin.elapsed());
                None
            }
        }
    }

    async fn tls(&mut self, tcp: Tcp) -> Option<Connection> {
        let plan = Arc::clone(&self.plan);
        let begin = Instant::now();
        let limit = PATIENCE.min(self.left());
        let handshake = timeout(limit, plan.prober.handshake(tcp, &self.endpoint)).await;
        let Ok(Handshake { server_chain, has_asked, result, .. }) = handshake else {
            let words = format!("no answer to ClientHello within {limit:.1?}");
            self.fail(Step::Tls, &TransportFailure::new(Kind::TimedOut, words), begin.elapsed());
            return None;
        };
        let took = begin.elapsed();
        let presented = Presented::read(&server_chain, &plan.roots);
        let is_trusted =
            !matches!(&result, Err(failure) if matches!(failure.kind, Kind::ServerNotTrusted(_)));
        let mut stage = match &result {
            Ok(connection) => {
                let ConnectionInfo { tls_version, cipher_suite, .. } = connection.info().clone();
                let parts = [tls_version.as_deref(), cipher_suite.as_deref()];
                let summary = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
                let stage = Stage::new(Step::Tls, Verdict::Passed, summary);
                stage.fact("tlsVersion", tls_version).fact("cipherSuite", cipher_suite)
            }
            // The server was verified before it had a look at this side.
            Err(failure) if has_asked && matches!(failure.kind, Kind::Alert(_)) => {
                Stage::new(Step::Tls, Verdict::Passed, "the server is verified")
            }
            Err(failure) => {
                let finding = failure.to_finding(&self.endpoint, &Step::Tls.title());
                Stage::new(Step::Tls, Verdict::Failed, finding.message.said(Naming::CommandLine))
                    .finding(finding)
            }
        };
        stage.facts.extend(presented.to_json());
        stage.details = presented.lines();
        if let Some(finding) = presented.interception(&self.endpoint, is_trusted) {
            if is_trusted {
                stage.verdict = Verdict::Doubtful;
            }
            for finding in &mut stage.findings {
                finding.caused_by = Some(catalogue::TLS_INTERCEPTED.code);
            }
            stage.findings.insert(0, finding);
        }
        self.stages.push(stage.took(took));
        self.asked(has_asked, result.as_ref().err());
        result.ok()
    }

    /// What is known of the client certificate when the handshake is over.
    fn asked(&mut self, has_asked: bool, failure: Option<&TransportFailure>) {
        let has_identity = self.plan.prober.has_identity();
        let stage = |verdict, summary: &str| {
            Stage::new(Step::ClientCertificate, verdict, summary).fact("asked", has_asked)
        };
        self.stages.push(match failure {
            Some(failure) if has_asked && matches!(failure.kind, Kind::Alert(_)) && has_identity => {
                self.refused_in_tls(failure)
            }
            Some(failure) if !(has_asked && matches!(failure.kind, Kind::Alert(_))) => return,
            Some(_) => {
                stage(Verdict::Passed, "asked for, and nothing goes on without it; none was given here")
            }
            None if !has_asked => {
                let finding = super::not_asked(&self.endpoint, self.transport);
                stage(Verdict::Doubtful, "not asked for").finding(finding)
            }
            None if has_identity => {
                stage(Verdict::NotReached, "asked for and sent; not known whether accepted")
            }
            None => stage(Verdict::Passed, "asked for; none was given here"),
        });
    }

    /// The `Date` of an HTTP answer, over a connection of its own and without the device's certificate.
    async fn clock(&mut self, address: SocketAddr) -> Option<Stage> {
        if self.transport != Transport::WebSocket {
            return None;
        }
        let plan = Arc::clone(&self.plan);
        let (begin, limit) = (Instant::now(), PATIENCE.min(self.left()));
        let asking = async {
            let prober = plan.prober.anonymous();
            let attempts = prober.connect(&[address], limit).await;
            let tcp = attempts.into_iter().find_map(|attempt| attempt.result.ok())?;
            let tcp = prober.tunnel(tcp, &self.endpoint).await.ok()?;
            let connection = prober.handshake(tcp, &self.endpoint).await.result.ok()?;
            probe::date(connection, &self.endpoint).await.ok()
        };
        Some(match timeout(limit, asking).await {
            Ok(Some(date)) => clock::stage(date, now()).took(begin.elapsed()),
            _ => Stage::new(
                Step::Clock,
                Verdict::NotReached,
                "the server gives no HTTP answer to ask for its date",
            ),
        })
    }
}
