//! The log: to stderr, a readable message and fields; never an address, a token or a body.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{
    EnvFilter, Layer, filter::filter_fn, fmt::MakeWriter, layer::SubscriberExt as _,
    registry::LookupSpan, util::SubscriberInitExt as _,
};

use super::Global;

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Log {
    /// Warnings.
    Usual,
    /// What a process that tries for days would say at every try is left out: it says it once itself.
    Sparing,
}

/// Begins logging: warnings, with `-v` all that happens, or what `OVERBLIK_LOG` asks for.
pub(super) fn begin(global: &Global, log: Log) {
    let level = match (global.verbose, global.quiet || log == Log::Sparing) {
        (true, _) => LevelFilter::DEBUG,
        (_, true) => LevelFilter::ERROR,
        _ => LevelFilter::WARN,
    };
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::OFF.into())
        .with_env_var("OVERBLIK_LOG")
        .from_env_lossy()
        .add_directive(
            format!("overblik={level}")
                .parse()
                .unwrap_or_else(|_| level.into()),
        );
    let colour = std::io::IsTerminal::is_terminal(&std::io::stderr())
        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    // A second call in one process, as in tests, keeps the first.
    let _ = tracing_subscriber::registry()
        .with(filter)
        .with(words(std::io::stderr, colour))
        .try_init();
}

/// Writes what is logged.
fn words<S, W>(writer: W, colour: bool) -> impl Layer<S>
where
    S: tracing::Subscriber + for<'span> LookupSpan<'span>,
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    tracing_subscriber::fmt::layer()
        .with_writer(writer)
        .with_ansi(colour)
        .with_target(false)
        .with_filter(filter_fn(|about| may_be_told(about.target())))
}

/// lettre logs every command, the password of AUTH and whole letters among them: whatever is asked for, its words are
/// not told.
fn may_be_told(target: &str) -> bool {
    target != "lettre" && !target.starts_with("lettre::")
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use super::*;

    #[derive(Clone, Default)]
    struct Told(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Told {
        fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(octets)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_lettre_logs_is_told_nobody_whatever_is_asked_for() {
        for asked in ["lettre=trace", "trace", "lettre::transport::smtp=debug"] {
            let told = Told::default();
            let writer = told.clone();
            let subscriber = tracing_subscriber::registry()
                .with(EnvFilter::new(format!("overblik=debug,{asked}")))
                .with(words(move || writer.clone(), false));
            tracing::subscriber::with_default(subscriber, || {
                tracing::debug!(target: "lettre::transport::smtp::client", "AUTH PLAIN hemmelig");
                tracing::error!(target: "lettre", "hemmelig");
                tracing::debug!(target: "overblik::transport", "settled");
            });
            let told = String::from_utf8(told.0.lock().unwrap().clone()).unwrap();
            assert!(told.contains("settled"), "{asked}: {told}");
            assert!(!told.contains("hemmelig"), "{asked}: {told}");
        }
    }
}
