//! Records kept aside while an issue is made: in memory as long as they are few, then in a file without a name that
//! ends with the process.

use std::{
    io::{self, BufReader, BufWriter, Read, Seek as _, Write},
    path::Path,
};

use tempfile::SpooledTempFile;

/// As much is kept in memory: some ten thousand readers.
const IN_MEMORY: usize = 1024 * 1024;
const BUFFER: usize = 64 * 1024;

/// Records being written, one after another.
#[derive(Debug)]
pub(super) struct Spool {
    file: BufWriter<SpooledTempFile>,
    records: u64,
}

impl Spool {
    /// An empty one; its file, when it needs one, lies in a folder.
    pub(super) fn new(folder: &Path) -> Self {
        let file = tempfile::spooled_tempfile_in(IN_MEMORY, folder);
        Self {
            file: BufWriter::with_capacity(BUFFER, file),
            records: 0,
        }
    }

    /// Forgets every record.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_mut().rewind()?;
        self.file.get_mut().set_len(0)?;
        self.records = 0;
        Ok(())
    }

    /// Adds a record.
    pub(super) fn push(&mut self, record: &Record) -> io::Result<()> {
        let length = u32::try_from(record.0.len()).map_err(io::Error::other)?;
        self.file.write_all(&length.to_be_bytes())?;
        self.file.write_all(&record.0)?;
        self.records += 1;
        Ok(())
    }

    /// How many records there are.
    pub(super) fn len(&self) -> u64 {
        self.records
    }

    /// Begins to read them in order.
    pub(super) fn read(self) -> io::Result<Reading> {
        let mut file = self.file.into_inner().map_err(io::Error::from)?;
        file.rewind()?;
        Ok(Reading {
            file: BufReader::with_capacity(BUFFER, file),
            left: self.records,
            record: Vec::new(),
        })
    }
}

/// Records being read.
#[derive(Debug)]
pub(super) struct Reading {
    file: BufReader<SpooledTempFile>,
    left: u64,
    record: Vec<u8>,
}

impl Reading {
    /// How many are still to come.
    pub(super) fn left(&self) -> u64 {
        self.left
    }

    /// The next record's fields.
    pub(super) fn next(&mut self) -> io::Result<Option<Fields<'_>>> {
        if self.left == 0 {
            return Ok(None);
        }
        let mut length = [0; 4];
        self.file.read_exact(&mut length)?;
        self.record.resize(u32::from_be_bytes(length) as usize, 0);
        self.file.read_exact(&mut self.record)?;
        self.left -= 1;
        Ok(Some(Fields(&self.record)))
    }
}

/// A record being put together.
#[derive(Debug, Default)]
pub(super) struct Record(Vec<u8>);

impl Record {
    /// Begins anew.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn octets<const N: usize>(&mut self, octets: [u8; N]) {
        self.0.extend_from_slice(&octets);
    }

    pub(super) fn number(&mut self, number: u32) {
        self.octets(number.to_be_bytes());
    }

    pub(super) fn text(&mut self, text: &str) {
        // No line of a subscriber file is that long.
        self.number(u32::try_from(text.len()).unwrap_or(u32::MAX));
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Puts a whole record in as one field.
    pub(super) fn record(&mut self, record: &Self) {
        self.number(u32::try_from(record.0.len()).unwrap_or(u32::MAX));
        self.0.extend_from_slice(&record.0);
    }

    /// Goes on with the fields of another.
    pub(super) fn append(&mut self, fields: Fields<'_>) {
        self.0.extend_from_slice(fields.0);
    }

    pub(super) fn fields(&self) -> Fields<'_> {
        Fields(&self.0)
    }
}

/// What is left of a record; read in the order in which it was put together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    /// What is left, as it was written.
    pub(super) fn rest(self) -> &'a [u8] {
        self.0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn octets<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let (octets, rest) = self.0.split_first_chunk().ok_or_else(torn)?;
        self.0 = rest;
        Ok(*octets)
    }

    pub(super) fn number(&mut self) -> io::Result<u32> {
        Ok(u32::from_be_bytes(self.octets()?))
    }

    pub(super) fn text(&mut self) -> io::Result<&'a str> {
        str::from_utf8(self.record()?.0).map_err(|_| torn())
    }

    pub(super) fn record(&mut self) -> io::Result<Self> {
        let length = self.number()? as usize;
        let (record, rest) = self.0.split_at_checked(length).ok_or_else(torn)?;
        self.0 = rest;
        Ok(Self(record))
    }
}

pub(super) fn torn() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "what was kept aside is damaged")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_in_order_from_memory_and_from_a_file() {
        let folder = tempfile::tempdir().unwrap();
        for records in [0, 3, 100_000] {
            let mut spool = Spool::new(folder.path());
            let mut record = Record::default();
            record.text("void");
            spool.push(&record).unwrap();
            spool.clear().unwrap();
            for number in 0..records {
                record.clear();
                record.number(number);
                record.text(&format!("reader {number}"));
                record.octets([7; 3]);
                spool.push(&record).unwrap();
            }
            assert_eq!(spool.len(), u64::from(records));
            let mut reading = spool.read().unwrap();
            for number in 0..records {
                let mut fields = reading.next().unwrap().unwrap();
                assert_eq!(fields.number().unwrap(), number);
                assert_eq!(fields.text().unwrap(), format!("reader {number}"));
                assert_eq!(fields.octets().unwrap(), [7; 3]);
                assert!(fields.octets::<1>().is_err());
            }
            assert!(reading.next().unwrap().is_none());
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
