//! `overblik serve`

use std::{net::SocketAddr, sync::Arc};

use clap::Args;
use serde_json::json;
use tokio::net::TcpListener;

use super::{Exit, Failure, Session, newsroom::Newsroom, send};
use crate::{
    dispatch::Stop,
    domain::fault::Fault,
    letter::settings::Served,
    roster::{Leaving, Words},
    web::door::Door,
};

/// Answers the links readers leave by, until it is stopped
#[derive(Debug, Args)]
#[command(
    after_help = "It listens where `[serve] listen` says, on this machine alone unless told otherwise, and speaks http: a \
proxy in front of it speaks https. It writes to state/suppressions.log and nowhere else, and may run beside everything. \
SIGTERM lets it finish what is begun.\n\nExamples:\n  overblik serve\n  overblik serve --listen 127.0.0.1:9000 -q"
)]
pub(super) struct Serve {
    /// The address and port to listen on, in place of `[serve] listen`
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
}

impl Serve {
    /// Answers until it is asked to end.
    pub(super) fn run(self, session: &Session) -> Result<Exit, Failure> {
        let room = Newsroom::open(session)?;
        let config = &room.config;
        let keys = room.keys()?;
        let leaving = Leaving::new(
            config.newsletter.list_id.clone(),
            Words::new(room.state.suppressions(), keys),
        );
        let door = Door::new(
            &config.newsletter,
            &room.letterhead(),
            &config.serve,
            leaving,
            Arc::clone(&session.clock),
        );
        let ours = |error| Failure::ours("answering", &error);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(ours)?;
        let stop = Arc::new(Stop::default());
        send::heed(Arc::clone(&stop)).map_err(ours)?;
        let asked = self.listen.unwrap_or(config.serve.listen);
        runtime.block_on(async {
            let listener = TcpListener::bind(asked)
                .await
                .map_err(|error| not_heard(asked, &error))?;
            let address = listener.local_addr().map_err(ours)?;
            session.say(&format!(
                "answering under http://{address}{} until it is stopped",
                door.leave_path()
            ));
            if config.unsubscribe.served == Served::No {
                session.say(
                    "hint: once a proxy passes the links on to it, say so by `[unsubscribe] served = \"yes\"`",
                );
            }
            door.serve(listener, async move { stop.asked().await })
                .await
                .map_err(ours)
        })?;
        session.say("stopped");
        if session.global.json {
            session.json(&json!({ "stopped": session.clock.now() }));
        }
        Ok(Exit::Done)
    }
}

fn not_heard(address: SocketAddr, error: &std::io::Error) -> Failure {
    Failure::usage(
        Fault::error(format!("`{address}` cannot be listened on: {error}"))
            .for_key("serve.listen")
            .remedy("end what listens there already, or name another port"),
    )
}
