//! What the tests of edits share.

use std::fs;

use super::{Change, Draft, EditError, Keeping, Presence, make, plan_add, plan_remove};
use crate::{
    domain::address::Address,
    roster::{Folder, Known, SubscribersSettings},
};

pub(super) fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, Folder) {
    let newsletter = tempfile::tempdir().unwrap();
    let folder = Folder::of(newsletter.path(), &SubscribersSettings::default())
        .with_copies(newsletter.path().join("state/undo"));
    fs::create_dir(&folder.path).unwrap();
    for (name, text) in files {
        fs::write(folder.path.join(name), text).unwrap();
    }
    (newsletter, folder)
}

pub(super) fn draft(email: &str) -> Draft {
    Draft {
        email: email.into(),
        ..Draft::default()
    }
}

/// Copies kept in a folder beside the subscriber files.
pub(super) fn keeping(folder: &Folder) -> Keeping {
    Keeping {
        folder: folder.path.join("../state/undo"),
        act: "add".into(),
        at: chrono::DateTime::UNIX_EPOCH,
    }
}

pub(super) fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

pub(super) fn refusals(result: Result<Change, EditError>) -> Vec<String> {
    match result {
        Err(EditError::Refused(faults)) => faults.iter().map(ToString::to_string).collect(),
        other => panic!("{other:?}"),
    }
}

pub(super) fn add(folder: &Folder, email: &str) -> Result<Vec<Change>, EditError> {
    make(folder, &keeping(folder), || {
        Ok(vec![plan_add(
            folder,
            &Known::default(),
            &draft(email),
            None,
            &mut Presence::unread(),
        )?])
    })
}

pub(super) fn remove(folder: &Folder, email: &str) -> Result<Vec<Change>, EditError> {
    make(folder, &keeping(folder), || {
        plan_remove(folder, &Known::default(), &address(email))
    })
}
