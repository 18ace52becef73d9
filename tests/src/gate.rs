//! A gate on the way to a server: whoever comes waits in front of it until a test opens it.

use std::{
    io,
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard},
    thread,
    time::Duration,
};

/// Longest wait for anybody to come.
const PATIENCE: Duration = Duration::from_secs(60);

/// A listening gate. It ends, for whoever still waits, when it is dropped.
pub struct Gate {
    /// Where it listens.
    pub address: SocketAddr,
    state: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    came: usize,
    is_open: bool,
    is_gone: bool,
}

impl Gate {
    /// A closed gate in front of a server.
    ///
    /// # Panics
    /// There is no port for it.
    #[must_use]
    pub fn before(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Shared::default());
        let (shared, server) = (Arc::clone(&state), server.to_owned());
        thread::spawn(move || {
            for client in listener.incoming().take(256) {
                if shared.lock().is_gone {
                    return;
                }
                shared.change(|state| state.came += 1);
                let (shared, server, client) = (Arc::clone(&shared), server.clone(), client.unwrap());
                // The client is what is tested.
                thread::spawn(move || if shared.is_opened() { pass(client, &server) } else { Ok(()) });
            }
        });
        Self { address, state }
    }

    /// Waits until so many have come.
    ///
    /// # Panics
    /// They do not.
    pub fn wait_for(&self, count: usize) {
        let state = self.state.lock();
        let came = self.state.changed.wait_timeout_while(state, PATIENCE, |state| state.came < count);
        let came = came.unwrap().0.came;
        assert!(came >= count, "{came} of {count} have come");
    }

    /// Lets everybody through from now on.
    pub fn open(&self) {
        self.state.change(|state| state.is_open = true);
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.state.change(|state| state.is_gone = true);
        // Wakes the listener.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }

    /// Waits until it is opened, or gone.
    fn is_opened(&self) -> bool {
        let waiting = |state: &mut State| !state.is_open && !state.is_gone;
        self.changed.wait_while(self.lock(), waiting).unwrap().is_open
    }
}

fn pass(mut client: TcpStream, server: &str) -> io::Result<()> {
    let mut server = TcpStream::connect(server)?;
    let (mut forth, mut back) = (server.try_clone()?, client.try_clone()?);
    let backwards = thread::spawn(move || {
        let _ = io::copy(&mut server, &mut back);
        let _ = back.shutdown(Shutdown::Write);
    });
    let _ = io::copy(&mut client, &mut forth);
    let _ = forth.shutdown(Shutdown::Write);
    let _ = backwards.join();
    Ok(())
}
