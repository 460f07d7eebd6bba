//! A newsletter's folder of the test's own, and the built program run in it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;

/// A small newsletter: config, one Markdown source, no guard of time.
const CONFIG: &str = r#"
[newsletter]
name = "Prøvebladet"
list_id = "nyt.bladet.example"
from = "Prøvebladet <nyt@bladet.example>"
base_url = "https://bladet.example/"

[guards]
not_before = "off"
not_after = "off"

[[topic]]
id = "ledelse"
name = "Ledelse"
words = ["ledelse*"]

[[topic]]
id = "skole"
name = "Skole"
words = ["skole*"]

[[source]]
name = "artikler"
kind = "markdown"
path = "articles"
"#;

/// What a run of the program said.
pub struct Said {
    /// The exit code.
    pub code: i32,
    /// What went to stdout.
    pub out: String,
    /// What went to stderr.
    pub err: String,
}

impl Said {
    /// The one JSON document on stdout.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("{}{}", self.out, self.err))
    }

    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// A newsletter's folder.
pub struct World {
    folder: tempfile::TempDir,
}

impl World {
    /// A sound newsletter with empty folders for articles and subscribers.
    pub fn new() -> Self {
        let world = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        world.write("config/default.toml", CONFIG);
        fs::create_dir(world.path("articles")).unwrap();
        fs::create_dir(world.path("subscribers")).unwrap();
        world
    }

    /// A sound newsletter with some articles dated the Sunday before Monday 23 November 2026, and some readers.
    pub fn with(articles: usize, readers: usize) -> Self {
        let world = Self::new();
        for number in 0..articles {
            world.article(
                &format!("artikel-{number}"),
                &format!("Nyt om skole nummer {number}"),
                "2026-11-22",
            );
        }
        let list: String = (0..readers)
            .map(|number| format!("[[subscriber]]\nemail = \"reader{number}@kommune.example\"\n\n"))
            .collect();
        world.write("subscribers/readers.toml", &list);
        world
    }

    /// The demo newsletter, copied: config, readers and articles as they stand in the repository.
    pub fn demo() -> Self {
        let world = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        for part in ["config", "subscribers", "articles"] {
            let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(part);
            copy(&from, &world.path(part));
        }
        world
    }

    /// A place in the folder.
    pub fn path(&self, place: &str) -> PathBuf {
        self.folder.path().join(place)
    }

    /// Writes a file.
    pub fn write(&self, place: &str, text: impl AsRef<[u8]>) {
        let path = self.path(place);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes one sound article.
    pub fn article(&self, name: &str, title: &str, date: &str) {
        self.write(
            &format!("articles/{name}.md"),
            format!("+++\ntitle = \"{title}\"\nlede = \"Kort om {name}.\"\ndate = {date}\nkind = \"news\"\n+++\n\nBrødtekst om {name}.\n"),
        );
    }

    /// The program, ready to be run in the folder with nothing of the surroundings.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_overblik"));
        command
            .current_dir(self.folder.path())
            .env_clear()
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    /// Runs the program.
    pub fn run(&self, arguments: &[&str]) -> Said {
        Said::of(self.command(arguments).output().unwrap())
    }

    /// The names of the letters in the outbox, sorted.
    pub fn letters(&self) -> Vec<String> {
        names(&self.path("outbox"))
    }
}

/// Copies a folder with all that is in it.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for name in names(from) {
        let (from, to) = (from.join(&name), to.join(&name));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).unwrap();
        }
    }
}

/// The names in a folder, sorted; none when it is not there.
pub fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .map(|entries| {
            entries
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect()
        })
        .unwrap_or_default();
    names.sort();
    names
}
