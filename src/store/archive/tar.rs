//! The archive's wire shape: ustar (POSIX.1-2017, `pax`), regular files only, which every `tar` opens.

use std::io::{self, Read, Write};

const BLOCK: usize = 512;

/// The largest size that fits the eleven octal digits; a larger one is written in base 256, as GNU tar does.
const OCTAL: u64 = 1 << 33;

/// Writes the head of a file, after which its octets follow and then [`pad`].
///
/// # Errors
/// A name of more than 100 octets, or what the file system says.
pub(super) fn head(out: &mut impl Write, name: &str, size: u64, seconds: u64) -> io::Result<()> {
    let mut block = [0; BLOCK];
    if name.len() > 100 {
        return Err(io::Error::other(format!(
            "the name `{name}` is too long for an archive"
        )));
    }
    put(&mut block, 0, name.as_bytes());
    put(&mut block, 100, b"0000600\0");
    put(&mut block, 108, b"0000000\0");
    put(&mut block, 116, b"0000000\0");
    if size < OCTAL {
        put(&mut block, 124, format!("{size:011o}\0").as_bytes());
    } else {
        put(&mut block, 124, &[0x80]);
        put(&mut block, 128, &size.to_be_bytes());
    }
    put(
        &mut block,
        136,
        format!("{:011o}\0", seconds.min(OCTAL - 1)).as_bytes(),
    );
    put(&mut block, 156, b"0");
    put(&mut block, 257, b"ustar\x0000");
    let sum = checksum(&block);
    put(&mut block, 148, format!("{sum:06o}\0 ").as_bytes());
    out.write_all(&block)
}

/// Fills the last block of a file of so many octets.
///
/// # Errors
/// What the file system says.
pub(super) fn pad(out: &mut impl Write, size: u64) -> io::Result<()> {
    let blank = [0; BLOCK];
    out.write_all(blank.get(..padding(size)).unwrap_or_default())
}

/// Ends the archive: two blank blocks.
///
/// # Errors
/// What the file system says.
pub(super) fn end(out: &mut impl Write) -> io::Result<()> {
    out.write_all(&[0; 2 * BLOCK])
}

/// Reads the next head: a regular file's name and size; `None` at the archive's end.
///
/// # Errors
/// What the file system says, or [`io::ErrorKind::InvalidData`] where it is no head of a regular file.
pub(super) fn next(from: &mut impl Read) -> io::Result<Option<(String, u64)>> {
    let mut block = [0; BLOCK];
    from.read_exact(&mut block)?;
    if block.iter().all(|byte| *byte == 0) {
        return Ok(None);
    }
    let wrong = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let stated = octal(part(&block, 148, 8)).ok_or_else(|| wrong("a head without a sum"))?;
    if stated != checksum(&block) {
        return Err(wrong("a head whose sum is wrong"));
    }
    if !matches!(block[156], b'0' | 0) {
        return Err(wrong("something that is no regular file"));
    }
    let name = part(&block, 0, 100);
    let length = name.iter().position(|byte| *byte == 0).unwrap_or(100);
    let name = String::from_utf8(name.get(..length).unwrap_or_default().to_vec())
        .map_err(|_| wrong("a name that is not UTF-8"))?;
    let size = match block[124] {
        0x80 => <[u8; 8]>::try_from(part(&block, 128, 8))
            .map(u64::from_be_bytes)
            .ok(),
        _ => octal(part(&block, 124, 12)),
    };
    Ok(Some((
        name,
        size.ok_or_else(|| wrong("a head without a size"))?,
    )))
}

/// Reads past what fills the last block of a file of so many octets.
///
/// # Errors
/// What the file system says.
pub(super) fn skip_padding(from: &mut impl Read, size: u64) -> io::Result<()> {
    let mut rest = [0; BLOCK];
    from.read_exact(rest.get_mut(..padding(size)).unwrap_or_default())
}

fn padding(size: u64) -> usize {
    let over = usize::try_from(size % BLOCK as u64).unwrap_or(0);
    (BLOCK - over) % BLOCK
}

fn put(block: &mut [u8; BLOCK], at: usize, bytes: &[u8]) {
    for (place, byte) in block.iter_mut().skip(at).zip(bytes) {
        *place = *byte;
    }
}

fn part(block: &[u8; BLOCK], at: usize, length: usize) -> &[u8] {
    block.get(at..at + length).unwrap_or_default()
}

/// The sum of a head's octets, its own place counted as blanks.
fn checksum(block: &[u8; BLOCK]) -> u64 {
    let own = 148..156;
    let octets = block.iter().enumerate();
    octets
        .map(|(at, byte)| u64::from(if own.contains(&at) { b' ' } else { *byte }))
        .sum()
}

fn octal(digits: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(digits).ok()?;
    u64::from_str_radix(text.trim_matches(['\0', ' ']), 8).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_at_every_length() {
        for length in [0, 1, 511, 512, 513] {
            let body = vec![7; length];
            let mut archive = Vec::new();
            head(&mut archive, "a/b", length as u64, 5).unwrap();
            archive.extend(&body);
            pad(&mut archive, length as u64).unwrap();
            end(&mut archive).unwrap();
            assert_eq!(archive.len() % BLOCK, 0);
            let mut from = archive.as_slice();
            let (name, size) = next(&mut from).unwrap().unwrap();
            assert_eq!((name.as_str(), size), ("a/b", length as u64));
            let mut read = vec![0; length];
            from.read_exact(&mut read).unwrap();
            skip_padding(&mut from, size).unwrap();
            assert_eq!(read, body);
            assert!(next(&mut from).unwrap().is_none());
        }
    }

    #[test]
    fn sizes_above_eight_gibibytes_read_back() {
        for size in [OCTAL - 1, OCTAL, 40 << 33] {
            let mut archive = Vec::new();
            head(&mut archive, "ledger.db", size, 0).unwrap();
            let read = next(&mut archive.as_slice()).unwrap().unwrap();
            assert_eq!(read.1, size);
        }
    }

    #[test]
    fn a_damaged_head_is_refused() {
        let mut archive = Vec::new();
        head(&mut archive, "key", 3, 0).unwrap();
        for at in [0, 130, 156] {
            let mut damaged = archive.clone();
            damaged[at] ^= 1;
            assert!(next(&mut damaged.as_slice()).is_err(), "{at}");
        }
        assert!(next(&mut &archive[..100]).is_err());
    }
}
