//! Plans an edit and writes it, again when others write the same file.

use super::{Change, EditError, Keeping};
use crate::roster::folder::Folder;

/// How often an edit begins again when others write the same file.
const TRIES: usize = 5;

/// Plans and writes, and begins again when a file changed in between. What goes is kept first, so that the edit can
/// be taken back. The caller holds the lock that keeps other commands out; this is against editors and version
/// control.
///
/// # Errors
/// What the plan says, or that it cannot be written.
pub fn make(
    folder: &Folder,
    keeping: &Keeping,
    mut plan: impl FnMut() -> Result<Vec<Change>, EditError>,
) -> Result<Vec<Change>, EditError> {
    let mut restless = String::new();
    let mut made = Vec::new();
    let mut tried = None;
    for _ in 0..TRIES {
        let changes = match plan() {
            Ok(changes) => changes,
            // All that was to go went in an earlier try.
            Err(EditError::Refused(_)) if !made.is_empty() => return Ok(made),
            Err(EditError::Refused(faults)) => {
                // A hand read what was added, and saved it with its own.
                return match tried.filter(Change::was_taken_over) {
                    Some(tried) => Ok(vec![tried]),
                    None => Err(EditError::Refused(faults)),
                };
            }
            Err(error) => return Err(error),
        };
        if changes.is_empty() {
            return Ok(made);
        }
        let kept = keeping.keep(&changes)?;
        tried = changes
            .iter()
            .find(|change| change.added().is_some())
            .cloned();
        match apply(changes, &mut made) {
            Ok(None) => return keeping.made(&kept).map(|()| made),
            Ok(Some(shown)) => restless = shown,
            Err(error) => {
                keeping.failed(folder, &kept);
                return Err(error);
            }
        }
        if made.is_empty() {
            Keeping::drop(&kept);
        }
    }
    match tried.filter(Change::was_taken_over) {
        Some(tried) => Ok(vec![tried]),
        None => Err(EditError::Restless(restless)),
    }
}

/// Makes the changes one after the other; gives the file that is no longer as it was read.
fn apply(changes: Vec<Change>, made: &mut Vec<Change>) -> Result<Option<String>, EditError> {
    for change in changes {
        if !change.apply()? {
            return Ok(Some(change.shown));
        }
        made.push(change);
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::roster::{
        edit::{
            Presence, plan_add,
            trial::{draft, folder, keeping},
        },
        known::Known,
    };

    #[test]
    fn a_file_that_changes_under_the_edit_is_never_overwritten() {
        let bo = "[[subscriber]]\nemail = \"bo@k.example\"\n";
        let (_newsletter, folder) = folder(&[("a.toml", bo)]);
        let path = folder.path.join("a.toml");
        let mut tries = 0;
        make(&folder, &keeping(&folder), || {
            let change = plan_add(
                &folder,
                &Known::default(),
                &draft("anna@k.example"),
                None,
                &mut Presence::unread(),
            )?;
            tries += 1;
            if tries == 1 {
                fs::write(&path, format!("# by hand\n{bo}")).unwrap();
            }
            Ok(vec![change])
        })
        .unwrap();
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            format!("# by hand\n{bo}\n[[subscriber]]\nemail = \"anna@k.example\"\n")
        );
        let mut length = 0;
        let result = make(&folder, &keeping(&folder), || {
            let change = plan_add(
                &folder,
                &Known::default(),
                &draft("carl@k.example"),
                None,
                &mut Presence::unread(),
            )?;
            length += 1;
            fs::write(&path, "#".repeat(length)).unwrap();
            Ok(vec![change])
        });
        assert!(matches!(result, Err(EditError::Restless(file)) if file == "subscribers/a.toml"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "#####");
    }

    #[test]
    fn a_reader_whom_a_hand_read_and_saved_with_its_own_was_added() {
        let (_newsletter, folder) = folder(&[("a.toml", "# list\n")]);
        let path = folder.path.join("a.toml");
        let mut tries = 0;
        let made = make(&folder, &keeping(&folder), || {
            let change = plan_add(
                &folder,
                &Known::default(),
                &draft("anna@k.example"),
                None,
                &mut Presence::unread(),
            )?;
            tries += 1;
            if tries == 1 {
                let text = format!("# by hand\n\n{}", change.added().unwrap().trim());
                fs::write(&path, text).unwrap();
            }
            Ok(vec![change])
        });
        assert_eq!((made.unwrap().len(), tries), (1, 1));
        let saved = "# by hand\n\n[[subscriber]]\nemail = \"anna@k.example\"";
        assert_eq!(fs::read_to_string(&path).unwrap(), saved);
        let again = make(&folder, &keeping(&folder), || {
            let known = Known::default();
            let presence = &mut Presence::unread();
            let change = plan_add(&folder, &known, &draft("anna@k.example"), None, presence)?;
            Ok(vec![change])
        });
        assert!(matches!(again, Err(EditError::Refused(_))));
    }
}
