//! What is fuzzed: every reader of octets from outside, each with what must hold of any answer. The suite feeds them the
//! seeds and all that was ever found.

use std::{fs, path::Path, sync::LazyLock};

use chrono::{DateTime, Utc};
use chrono_tz::Europe::Copenhagen;
use overblik::{
    domain::{address::Address, block::BlockKind, key::SigningKey, newsletter::ListId},
    letter::links::read_leave_token,
    roster::{
        Entry, Folder, Known, SubscribersSettings, cut,
        import::{self, Assumed, CreatedIs, Import},
    },
    source::{
        Asking, DateReader, DateReading, Reading, SourceKind, SourceSettings, read_list,
        read_octets,
    },
};

/// Reads octets, and panics where something does not hold that must.
pub type Target = fn(&[u8]);

/// The readers by name.
pub const TARGETS: [(&str, Target); 11] = [
    ("text", |bytes| source(bytes, SourceKind::Text)),
    ("markdown", |bytes| source(bytes, SourceKind::Markdown)),
    ("html", |bytes| source(bytes, SourceKind::Html)),
    ("feed", |bytes| source(bytes, SourceKind::Feed)),
    ("ical", |bytes| source(bytes, SourceKind::Ical)),
    ("block", block),
    ("date", date),
    ("subscribers", subscribers),
    ("import", imported),
    ("address", address),
    ("token", token),
];

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).unwrap_or_default()
}

/// Reads octets as a file of a kind: whatever they are, they give articles with a title, or a reason.
fn source(bytes: &[u8], kind: SourceKind) {
    let folder = Path::new("/nowhere");
    let reading = Reading {
        now: now(),
        zone: Copenhagen,
        folder,
        web: Asking::in_passing(folder, now()),
    };
    let settings = SourceSettings::bare("kilde", kind, "");
    let collected = read_octets(bytes, &settings, &reading);
    for article in &collected.articles {
        assert!(
            !article.title.trim().is_empty(),
            "an article without a title"
        );
        assert!(!article.title.contains('\n'), "a title of two lines");
        assert!(article.id.0.starts_with("kilde/"));
    }
    assert!(
        collected
            .refused
            .iter()
            .all(|refusal| !refusal.reason.is_empty())
    );
    if collected.articles.is_empty()
        && matches!(
            kind,
            SourceKind::Text | SourceKind::Markdown | SourceKind::Html
        )
    {
        assert!(
            !collected.refused.is_empty(),
            "neither an article nor a reason"
        );
    }
}

fn block(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    for kind in [BlockKind::Ranked, BlockKind::Quotes, BlockKind::Links] {
        let Ok(entries) = read_list(text, kind) else {
            continue;
        };
        assert!(entries.iter().all(|entry| entry.url.is_some()));
    }
}

/// Reads a date; the first line may be a format.
fn date(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let (format, raw) = match text.split_once('\n') {
        Some((format, raw)) => (vec![format.to_owned()], raw),
        None => (Vec::new(), text),
    };
    let reader = DateReader {
        formats: &format,
        zone: Copenhagen,
        now: now(),
        not_before: None,
    };
    match reader.read(raw) {
        DateReading::Known(when, _) => {
            let _ = when.to_text(Copenhagen);
        }
        DateReading::Ambiguous(readings) => assert!(readings.len() > 1),
        DateReading::OutOfRange(_) | DateReading::Unread => {}
    }
    if let Some(found) = reader.find(raw) {
        assert!(raw.is_char_boundary(found.start));
    }
}

/// Cuts a subscriber file and reads its entries; the cuts must be the file.
fn subscribers(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let Ok(cut) = cut(text) else { return };
    let known = Known::default();
    let _ = cut.preamble(text);
    let mut end = 0;
    for chunk in &cut.chunks {
        assert!(chunk.start >= end, "two entries overlap");
        end = chunk.start;
        let entry = Entry::read(chunk.of(text), chunk.header, chunk.line, &known);
        let _ = format!("{entry:?}");
    }
}

/// An empty list of subscribers, and a file beside it.
static DESK: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let desk = tempfile::tempdir().expect("a folder for the fuzzer");
    fs::create_dir(desk.path().join("subscribers")).expect("a folder for the fuzzer");
    desk
});

/// Reads an export; every entry it gives must be one that a subscriber file can hold.
fn imported(bytes: &[u8]) {
    let path = DESK
        .path()
        .join(format!("{:?}", std::thread::current().id()));
    if fs::write(&path, bytes).is_err() {
        return;
    }
    let folder = Folder::of(DESK.path(), &SubscribersSettings::default());
    let known = Known::default();
    let assumed = Assumed {
        created: CreatedIs::Consent,
        source: None,
        text: None,
        topics: Vec::new(),
        frequency: None,
        language: None,
    };
    let import = Import {
        folder: &folder,
        known: &known,
        zone: Copenhagen,
        assumed: &assumed,
        says: &|_| None,
        stopped: &|_, _| {},
        progress: &|_, _| {},
    };
    let mut entries = String::new();
    let _ = import::read(&import, &path, &mut |entry| {
        entries.push_str(entry);
        entries.push('\n');
        Ok(())
    });
    let cut = cut(&entries).expect("what is imported can be cut again");
    for chunk in &cut.chunks {
        let entry = Entry::read(chunk.of(&entries), chunk.header, chunk.line, &known);
        assert!(
            entry.reader.is_ok(),
            "what is imported cannot be read: {:?}",
            entry.reader
        );
    }
}

/// An address that is one stays one however it is shown; folded twice it is what it is folded once.
fn address(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let _ = overblik::domain::address::mask(text);
    let Ok(address) = Address::parse(text) else {
        return;
    };
    let shown = address.to_string();
    assert!(
        !shown.contains(['\r', '\n', '\0', '<', '>']),
        "an address that could end a header"
    );
    let again = Address::parse(&shown).expect("what an address is shown as is one");
    assert_eq!(again.folded(), address.folded());
    // The lower case of some letters is no letter alone, so what is folded may be no address that can be written.
    if let Ok(folded) = Address::parse(address.folded().as_str()) {
        assert_eq!(folded.folded(), address.folded());
    }
    let _ = (address.masked(), address.domain(), address.needs_smtputf8());
}

/// Nobody makes a token by guessing.
fn token(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let list = ListId::parse("nyt.avis.example").expect("a list's id");
    let keys = [SigningKey::new([7; 32]), SigningKey::new([8; 32])];
    assert!(read_leave_token(&keys, &list, text).is_none());
}
