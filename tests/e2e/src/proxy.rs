//! A way to the cluster that breaks connections.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Duration, Instant, sleep};

/// Between two looks whether connections are to be broken.
const LOOK: Duration = Duration::from_millis(20);

/// Forwards connections to an endpoint, or not.
pub struct Proxy {
    address: SocketAddr,
    scheme: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    is_down: AtomicBool,
    /// Milliseconds after which a connection is cut, whatever is under way on it; 0 for never.
    lifetime_millis: AtomicU64,
    cuts: AtomicUsize,
}

impl Proxy {
    /// Forwards to the endpoint with this URL.
    ///
    /// # Panics
    /// Where there is no free port.
    pub async fn start(url: &str) -> Self {
        let (scheme, target) = url.split_once("://").expect("a URL");
        let (scheme, target) = (scheme.to_owned(), target.trim_end_matches('/').to_owned());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("the port's number");
        let shared = Arc::new(Shared::default());
        let task = tokio::spawn(serve(listener, target, shared.clone()));
        Proxy { address, scheme, shared, task }
    }

    /// Its URL.
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// Cuts every new connection after so many milliseconds, whatever is under way on it; 0 for never.
    pub fn set_lifetime_millis(&self, millis: u64) {
        self.shared.lifetime_millis.store(millis, Ordering::Relaxed);
    }

    /// Breaks all connections and refuses new ones, or serves again.
    pub fn set_down(&self, is_down: bool) {
        self.shared.is_down.store(is_down, Ordering::Relaxed);
    }

    /// How many connections were cut.
    pub fn cuts(&self) -> usize {
        self.shared.cuts.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, target: String, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        connections.spawn(forward(client, target.clone(), shared.clone()));
    }
}

async fn forward(mut client: TcpStream, target: String, shared: Arc<Shared>) {
    if shared.is_down.load(Ordering::Relaxed) {
        return;
    }
    let Ok(mut server) = TcpStream::connect(target).await else { return };
    tokio::select! {
        // However it ends, the connection is over.
        _ = copy_bidirectional(&mut client, &mut server) => {}
        () = ends(&shared) => {
            shared.cuts.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Returns once a connection is to be cut.
async fn ends(shared: &Shared) {
    let begun = Instant::now();
    let lifetime = Duration::from_millis(shared.lifetime_millis.load(Ordering::Relaxed));
    let is_over = || !lifetime.is_zero() && begun.elapsed() >= lifetime;
    while !shared.is_down.load(Ordering::Relaxed) && !is_over() {
        sleep(LOOK).await;
    }
}
