//! The mark comes before the octet: a letter that cannot be marked as handed over is never handed over.

use std::{collections::VecDeque, io, sync::Mutex};

use overblik::{
    domain::delivery::Consequence,
    transport::{
        Feed, Job, Receipt, SendError, Transport as _,
        smtp::settings::{Pipelining, SmtpSettings, TlsMode},
    },
};

use super::{
    MODES, settings,
    sink::{Script, Sink, Tls, certificate},
    world::World,
};

/// Letters by hand; the marks of one of them cannot be written.
struct Hand {
    jobs: Mutex<VecDeque<Job>>,
    unmarkable: u64,
    marked: Mutex<Vec<u64>>,
    settled: Mutex<Vec<(u64, Result<Receipt, SendError>)>>,
}

impl Feed for Hand {
    async fn next(&self) -> Option<Job> {
        self.ready()
    }

    fn ready(&self) -> Option<Job> {
        self.jobs.lock().unwrap().pop_front()
    }

    async fn halted(&self) {
        std::future::pending::<()>().await;
    }

    async fn over(&self) {
        std::future::pending::<()>().await;
    }

    fn handing_over(&self, job: &Job) -> io::Result<()> {
        if job.seq == self.unmarkable {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.marked.lock().unwrap().push(job.seq);
        Ok(())
    }

    fn settle(&self, job: Job, result: Result<Receipt, SendError>) {
        self.settled.lock().unwrap().push((job.seq, result));
    }

    fn give_back(&self, job: Job) {
        self.jobs.lock().unwrap().push_front(job);
    }
}

#[tokio::test]
async fn a_letter_that_cannot_be_marked_is_not_handed_over() {
    for tls in [TlsMode::None, TlsMode::Starttls] {
        for mode in MODES {
            let world = World::new(5);
            let acceptor = certificate(world.folder());
            let served = match tls {
                TlsMode::None => Tls::None,
                _ => Tls::Starttls(acceptor),
            };
            let sink = Sink::start(Script::default(), served);
            let settings = SmtpSettings {
                tls,
                ..settings(&sink, mode)
            };
            let authorities = std::fs::read(world.folder().join("ca.pem")).unwrap();
            let hand = Hand {
                jobs: Mutex::new(world.jobs().into()),
                unmarkable: 2,
                marked: Mutex::default(),
                settled: Mutex::default(),
            };
            let transport = world.transport(&settings, None, Some(&authorities));
            transport.carry(&hand).await;
            let settled = hand.settled.into_inner().unwrap();
            assert_eq!(settled.len(), 5, "{mode:?}: {settled:?}");
            for (seq, result) in &settled {
                match result {
                    Ok(_) => assert_ne!(*seq, 2),
                    Err(error) => {
                        assert_eq!(
                            (*seq, error.consequence()),
                            (2, Consequence::Wait),
                            "{mode:?}"
                        );
                    }
                }
            }
            assert_eq!(hand.marked.into_inner().unwrap(), [0, 1, 3, 4], "{mode:?}");
            assert_eq!(sink.taken().len(), 4, "{tls:?} {mode:?}");
            world.check(&sink.taken());
        }
    }
}

#[tokio::test]
async fn a_connection_carries_no_more_letters_than_it_may() {
    let world = World::new(10);
    let sink = Sink::start(Script::default(), Tls::None);
    let settings = SmtpSettings {
        per_connection: 3,
        ..settings(&sink, Pipelining::Auto)
    };
    let hand = Hand {
        jobs: Mutex::new(world.jobs().into()),
        unmarkable: u64::MAX,
        marked: Mutex::default(),
        settled: Mutex::default(),
    };
    world.transport(&settings, None, None).carry(&hand).await;
    assert_eq!(sink.taken().len(), 10);
    assert_eq!(sink.connections(), 4);
    world.check(&sink.taken());
}
