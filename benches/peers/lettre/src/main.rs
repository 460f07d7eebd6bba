//! A mailer as lettre's documentation writes it: a message built for each reader, sent through the pool.
//!
//! `lettre-pool FOLDER send PORT LETTERS CONNECTIONS` sends; `lettre-pool FOLDER build LETTERS` builds on one thread
//! and prints the microseconds a letter. FOLDER holds the parts of a letter as a reader sees them, `text` and `html`.

use std::{error::Error, fs, hint::black_box, path::Path, sync::Arc, time::Instant};

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
    transport::smtp::PoolConfig,
};

type Failure = Box<dyn Error + Send + Sync>;

#[derive(Clone)]
struct ListUnsubscribe(String);

impl Header for ListUnsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> Result<Self, Failure> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}

struct Parts {
    text: String,
    html: String,
}

impl Parts {
    fn read(folder: &Path) -> Result<Self, Failure> {
        Ok(Self {
            text: fs::read_to_string(folder.join("text"))?,
            html: fs::read_to_string(folder.join("html"))?,
        })
    }

    fn letter(&self, number: u64) -> Result<Message, Failure> {
        let name = format!("Læser {number}");
        let link = format!("https://bladet.example/u/{number:064x}");
        let to: Address = format!("laeser.nummer{number}@by.example").parse()?;
        let text = format!("Kære {name}\n{}\nAfmeld: {link}\n", self.text);
        let html = format!(
            "<p>Kære {name}</p>{}<p><a href=\"{link}\">Afmeld</a></p>",
            self.html
        );
        Ok(Message::builder()
            .from("Prøvebladet <nyt@bladet.example>".parse()?)
            .to(Mailbox::new(Some(name), to))
            .subject("Byen åbner en ny vej langs søen")
            .header(ListUnsubscribe(format!("<{link}>")))
            .multipart(MultiPart::alternative_plain_html(text, html))?)
    }
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        [folder, "send", port, letters, connections] => {
            let parts = Parts::read(folder.as_ref())?;
            send(parts, port.parse()?, letters.parse()?, connections.parse()?).await
        }
        [folder, "build", letters] => build(&Parts::read(folder.as_ref())?, letters.parse()?),
        _ => Err("lettre-pool FOLDER send PORT LETTERS CONNECTIONS | FOLDER build LETTERS".into()),
    }
}

async fn send(parts: Parts, port: u16, letters: u64, connections: u64) -> Result<(), Failure> {
    let pool = PoolConfig::new().max_size(connections.try_into()?);
    let mailer = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1")
        .port(port)
        .pool_config(pool)
        .build();
    let parts = Arc::new(parts);
    let tasks: Vec<_> = (0..connections)
        .map(|task| {
            let (mailer, parts) = (mailer.clone(), Arc::clone(&parts));
            tokio::spawn(async move {
                for number in (task..letters).step_by(usize::try_from(connections)?) {
                    mailer.send(parts.letter(number)?).await?;
                }
                Ok::<(), Failure>(())
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    Ok(())
}

fn build(parts: &Parts, letters: u64) -> Result<(), Failure> {
    let began = Instant::now();
    for number in 0..letters {
        black_box(parts.letter(number)?.formatted());
    }
    println!("{}", began.elapsed().as_secs_f64() * 1e6 / letters as f64);
    Ok(())
}
