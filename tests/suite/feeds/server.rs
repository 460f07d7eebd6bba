//! A web server on loopback that does what it is told: answers, waits, breaks off, lies.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpListener,
    runtime::Runtime,
    sync::Notify,
};
use tokio_rustls::TlsAcceptor;

/// What the server does with a request.
#[derive(Debug, Clone)]
pub enum Reply {
    /// Answers.
    Answer {
        /// The status, `200 OK`.
        status: &'static str,
        /// Lines of the head.
        head: Vec<String>,
        /// The body.
        body: Vec<u8>,
    },
    /// Answers 200 without end, a little at a time.
    Endless,
    /// Takes the request and says nothing.
    Silence,
    /// Promises more octets than it sends, and closes.
    Cut(Vec<u8>),
    /// Answers only when this many requests are waiting at once.
    WhenTogether(usize, Vec<u8>),
}

impl Reply {
    /// A body under 200.
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::Answer {
            status: "200 OK",
            head: Vec::new(),
            body: body.into(),
        }
    }

    /// A status without a body.
    pub fn status(status: &'static str) -> Self {
        Self::Answer {
            status,
            head: Vec::new(),
            body: Vec::new(),
        }
    }

    /// With one more line of its head.
    pub fn with(mut self, line: impl Into<String>) -> Self {
        if let Self::Answer { head, .. } = &mut self {
            head.push(line.into());
        }
        self
    }
}

#[derive(Default)]
struct Told {
    /// What each path is answered with, in turn; the last stays.
    script: Mutex<HashMap<String, VecDeque<Reply>>>,
    /// Every request that came, head and all.
    requests: Mutex<Vec<String>>,
    now: AtomicUsize,
    most: AtomicUsize,
    together: Notify,
    met: AtomicBool,
}

/// The server; it dies with the value.
pub struct Server {
    runtime: Option<Runtime>,
    told: Arc<Told>,
    port: u16,
}

impl Server {
    /// Begins to listen.
    pub fn start() -> Self {
        Self::begin(None)
    }

    /// Begins to listen, encrypted.
    pub fn start_encrypted(acceptor: TlsAcceptor) -> Self {
        Self::begin(Some(acceptor))
    }

    fn begin(acceptor: Option<TlsAcceptor>) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let told = Arc::new(Told::default());
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = told.clone();
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (told, acceptor) = (heard.clone(), acceptor.clone());
                tokio::spawn(async move {
                    match acceptor {
                        None => serve(stream, told).await,
                        Some(acceptor) => {
                            if let Ok(stream) = acceptor.accept(stream).await {
                                serve(stream, told).await;
                            }
                        }
                    }
                });
            }
        });
        Self {
            runtime: Some(runtime),
            told,
            port,
        }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The same place under another name.
    pub fn url_by_name(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }

    /// Tells what a path is answered with from now on.
    pub fn tell(&self, path: &str, replies: impl IntoIterator<Item = Reply>) {
        let mut script = self.told.script.lock().unwrap();
        script.insert(path.to_owned(), replies.into_iter().collect());
    }

    /// The requests that came since last asked.
    pub fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.told.requests.lock().unwrap())
    }

    /// The most requests that were waiting at once.
    pub fn most_at_once(&self) -> usize {
        self.told.most.load(SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, told: Arc<Told>) {
    let mut head = Vec::new();
    let mut octet = [0; 512];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut octet).await {
            Ok(0) | Err(_) => return,
            Ok(count) => head.extend_from_slice(&octet[..count]),
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or("/").to_owned();
    let now = told.now.fetch_add(1, SeqCst) + 1;
    told.most.fetch_max(now, SeqCst);
    told.requests.lock().unwrap().push(head);
    let reply = {
        let mut script = told.script.lock().unwrap();
        match script.get_mut(&path) {
            Some(replies) if replies.len() > 1 => replies.pop_front(),
            Some(replies) => replies.front().cloned(),
            None => None,
        }
    };
    let reply = reply.unwrap_or_else(|| Reply::status("404 Not Found"));
    // Whoever asked may have gone.
    let _ = answer(&mut stream, reply, &told).await;
    told.now.fetch_sub(1, SeqCst);
}

async fn answer(
    stream: &mut (impl AsyncWrite + Unpin),
    reply: Reply,
    told: &Told,
) -> std::io::Result<()> {
    match reply {
        Reply::Answer { status, head, body } => {
            let mut text = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n", body.len());
            for line in head {
                text.push_str(&line);
                text.push_str("\r\n");
            }
            stream.write_all(text.as_bytes()).await?;
            stream.write_all(b"\r\n").await?;
            stream.write_all(&body).await?;
        }
        Reply::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n<rss>").await?;
            loop {
                stream.write_all(b"<channel>").await?;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        Reply::Silence => std::future::pending().await,
        Reply::Cut(body) => {
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n",
                body.len() + 100
            );
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(&body).await?;
        }
        Reply::WhenTogether(count, body) => {
            loop {
                let changed = told.together.notified();
                if told.now.load(SeqCst) >= count {
                    told.met.store(true, SeqCst);
                }
                if told.met.load(SeqCst) {
                    break;
                }
                changed.await;
            }
            told.together.notify_waiters();
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(&body).await?;
        }
    }
    stream.shutdown().await
}
