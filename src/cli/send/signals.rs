//! What a person at the keyboard, or the system on its way down, can say to a run.

use std::{io, sync::Arc, thread};

use crate::{cli::Exit, dispatch::Stop};

/// Listens on a thread of its own, which planning and sending never keep busy. The first signal asks for a stop: what
/// is in flight is finished and everything written. The second ends the process, which is as safe as a crash.
///
/// # Errors
/// No thread, or nothing to listen with.
pub(in crate::cli) fn heed(stop: Arc<Stop>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    thread::Builder::new()
        .name("heed signals".to_owned())
        .spawn(move || runtime.block_on(stop_on_signals(&stop)))?;
    Ok(())
}

async fn stop_on_signals(stop: &Stop) {
    while signal().await {
        if stop.ask() {
            std::process::exit(Exit::Deferred as i32);
        }
    }
}

#[cfg(unix)]
async fn signal() -> bool {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        return false;
    };
    tokio::select! {
        _ = interrupt.recv() => true,
        _ = terminate.recv() => true,
    }
}

#[cfg(not(unix))]
async fn signal() -> bool {
    tokio::signal::ctrl_c().await.is_ok()
}
