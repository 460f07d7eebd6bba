//! An invented newsletter of twelve topics, an article or two each, and readers who choose five of the twelve.

use std::{
    error::Error,
    fmt::Write as _,
    fs::{self, File, Permissions},
    io::{BufWriter, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
};

use aws_lc_rs::{
    encoding::{AsDer as _, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
};
use overblik::letter::dkim::to_pem;
use tempfile::TempDir;

/// Connections every sender may hold.
pub(crate) const CONNECTIONS: usize = 8;

const TOPICS: [&str; 12] = [
    "broer", "haver", "havne", "museer", "musik", "parker", "skove", "stier", "strande", "torve",
    "vand", "veje",
];

/// As many articles as make a letter of five topics 40 kB in the mean.
const ARTICLES: usize = 20;

/// The day of the issue.
pub(crate) const DAY: &str = "2026-11-23";

/// A newsletter's folder.
pub(crate) struct Newsletter {
    folder: TempDir,
}

impl Newsletter {
    /// Writes config and articles, on the disk the programs are built on.
    pub(crate) fn new() -> Result<Self, Box<dyn Error>> {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let newsletter = Self { folder };
        for name in ["config", "articles"] {
            fs::create_dir(newsletter.path(name))?;
        }
        fs::write(newsletter.path("config/default.toml"), config()?)?;
        for (number, topic) in TOPICS.iter().cycle().take(ARTICLES).enumerate() {
            let path = newsletter.path(&format!("articles/{number:02}.md"));
            fs::write(path, article(number, topic))?;
        }
        newsletter.write_key()?;
        Ok(newsletter)
    }

    /// A path in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Forgets what was sent.
    pub(crate) fn forget(&self) -> Result<(), Box<dyn Error>> {
        match fs::remove_dir_all(self.path("state")) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// The folder of a list of so many readers, written when it is first asked for.
    pub(crate) fn readers(&self, readers: u64) -> Result<String, Box<dyn Error>> {
        let name = format!("readers-{readers}");
        if !self.path(&name).exists() {
            fs::create_dir(self.path(&name))?;
            self.write_readers(&name, readers)?;
        }
        Ok(name)
    }

    fn write_readers(&self, name: &str, readers: u64) -> Result<(), Box<dyn Error>> {
        let sets: Vec<u32> = (0..1_u32 << TOPICS.len())
            .filter(|set| set.count_ones() == 5)
            .collect();
        let mut out = BufWriter::new(File::create(self.path(name).join("readers.toml"))?);
        for number in 0..readers {
            // No multiple of any number of sets: all occur, in no order.
            let set = sets[(number * 48_271) as usize % sets.len()];
            let chosen: Vec<String> = TOPICS
                .iter()
                .enumerate()
                .filter(|(at, _)| set & (1 << at) != 0)
                .map(|(_, topic)| format!("\"{topic}\""))
                .collect();
            writeln!(
                out,
                "[[subscriber]]\nemail = \"laeser.nummer{number}@by{}.example\"\nname = \"Læser {number}\"\n\
                 topics = [{}]\n",
                number % 98,
                chosen.join(", ")
            )?;
        }
        Ok(out.flush()?)
    }

    /// Writes what others make their letters of: the parts of one of ours as a reader sees them (`text`, `html`), and
    /// the whole with lines as `smtp-source` wants them (`letter.lf`).
    pub(crate) fn write_parts(&self) -> Result<(), Box<dyn Error>> {
        let letter = fs::read_to_string(self.path("letter"))?;
        fs::write(self.path("letter.lf"), letter.replace("\r\n", "\n"))?;
        let boundary = letter
            .split_once("boundary=\"")
            .and_then(|(_, rest)| rest.split_once('"'))
            .map(|(boundary, _)| format!("\r\n--{boundary}"))
            .ok_or("a letter of one part")?;
        for (part, name) in letter.split(&boundary).skip(1).zip(["text", "html"]) {
            let (_, body) = part.split_once("\r\n\r\n").ok_or("a part of no body")?;
            fs::write(self.path(name), decoded(body)?)?;
        }
        Ok(())
    }

    /// A key to sign with under `--env signed`.
    fn write_key(&self) -> Result<(), Box<dyn Error>> {
        let key = KeyPair::generate(KeySize::Rsa2048)?;
        let der: Pkcs8V1Der<'_> = key.as_der()?;
        let path = self.path("rsa.pem");
        fs::write(&path, to_pem(der.as_ref()))?;
        fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        let signed = "[[dkim.key]]\nselector = \"prove\"\nfile = \"rsa.pem\"\n";
        Ok(fs::write(self.path("config/signed.toml"), signed)?)
    }
}

fn config() -> Result<String, Box<dyn Error>> {
    let mut text = format!(
        "[newsletter]\nname = \"Prøvebladet\"\nlist_id = \"nyt.bladet.example\"\n\
         from = \"Prøvebladet <nyt@bladet.example>\"\nreply_to = \"red@bladet.example\"\n\
         base_url = \"https://bladet.example/\"\npostal_address = \"Prøvegade 1, 8999 Prøveby\"\n\
         [guards]\nnot_before = \"off\"\nnot_after = \"off\"\n\
         [selection]\nmax_items = 24\nmax_per_publisher = 24\n\
         [transport]\nkind = \"smtp\"\n[transport.smtp]\nhost = \"127.0.0.1\"\ntls = \"none\"\n\
         connections = {CONNECTIONS}\n\
         [[source]]\nname = \"artikler\"\nkind = \"markdown\"\npath = \"articles\"\n\
         [[section]]\nid = \"nyheder\"\nname = \"Nyheder\"\nkinds = [\"news\"]\nmax = 12\n\
         [[section]]\nid = \"baggrund\"\nname = \"Baggrund\"\nkinds = [\"article\"]\nmax = 12\n"
    );
    for topic in TOPICS {
        writeln!(
            text,
            "[[topic]]\nid = \"{topic}\"\nname = \"{topic}\"\nwords = [\"{topic}\"]"
        )?;
    }
    Ok(text)
}

/// An article under one topic: a few sentences of everyday words, in an order that follows from its number.
fn article(number: usize, topic: &str) -> String {
    let kind = if number < TOPICS.len() {
        "news"
    } else {
        "article"
    };
    format!(
        "+++\nid = \"a{number}\"\ntitle = \"{}\"\nlede = \"{}\"\ndate = {DAY}T0{}:00:00+01:00\nkind = \"{kind}\"\n\
         topics = [\"{topic}\"]\npublishers = [\"Byrådet i Prøveby\"]\n\
         authors = [{{ name = \"Åse Ørsted {number}\", role = \"byens skribent\" }}]\n\
         link = \"https://bladet.example/artikler/{number}\"\n+++\n\n{}\n",
        sentence(number, 7),
        sentences(number + 5, 4),
        number % 5,
        sentences(number + 11, 12),
    )
}

fn sentences(seed: usize, count: usize) -> String {
    let all: Vec<String> = (0..count)
        .map(|at| sentence(seed * 31 + at * 7, 9 + at % 4))
        .collect();
    all.join(". ") + "."
}

fn sentence(seed: usize, words: usize) -> String {
    const WORDS: [&str; 29] = [
        "byen", "åbner", "en", "ny", "vej", "langs", "søen", "for", "børn", "og", "voksne", "der",
        "går", "til", "skole", "hver", "morgen", "før", "færgen", "sejler", "mod", "øen", "med",
        "aviser", "brød", "æbler", "gæster", "fra", "kysten",
    ];
    // House numbers tell the articles apart: of two whose words are alike one would be left out.
    let chosen: Vec<String> = (0..words)
        .map(|at| {
            let word = WORDS[(seed * 13 + at * (seed % 5 + 3)) % WORDS.len()];
            match at % 2 {
                0 => word.to_owned(),
                _ => format!("{word} {}", (seed * 7 + at) % 89 + 10),
            }
        })
        .collect();
    let text = chosen.join(" ");
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// Quoted-printable undone.
fn decoded(text: &str) -> Result<String, Box<dyn Error>> {
    let text = text.replace("=\r\n", "").replace("\r\n", "\n");
    let mut octets = Vec::new();
    let mut pieces = text.split('=');
    octets.extend_from_slice(pieces.next().unwrap_or_default().as_bytes());
    for piece in pieces {
        let (code, rest) = piece.split_at_checked(2).ok_or("an escape cut short")?;
        octets.push(u8::from_str_radix(code, 16)?);
        octets.extend_from_slice(rest.as_bytes());
    }
    Ok(String::from_utf8(octets)?)
}
