//! A disk as a power cut leaves it, put back from what a program was recorded to do to it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// One thing the program did.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    Write { at: usize, bytes: Vec<u8> },
    Truncate(usize),
    Sync,
    Unlink,
    Rename(PathBuf),
}

/// Reads what `tests/power/record.c` wrote.
pub fn read(log: &Path) -> Vec<(PathBuf, Act)> {
    let bytes = fs::read(log).unwrap();
    let mut rest = bytes.as_slice();
    let mut take = |length: usize| {
        let (taken, left) = rest.split_at(length.min(rest.len()));
        rest = left;
        taken.to_vec()
    };
    let mut acts = Vec::new();
    while let [kind] = take(1)[..] {
        let mut length = || u32::from_ne_bytes(take(4).try_into().unwrap()) as usize;
        let (path, data) = (length(), length());
        let at = u64::from_ne_bytes(take(8).try_into().unwrap()) as usize;
        let path = PathBuf::from(String::from_utf8(take(path)).unwrap());
        let bytes = take(data);
        let act = match kind {
            b'w' => Act::Write { at, bytes },
            b't' => Act::Truncate(at),
            b's' => Act::Sync,
            b'u' => Act::Unlink,
            b'm' => Act::Rename(PathBuf::from(String::from_utf8(bytes).unwrap())),
            other => panic!("a record of kind {other}"),
        };
        acts.push((path, act));
    }
    acts
}

/// Chance that is the same each time (xorshift64*, Vigna 2016).
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, number: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % number
    }
}

#[derive(Debug, Clone, Default)]
struct File {
    synced: Vec<u8>,
    /// Written or cut since the last sync, in order.
    pending: Vec<Act>,
}

/// Files and their names. A file's sync keeps its bytes, its folder's sync its name (`fsync(2)`); of what was not
/// synced each part may be on the disk or not.
#[derive(Debug, Default)]
pub struct Disk {
    files: Vec<File>,
    names: BTreeMap<PathBuf, usize>,
    synced_names: BTreeMap<PathBuf, usize>,
}

impl Disk {
    pub fn act(&mut self, path: &Path, act: &Act) {
        match act {
            Act::Unlink => {
                self.names.remove(path);
            }
            Act::Rename(to) => {
                if let Some(file) = self.names.remove(path) {
                    self.names.insert(to.clone(), file);
                }
            }
            Act::Sync if !self.names.contains_key(path) => {
                let inside = |name: &PathBuf| name.parent() == Some(path);
                self.synced_names.retain(|name, _| !inside(name));
                let now = self.names.iter().filter(|(name, _)| inside(name));
                self.synced_names
                    .extend(now.map(|(name, file)| (name.clone(), *file)));
            }
            Act::Sync => {
                let file = self.file(path);
                for act in std::mem::take(&mut file.pending) {
                    apply(&mut file.synced, &act);
                }
            }
            Act::Write { .. } | Act::Truncate(_) => self.file(path).pending.push(act.clone()),
        }
    }

    fn file(&mut self, path: &Path) -> &mut File {
        let new = self.files.len();
        let number = *self.names.entry(path.to_owned()).or_insert(new);
        if number == new {
            self.files.push(File::default());
        }
        &mut self.files[number]
    }

    /// The files of a folder after the power went.
    pub fn after_the_cut(&self, folder: &Path, chance: &mut Chance) -> BTreeMap<PathBuf, Vec<u8>> {
        let names: BTreeSet<&PathBuf> = self.names.keys().chain(self.synced_names.keys()).collect();
        let mut left = BTreeMap::new();
        for name in names.into_iter().filter(|name| name.starts_with(folder)) {
            let (now, synced) = (self.names.get(name), self.synced_names.get(name));
            let kept = if chance.below(2) == 0 { now } else { synced };
            if let Some(file) = kept {
                let path = name.strip_prefix(folder).unwrap().to_owned();
                left.insert(path, self.files[*file].after_the_cut(chance));
            }
        }
        left
    }
}

impl File {
    fn after_the_cut(&self, chance: &mut Chance) -> Vec<u8> {
        let mut bytes = self.synced.clone();
        // Nothing, all, or any part in any order: disks reorder.
        let mood = chance.below(4);
        for act in &self.pending {
            match (mood, act) {
                (0, _) => {}
                (1, act) => apply(&mut bytes, act),
                (_, Act::Write { at, bytes: new }) => {
                    let sector = if mood == 2 { 512 } else { 4096 };
                    let mut from = 0;
                    while from < new.len() {
                        let to = new.len().min((at + from) / sector * sector + sector - at);
                        if chance.below(2) == 0 {
                            let part = Act::Write {
                                at: at + from,
                                bytes: new[from..to].to_vec(),
                            };
                            apply(&mut bytes, &part);
                        }
                        from = to;
                    }
                }
                (_, act) => {
                    if chance.below(2) == 0 {
                        apply(&mut bytes, act);
                    }
                }
            }
        }
        bytes
    }
}

fn apply(bytes: &mut Vec<u8>, act: &Act) {
    match act {
        Act::Write { at, bytes: new } => {
            bytes.resize(bytes.len().max(at + new.len()), 0);
            bytes[*at..at + new.len()].copy_from_slice(new);
        }
        Act::Truncate(length) => bytes.resize(*length, 0),
        Act::Sync | Act::Unlink | Act::Rename(_) => {}
    }
}
