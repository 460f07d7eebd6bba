//! A relay in this process: it keeps the letters it takes, and answers by a script. What it does with a transaction
//! that was not reset is what Postfix and Exim do: it keeps the sender of the letter before.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::Path,
    process::Command,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use tokio::{
    io::{
        AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _,
        BufReader,
    },
    net::{TcpListener, TcpSocket, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    },
};

/// A step of the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Greeting,
    Ehlo,
    Mail,
    Rcpt,
    Data,
    /// The first line of a body.
    Inside,
    Body,
}

/// What is done at a step in place of what is right.
#[derive(Debug, Clone, Copy)]
pub enum Act {
    /// Says this; a refusal refuses.
    Say(&'static str),
    /// Says this and closes.
    SayAndClose(&'static str),
    /// Says this after the right reply.
    Also(&'static str),
    /// Closes without a word.
    Cut,
    /// Says nothing and goes on.
    Swallow,
    /// Says what is right, so many milliseconds late.
    Late(u64),
    /// Says nothing more, and reads nothing more.
    Stall,
    /// Says a line that does not end, until the client hangs up or so much was said that no buffer explains it.
    Babble,
}

/// How many octets a babbling relay says at the most: many times what the sockets of both sides hold.
pub const BABBLE: usize = 64 * 1024 * 1024;

/// An act, and when.
#[derive(Debug, Clone)]
pub struct Rule {
    pub step: Step,
    /// Part of the line it applies to; of every line where it is empty.
    pub about: &'static str,
    /// How many times it is passed over first.
    pub skip: usize,
    /// How many times it applies.
    pub times: usize,
    pub act: Act,
}

/// What a relay offers and how it answers.
#[derive(Debug, Clone)]
pub struct Script {
    pub rules: Vec<Rule>,
    /// The EHLO lines of the first connection, and of all further ones.
    pub offers: [&'static [&'static str]; 2],
    /// The EHLO lines after STARTTLS, where they are others.
    pub offers_encrypted: Option<&'static [&'static str]>,
    /// Every octet in a segment of its own.
    pub split: bool,
    /// DATA is taken although every recipient was refused.
    pub careless: bool,
    /// Sent in one piece with the 220 to STARTTLS.
    pub injected: &'static str,
    pub small_buffers: bool,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            rules: vec![],
            offers: [&["PIPELINING", "8BITMIME"]; 2],
            offers_encrypted: None,
            split: false,
            careless: false,
            injected: "",
            small_buffers: false,
        }
    }
}

/// A letter that was taken.
#[derive(Debug, Clone)]
pub struct Taken {
    pub from: String,
    pub to: Vec<String>,
    pub bytes: Vec<u8>,
}

#[derive(Debug, Default)]
struct Inner {
    rules: Vec<Rule>,
    taken: Vec<Taken>,
    /// Every command line, with what was encrypted marked.
    lines: Vec<String>,
    connections: usize,
    /// Lines that came together with one before, by connection.
    joined: BTreeMap<usize, usize>,
    /// How many octets of endless lines were said.
    babbled: usize,
}

/// The relay.
pub struct Sink {
    pub address: SocketAddr,
    inner: Arc<Mutex<Inner>>,
    task: JoinHandle<()>,
}

/// How a relay encrypts.
#[derive(Clone)]
pub enum Tls {
    None,
    Starttls(TlsAcceptor),
    Implicit(TlsAcceptor),
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Sink {
    pub fn start(script: Script, tls: Tls) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        if script.small_buffers {
            socket.set_recv_buffer_size(4096).unwrap();
        }
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(64).unwrap();
        let address = listener.local_addr().unwrap();
        let inner = Arc::new(Mutex::new(Inner {
            rules: script.rules.clone(),
            ..Inner::default()
        }));
        let task = tokio::spawn(accept(listener, script, tls, Arc::clone(&inner)));
        Self {
            address,
            inner,
            task,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    /// Hangs up on everybody, and listens no more.
    pub fn die(&self) {
        self.task.abort();
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.lock().taken.clone()
    }

    pub fn lines(&self) -> Vec<String> {
        self.lock().lines.clone()
    }

    /// How many letters were taken.
    pub fn many_taken(&self) -> usize {
        self.lock().taken.len()
    }

    /// How many command lines came.
    pub fn many_lines(&self) -> usize {
        self.lock().lines.len()
    }

    /// How many command lines of a connection came together with something before them.
    pub fn joined(&self, connection: usize) -> usize {
        self.lock().joined.get(&connection).copied().unwrap_or(0)
    }

    pub fn connections(&self) -> usize {
        self.lock().connections
    }

    /// How many octets of endless lines the clients' side took, into its buffers or out of them.
    pub fn babbled(&self) -> usize {
        self.lock().babbled
    }
}

async fn accept(listener: TcpListener, script: Script, tls: Tls, inner: Arc<Mutex<Inner>>) {
    let mut sessions = tokio::task::JoinSet::new();
    while let Ok((tcp, _)) = listener.accept().await {
        let number = {
            let mut inner = inner.lock().unwrap();
            inner.connections += 1;
            inner.connections
        };
        let (script, tls, inner) = (script.clone(), tls.clone(), Arc::clone(&inner));
        sessions.spawn(async move {
            // A session ends as it likes: what the client makes of it is what is tested.
            let _ = serve(tcp, number, &script, tls, inner).await;
        });
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

async fn serve(
    tcp: TcpStream,
    number: usize,
    script: &Script,
    tls: Tls,
    inner: Arc<Mutex<Inner>>,
) -> std::io::Result<()> {
    tcp.set_nodelay(true)?;
    let stream: Box<dyn Stream> = match &tls {
        Tls::Implicit(acceptor) => Box::new(acceptor.accept(tcp).await?),
        _ => Box::new(tcp),
    };
    let mut session = Session {
        stream: BufReader::new(stream),
        number,
        out: Vec::new(),
        script,
        offers: script.offers[usize::from(number > 1)],
        inner,
        encrypted: matches!(tls, Tls::Implicit(_)),
        from: None,
        to: vec![],
    };
    if !session.answer(Step::Greeting, "", "220 sink ready").await? {
        return Ok(());
    }
    session.flush().await?;
    loop {
        let Some(line) = session.line().await? else {
            return Ok(());
        };
        let word = line.split([' ', ':']).next().unwrap().to_uppercase();
        if word == "STARTTLS"
            && let Tls::Starttls(acceptor) = &tls
        {
            session.out.extend_from_slice(b"220 go ahead\r\n");
            session.out.extend_from_slice(script.injected.as_bytes());
            session.flush().await?;
            let plain = session.stream.into_inner();
            session.stream = BufReader::new(Box::new(acceptor.accept(plain).await?));
            session.encrypted = true;
            session.offers = script.offers_encrypted.unwrap_or(session.offers);
            continue;
        }
        if !session.command(&word, &line, &tls).await? {
            session.flush().await?;
            return Ok(());
        }
    }
}

struct Session<'s> {
    stream: BufReader<Box<dyn Stream>>,
    /// Which connection it is, from one.
    number: usize,
    out: Vec<u8>,
    script: &'s Script,
    offers: &'static [&'static str],
    inner: Arc<Mutex<Inner>>,
    encrypted: bool,
    from: Option<String>,
    to: Vec<String>,
}

impl Session<'_> {
    /// The next line; what was answered leaves when nothing more is there to be read.
    async fn line(&mut self) -> std::io::Result<Option<String>> {
        if self.stream.buffer().contains(&b'\n') {
            *self
                .inner
                .lock()
                .unwrap()
                .joined
                .entry(self.number)
                .or_default() += 1;
        } else {
            self.flush().await?;
        }
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line).await?;
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        if line.is_empty() {
            return Ok(None);
        }
        let mark = if self.encrypted { "*" } else { "" };
        self.inner
            .lock()
            .unwrap()
            .lines
            .push(format!("{mark}{line}"));
        Ok(Some(line))
    }

    async fn flush(&mut self) -> std::io::Result<()> {
        let out = std::mem::take(&mut self.out);
        if self.script.split {
            for octet in out {
                self.stream.write_all(&[octet]).await?;
                self.stream.flush().await?;
            }
            return Ok(());
        }
        self.stream.write_all(&out).await?;
        self.stream.flush().await
    }

    fn say(&mut self, reply: &str) {
        self.out.extend_from_slice(reply.as_bytes());
        self.out.extend_from_slice(b"\r\n");
    }

    fn act(&self, step: Step, about: &str) -> Option<Act> {
        let mut inner = self.inner.lock().unwrap();
        for rule in &mut inner.rules {
            if rule.step != step || !about.contains(rule.about) {
                continue;
            }
            if rule.skip > 0 {
                rule.skip -= 1;
            } else if rule.times > 0 {
                rule.times -= 1;
                return Some(rule.act);
            }
        }
        None
    }

    /// Answers, by the script or rightly; whether the session goes on.
    async fn answer(&mut self, step: Step, about: &str, right: &str) -> std::io::Result<bool> {
        let act = self.act(step, about);
        self.perform(act, right).await
    }

    async fn perform(&mut self, act: Option<Act>, right: &str) -> std::io::Result<bool> {
        match act {
            None => self.say(right),
            Some(Act::Say(reply)) => self.say(reply),
            Some(Act::Also(more)) => {
                self.say(right);
                self.say(more);
            }
            Some(Act::SayAndClose(reply)) => {
                self.say(reply);
                return Ok(false);
            }
            Some(Act::Cut) => return Ok(false),
            Some(Act::Swallow) => {}
            Some(Act::Late(milliseconds)) => {
                self.flush().await?;
                tokio::time::sleep(Duration::from_millis(milliseconds)).await;
                self.say(right);
            }
            Some(Act::Stall) => {
                self.flush().await?;
                // Until the client hangs up.
                let mut rest = Vec::new();
                self.stream.read_to_end(&mut rest).await?;
                return Ok(false);
            }
            Some(Act::Babble) => {
                self.flush().await?;
                let some = [b'2'; 64 * 1024];
                for _ in 0..BABBLE / some.len() {
                    self.stream.write_all(&some).await?;
                    self.inner.lock().unwrap().babbled += some.len();
                }
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn command(&mut self, word: &str, line: &str, tls: &Tls) -> std::io::Result<bool> {
        let path = || {
            let from = line.find('<').unwrap() + 1;
            line[from..line.rfind('>').unwrap()].to_owned()
        };
        let refuses = |act: &Option<Act>| matches!(act, Some(Act::Say(reply) | Act::SayAndClose(reply)) if reply.starts_with(['4', '5']));
        match word {
            "EHLO" => {
                let mut lines = vec!["sink"];
                lines.extend(self.offers);
                if matches!(tls, Tls::Starttls(_)) && !self.encrypted {
                    lines.push("STARTTLS");
                }
                lines.push("AUTH PLAIN LOGIN XOAUTH2");
                let last = lines.len() - 1;
                let reply: Vec<String> = lines
                    .iter()
                    .enumerate()
                    .map(|(place, line)| {
                        format!("250{}{line}", if place == last { ' ' } else { '-' })
                    })
                    .collect();
                self.answer(Step::Ehlo, line, &reply.join("\r\n")).await
            }
            "AUTH" => self.login(line).await,
            "MAIL" if self.from.is_some() => {
                self.say("503 5.5.1 nested MAIL command");
                Ok(true)
            }
            "MAIL" => {
                let act = self.act(Step::Mail, line);
                if !refuses(&act) {
                    self.from = Some(path());
                }
                self.perform(act, "250 2.1.0 sender ok").await
            }
            "RCPT" if self.from.is_none() => {
                self.say("503 5.5.1 need MAIL");
                Ok(true)
            }
            "RCPT" => {
                let act = self.act(Step::Rcpt, line);
                if !refuses(&act) {
                    self.to.push(path());
                }
                self.perform(act, "250 2.1.5 recipient ok").await
            }
            "DATA" if self.to.is_empty() && !self.script.careless => {
                self.say("554 5.5.1 no valid recipients");
                Ok(true)
            }
            "DATA" => {
                let act = self.act(Step::Data, line);
                let takes = !refuses(&act) && !matches!(act, Some(Act::Cut));
                Ok(self.perform(act, "354 go ahead").await? && (!takes || self.body().await?))
            }
            "RSET" => {
                self.from = None;
                self.to.clear();
                self.say("250 2.0.0 reset");
                Ok(true)
            }
            "QUIT" => {
                self.say("221 bye");
                Ok(false)
            }
            _ => {
                self.say("500 5.5.2 what?");
                Ok(true)
            }
        }
    }

    async fn body(&mut self) -> std::io::Result<bool> {
        self.flush().await?;
        if let Some(Act::Cut) = self.act(Step::Inside, "") {
            let mut some = [0; 100];
            self.stream.read_exact(&mut some).await?;
            return Ok(false);
        }
        let mut bytes = Vec::new();
        loop {
            let start = bytes.len();
            if self.stream.read_until(b'\n', &mut bytes).await? == 0 {
                return Ok(false);
            }
            if &bytes[start..] == b".\r\n" {
                bytes.truncate(start);
                break;
            }
            if bytes[start] == b'.' {
                bytes.remove(start);
            }
        }
        let act = self.act(Step::Body, "");
        let refused = matches!(act, Some(Act::Say(reply) | Act::SayAndClose(reply)) if reply.starts_with(['4', '5']));
        if self.to.is_empty() {
            self.say("554 5.5.1 no valid recipients");
            return Ok(true);
        }
        let (from, to) = (self.from.take().unwrap(), std::mem::take(&mut self.to));
        if !refused {
            self.inner
                .lock()
                .unwrap()
                .taken
                .push(Taken { from, to, bytes });
        }
        self.perform(act, "250 2.0.0 taken").await
    }

    /// Takes `anna` with `hemmelig` however it is said.
    async fn login(&mut self, line: &str) -> std::io::Result<bool> {
        use base64::{Engine as _, prelude::BASE64_STANDARD};
        let read = |text: &str| {
            String::from_utf8(BASE64_STANDARD.decode(text).unwrap_or_default()).unwrap_or_default()
        };
        let words: Vec<&str> = line.split(' ').collect();
        let right = match words[1] {
            "PLAIN" => read(words[2]) == "\0anna\0hemmelig",
            "XOAUTH2" => read(words[2]) == "user=anna\u{1}auth=Bearer hemmelig\u{1}\u{1}",
            _ => {
                self.say("334 VXNlcm5hbWU6");
                let name = self.line().await?.unwrap_or_default();
                self.say("334 UGFzc3dvcmQ6");
                let password = self.line().await?.unwrap_or_default();
                read(&name) == "anna" && read(&password) == "hemmelig"
            }
        };
        if !right && words[1] == "XOAUTH2" {
            // As Google refuses a token: with what is wrong, which the client takes note of by an empty line.
            self.say("334 eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiYmVhcmVyIn0=");
            self.line().await?;
        }
        self.say(if right {
            "235 2.7.0 welcome"
        } else {
            "535 5.7.8 credentials invalid"
        });
        Ok(true)
    }
}

/// An authority and a certificate of it for `localhost`, made by another program.
pub fn certificate(folder: &Path) -> TlsAcceptor {
    let run = |arguments: &str| {
        let done = Command::new("openssl")
            .args(arguments.split(' '))
            .current_dir(folder)
            .output()
            .unwrap();
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
    };
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    run(&format!(
        "req -x509 {key} -keyout ca.key -out ca.pem -days 2 -subj /CN=authority"
    ));
    run(&format!(
        "req -x509 {key} -CA ca.pem -CAkey ca.key -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost \
         -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE"
    ));
    let certificates = CertificateDer::pem_file_iter(folder.join("cert.pem"))
        .unwrap()
        .collect::<Result<Vec<_>, _>>()
        .unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.join("key.pem")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}
