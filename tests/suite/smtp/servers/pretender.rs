//! Stands before a server that does not offer PIPELINING, and offers it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// The answer to the EHLO that asks for PIPELINING; the server would refuse it, as it takes only one.
const OFFER: &[u8] = b"250-relay.example\r\n250-8BITMIME\r\n250 PIPELINING\r\n";

pub struct Pretender {
    pub port: u16,
    objections: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Drop for Pretender {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Pretender {
    pub async fn start(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let objections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&objections);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
                tokio::spawn(stand_between(client, server, Arc::clone(&counted)));
            }
        });
        Self {
            port,
            objections,
            task,
        }
    }

    /// How often the server objected to what it had not offered.
    pub fn objections(&self) -> usize {
        self.objections.load(Ordering::Relaxed)
    }
}

async fn stand_between(
    mut client: TcpStream,
    mut server: TcpStream,
    objections: Arc<AtomicUsize>,
) -> std::io::Result<()> {
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (mut asked, mut told) = ([0; 16 * 1024], [0; 16 * 1024]);
    let mut hellos = 0;
    loop {
        tokio::select! {
            length = client.read(&mut asked) => {
                let asked = &asked[..length?];
                hellos += usize::from(asked.starts_with(b"EHLO"));
                if asked.is_empty() {
                    return Ok(());
                } else if asked.starts_with(b"EHLO") && hellos == 2 {
                    client.write_all(OFFER).await?;
                } else {
                    server.write_all(asked).await?;
                }
            }
            length = server.read(&mut told) => {
                let told = &told[..length?];
                if told.is_empty() {
                    return Ok(());
                }
                let objects = String::from_utf8_lossy(told).contains("Pipelining not supported");
                objections.fetch_add(usize::from(objects), Ordering::Relaxed);
                client.write_all(told).await?;
            }
        }
    }
}
