//! Files on disk as text: bounded in size, number and depth, and every oddity named.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use unicode_normalization::UnicodeNormalization;

use super::{encoding, ical};

/// The largest file that is read.
const MAX_BYTES: u64 = 5 * 1024 * 1024;
/// How many folders deep a source is walked.
const MAX_DEPTH: usize = 16;
/// How many files a source may have.
const MAX_FILES: usize = 50_000;

/// What Windows-1252 has at 0x80 to 0x9F; the five places it leaves open stand for themselves, as in the WHATWG
/// encoding standard.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// What UTF-8 looks like after it was read as Windows-1252.
const MOJIBAKE: [&str; 10] = [
    "Ã¦", "Ã¸", "Ã¥", "Ã†", "Ã˜", "Ã…", "Ã©", "â€™", "â€“", "â€œ",
];

/// A file's text: NFC, lines ended by `\n`, no byte order mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileText {
    /// The text.
    pub text: String,
    /// What was mended or is doubtful in it.
    pub doubts: Vec<String>,
}

impl FileText {
    /// A document that says itself how it is encoded, whatever the server calls it.
    ///
    /// # Errors
    /// Why it is no text.
    pub(super) fn of_document(bytes: &[u8], charset: Option<&str>) -> Result<Self, String> {
        let decoded = encoding::decode(&ical::unfolded(bytes), charset)?;
        Ok(Self {
            text: decoded.text,
            doubts: decoded.doubt.into_iter().collect(),
        })
    }
}

/// The files under a root.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// The files, sorted by path.
    pub files: Vec<PathBuf>,
    /// Folders and entries that could not be listed, each with the reason.
    pub unread: Vec<(PathBuf, String)>,
}

/// Reads a file's octets.
///
/// # Errors
/// The reason, with its remedy, for the one who put the file there.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, String> {
    let cannot = |error: std::io::Error| {
        format!("cannot be read ({error}); check that it is there and its permissions")
    };
    let data = fs::metadata(path).map_err(cannot)?;
    if data.is_dir() {
        return Err("is a folder, not a file; name the files in it or the folder above".into());
    }
    // A pipe or device may never end.
    if !data.is_file() {
        return Err("is no regular file; copy its content to a text file".into());
    }
    let too_large = || {
        format!(
            "is larger than {} MiB; split it or leave out what is not text",
            MAX_BYTES / 1024 / 1024
        )
    };
    if data.len() > MAX_BYTES {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes))
        .map_err(cannot)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(too_large());
    }
    Ok(bytes)
}

/// Turns bytes into text.
///
/// # Errors
/// The reason, with its remedy.
pub(super) fn decode(bytes: &[u8]) -> Result<FileText, String> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("is UTF-16; save it as UTF-8".into());
    }
    if bytes.contains(&0) {
        return Err("is binary (it has a NUL byte); give a text file".into());
    }
    let mut doubts = Vec::new();
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(error) => {
            let line = 1 + bytes[..error.valid_up_to()]
                .iter()
                .filter(|b| **b == b'\n')
                .count();
            doubts.push(format!(
                "line {line} is not UTF-8: the file was read as Windows-1252; save it as UTF-8"
            ));
            bytes.iter().map(|byte| from_windows_1252(*byte)).collect()
        }
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let text = text
        .replace("\r\n", "\n")
        .replace(['\r', '\u{c}', '\u{2028}', '\u{2029}'], "\n");
    let text = mend_mojibake(text, &mut doubts);
    if text.trim().is_empty() {
        return Err("is empty; write the article or remove the file".into());
    }
    Ok(FileText {
        text: text.nfc().collect(),
        doubts,
    })
}

/// What a byte means in Windows-1252.
pub fn from_windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS_1252[usize::from(byte) - 0x80],
        _ => char::from(byte),
    }
}

fn to_windows_1252(c: char) -> Option<u8> {
    match u32::from(c) {
        code @ (0..=0x7f | 0xa0..=0xff) => u8::try_from(code).ok(),
        _ => WINDOWS_1252
            .iter()
            .position(|known| *known == c)
            .and_then(|at| u8::try_from(at + 0x80).ok()),
    }
}

/// Undoes UTF-8 read as Windows-1252, but only when the whole text can be undone and the marks drop by it.
pub(super) fn mend_mojibake(text: String, doubts: &mut Vec<String>) -> String {
    let marks = |text: &str| {
        MOJIBAKE
            .iter()
            .map(|mark| text.matches(mark).count())
            .sum::<usize>()
    };
    let before = marks(&text);
    if before == 0 {
        return text;
    }
    let bytes: Option<Vec<u8>> = text.chars().map(to_windows_1252).collect();
    match bytes.and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(mended) if marks(&mended) < before => {
            doubts.push("the letters were garbled (UTF-8 read as Windows-1252) and have been mended; save it as UTF-8".into());
            mended
        }
        _ => {
            doubts.push("some letters look garbled (`Ã¦` for `æ`) and were left as they stand; correct them in the file".into());
            text
        }
    }
}

/// Lists the files under a folder, sorted, or the one file a path names. Hidden files and editors' backups are
/// passed over; a link to a folder is not followed, so no walk goes in a circle.
///
/// # Errors
/// The reason why the root itself cannot be listed.
pub(super) fn list(root: &Path) -> Result<Listing, std::io::Error> {
    let mut listing = Listing::default();
    if fs::metadata(root)?.is_dir() {
        fs::read_dir(root)?;
        walk(root, 0, &mut listing);
        listing.files.sort();
    } else {
        listing.files.push(root.to_owned());
    }
    Ok(listing)
}

fn walk(folder: &Path, depth: usize, listing: &mut Listing) {
    if depth >= MAX_DEPTH {
        let reason =
            format!("lies more than {MAX_DEPTH} folders deep and was passed over; move it up");
        listing.unread.push((folder.to_owned(), reason));
        return;
    }
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            let reason = format!("cannot be listed ({error}); check its permissions");
            listing.unread.push((folder.to_owned(), reason));
            return;
        }
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if is_passed_over(&path) {
            continue;
        }
        let is_link = fs::symlink_metadata(&path).is_ok_and(|data| data.is_symlink());
        if !path.is_dir() {
            if listing.files.len() >= MAX_FILES {
                let reason = format!(
                    "has more than {MAX_FILES} files; the rest was passed over; split the source"
                );
                listing.unread.push((folder.to_owned(), reason));
                return;
            }
            listing.files.push(path);
        } else if is_link {
            let reason =
                "is a link to a folder and is not followed; name the folder itself as a source"
                    .into();
            listing.unread.push((path, reason));
        } else {
            walk(&path, depth + 1, listing);
        }
    }
}

/// Hidden files and what editors leave beside a file.
fn is_passed_over(path: &Path) -> bool {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy())
        .unwrap_or_default();
    let ends = |end: &str| name.to_lowercase().ends_with(end);
    name.starts_with(['.', '#'])
        || name.ends_with('~')
        || ends(".swp")
        || ends(".swo")
        || ends(".bak")
        || ends(".tmp")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_text_or_a_reason() {
        let text = |bytes: &[u8]| decode(bytes).map(|file| (file.text, file.doubts.len()));
        let check = |bytes: &[u8], expected: &str, doubts: usize| {
            assert_eq!(text(bytes), Ok((expected.to_owned(), doubts)));
        };
        check(b"\xef\xbb\xbfa\r\nb\rc", "a\nb\nc", 0);
        check("a\u{30a}".as_bytes(), "å", 0);
        check(b"bl\xe5b\xe6r \x96 \x80", "blåbær – €", 1);
        check("blÃ¥bÃ¦r".as_bytes(), "blåbær", 1);
        // A letter that cannot have come through Windows-1252 leaves the text as it stands.
        check("blÃ¥bÃ¦r ω".as_bytes(), "blÃ¥bÃ¦r ω", 1);
        for (bytes, reason) in [
            (&b"a\0b"[..], "binary"),
            (b"", "empty"),
            (b" \n\xc2\xa0\n", "empty"),
            (b"\xff\xfea\0", "UTF-16"),
        ] {
            assert!(text(bytes).unwrap_err().contains(reason), "{reason}");
        }
    }

    #[test]
    fn a_folder_is_listed_sorted_without_hidden_files_backups_and_circles() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("b")).unwrap();
        for name in [
            "z.md",
            "a.txt",
            "b/c.md",
            ".hidden.md",
            "a.txt~",
            ".a.txt.swp",
        ] {
            fs::write(at(name), "x").unwrap();
        }
        std::os::unix::fs::symlink(folder.path(), at("b/circle")).unwrap();
        let listing = list(folder.path()).unwrap();
        let names: Vec<_> = listing
            .files
            .iter()
            .map(|path| path.strip_prefix(folder.path()).unwrap())
            .collect();
        assert_eq!(
            names,
            [Path::new("a.txt"), Path::new("b/c.md"), Path::new("z.md")]
        );
        assert_eq!(listing.unread.len(), 1);
    }

    #[test]
    fn a_file_over_the_bound_and_a_folder_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large.txt");
        fs::File::create(&path)
            .unwrap()
            .set_len(MAX_BYTES + 1)
            .unwrap();
        assert!(read(&path).unwrap_err().contains("larger than 5 MiB"));
        assert!(read(folder.path()).unwrap_err().contains("folder"));
        assert!(
            read(&folder.path().join("none.md"))
                .unwrap_err()
                .contains("cannot be read")
        );
    }
}
