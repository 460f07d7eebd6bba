//! The log: to stderr, a readable message and fields; never an address, a token or a body.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{EnvFilter, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use super::Global;

/// Begins logging: warnings, with `-v` all that happens, or what `OVERBLIK_LOG` asks for.
pub(super) fn begin(global: &Global) {
    let level = match (global.verbose, global.quiet) {
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
    let words = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(colour)
        .with_target(false);
    // A second call in one process, as in tests, keeps the first.
    let _ = tracing_subscriber::registry()
        .with(filter)
        .with(words)
        .try_init();
}
