//! The interface `tls`: dials under way and connections.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
    time::Duration,
};

use dps_x509_net::{
    Identity,
    core::session::{TransportFailure, TransportFailureKind},
};
use tokio::{sync::oneshot, time::timeout};
use wasmtime::{Result, component::Resource};
use wasmtime_wasi_io::{
    async_trait,
    bindings::wasi::io::{poll, streams},
    poll::{Pollable, subscribe},
};

use super::{Device, beside::Dialled};
use crate::{
    bindings::dps_x509::device::tls::{self, ConnectionInfo, Endpoint},
    link::Link,
    mapping::transport::read_endpoint,
};

/// How long close_notify may take to leave.
const CLOSING: Duration = Duration::from_millis(500);

/// A dial under way.
#[expect(unreachable_pub, reason = "the generated code names it as if it were public")]
pub struct Connecting(State);

enum State {
    UnderWay(oneshot::Receiver<Dialled>),
    Over(Option<Dialled>),
}

impl Connecting {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let State::UnderWay(told) = &mut self.0 {
            match Pin::new(told).poll(cx) {
                // Dials are not given up before what waits for them.
                Poll::Ready(dialled) => self.0 = State::Over(dialled.ok()),
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(())
    }
}

#[async_trait]
impl Pollable for Connecting {
    async fn ready(&mut self) {
        poll_fn(|cx| self.poll(cx)).await;
    }
}

impl tls::Host for Device {
    fn connect(&mut self, endpoint: Endpoint, identity: Resource<Identity>) -> Result<Resource<Connecting>> {
        // There is one identity in the table, the one that the allow-list is for.
        self.table.get(&identity)?;
        self.account.dial()?;
        let state = match read_endpoint(&endpoint) {
            Some(endpoint) => State::UnderWay(self.beside.dial(self.access.connect(&endpoint))),
            None => {
                let detail = format!("\"{}\" at port {} is no endpoint", endpoint.host, endpoint.port);
                let failure = TransportFailure::new(TransportFailureKind::NotAllowed, detail);
                State::Over(Some(Box::new(Err(failure))))
            }
        };
        Ok(self.table.push(Connecting(state))?)
    }
}

impl tls::HostIdentity for Device {
    fn certificate_chain(&mut self, identity: Resource<Identity>) -> Result<Vec<Vec<u8>>> {
        Ok(self.table.get(&identity)?.certificate_chain().map(<[u8]>::to_vec).collect())
    }

    fn drop(&mut self, identity: Resource<Identity>) -> Result<()> {
        self.table.delete(identity)?;
        Ok(())
    }
}

impl tls::HostConnecting for Device {
    fn subscribe(&mut self, connecting: Resource<Connecting>) -> Result<Resource<poll::Pollable>> {
        subscribe(&mut self.table, connecting)
    }

    fn finish(
        &mut self,
        connecting: Resource<Connecting>,
    ) -> Result<Option<Result<Resource<Link>, tls::TransportFailure>>> {
        let connecting = self.table.get_mut(&connecting)?;
        let glance = &mut Context::from_waker(Waker::noop());
        if connecting.poll(glance).is_pending() {
            // A guest may look without ever waiting. Those that wait before they look never come here.
            self.beside.poll(glance);
            let _ = connecting.poll(glance);
        }
        let State::Over(result) = &mut connecting.0 else { return Ok(None) };
        Ok(match result.take().map(|result| *result) {
            Some(Ok(connection)) => {
                let link = Link::new(connection);
                self.beside.carry(link.traffic());
                Some(Ok(self.table.push(link)?))
            }
            Some(Err(failure)) => Some(Err(failure.into())),
            None => None,
        })
    }

    fn drop(&mut self, connecting: Resource<Connecting>) -> Result<()> {
        self.table.delete(connecting)?;
        Ok(())
    }
}

impl tls::HostConnection for Device {
    fn info(&mut self, connection: Resource<Link>) -> Result<ConnectionInfo> {
        Ok(self.table.get(&connection)?.info().clone().into())
    }

    fn input(&mut self, connection: Resource<Link>) -> Result<Option<Resource<streams::InputStream>>> {
        match self.table.get_mut(&connection)?.input() {
            Some(input) => Ok(Some(self.table.push_child(input, &connection)?)),
            None => Ok(None),
        }
    }

    fn output(&mut self, connection: Resource<Link>) -> Result<Option<Resource<streams::OutputStream>>> {
        match self.table.get_mut(&connection)?.output() {
            Some(output) => Ok(Some(self.table.push_child(output, &connection)?)),
            None => Ok(None),
        }
    }

    fn failure(&mut self, connection: Resource<Link>) -> Result<Option<tls::TransportFailure>> {
        Ok(self.table.get(&connection)?.failure().map(Into::into))
    }

    async fn close(&mut self, connection: Resource<Link>) -> Result<()> {
        let mut closing = pin!(self.table.get(&connection)?.close());
        // It leaves as soon as the guest waits, unless the peer takes nothing: only then it is worth a timer, which wakes
        // whoever waits for the next one.
        let mut has_waited = false;
        let at_once = poll_fn(|cx| match closing.as_mut().poll(cx) {
            Poll::Pending if !std::mem::replace(&mut has_waited, true) => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            poll => Poll::Ready(poll.is_ready()),
        });
        if !at_once.await {
            // Nothing hangs on it any more.
            let _ = timeout(CLOSING, closing).await;
        }
        Ok(())
    }

    fn drop(&mut self, connection: Resource<Link>) -> Result<()> {
        self.table.delete(connection)?;
        Ok(())
    }
}
