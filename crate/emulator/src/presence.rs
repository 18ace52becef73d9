//! Who is connected: one connection per client ID, the newest one stays (MQTT 3.1.1 section 3.1.4).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

#[derive(Debug, Clone, Default)]
pub(crate) struct Presence {
    by_client_id: Arc<Mutex<HashMap<String, Arc<Notify>>>>,
}

/// One connection's place; it is given up by dropping it.
#[derive(Debug)]
pub(crate) struct Place {
    presence: Presence,
    client_id: String,
    dismissed: Arc<Notify>,
}

impl Presence {
    /// Takes the place of a client ID and dismisses whoever has it.
    pub(crate) fn enter(&self, client_id: String) -> Place {
        let dismissed = Arc::new(Notify::new());
        if let Some(predecessor) = self.lock().insert(client_id.clone(), Arc::clone(&dismissed)) {
            predecessor.notify_one();
        }
        Place { presence: self.clone(), client_id, dismissed }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Notify>>> {
        self.by_client_id.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Done when another connection has taken the place.
    pub(crate) async fn dismissed(&self) {
        self.dismissed.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut places = self.presence.lock();
        if places.get(&self.client_id).is_some_and(|present| Arc::ptr_eq(present, &self.dismissed)) {
            places.remove(&self.client_id);
        }
    }
}
