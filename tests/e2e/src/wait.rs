//! Waiting for what other processes do.

use std::time::{Duration, Instant};

use tokio::time::sleep;

const POLL: Duration = Duration::from_millis(200);
/// What takes longer has failed. Most of it takes seconds, on a machine that has nothing else to do.
const PATIENCE: Duration = Duration::from_secs(120);

/// Looks again and again until there is an answer.
///
/// # Panics
/// Where there is none for two minutes; `what` says what was waited for.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut look: impl FnMut() -> F) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "waited in vain until {what}");
        sleep(POLL).await;
    }
}
