//! What is wrong with the editor's day files, today's and those to come.

use crate::{
    cli::Session,
    config::{self, Config, DayFile},
    domain::{
        article::ArticleId, fault::Fault, issue::Frequency, overlay::Overlay, schedule::Says,
    },
    source::Collected,
};

/// Every fault of every day file; files of days that are over are not looked into.
pub(super) fn faults(session: &Session, config: &Config, collected: &Collected) -> Vec<Fault> {
    let zone = config.newsletter.timezone;
    let today = session.clock.now().with_timezone(&zone).date_naive();
    let (files, mut faults) = config::day_files(config);
    for file in files.into_iter().filter(|file| file.date >= today) {
        match &file.overlay {
            Ok(overlay) => {
                let ids: Vec<&ArticleId> = collected
                    .articles
                    .iter()
                    .map(|article| &article.id)
                    .collect();
                faults.extend(overlay.faults(&ids));
                faults.extend(no_issue(config, &file, overlay));
                faults.extend(held(overlay));
            }
            Err(wrong) => faults.extend(wrong.iter().cloned()),
        }
    }
    faults
}

/// A file whose day has no issue at all.
fn no_issue(config: &Config, file: &DayFile, overlay: &Overlay) -> Option<Fault> {
    let schedule = &config.schedule;
    let language = config.newsletter.language;
    if schedule.publishes(Frequency::Weekly, file.date) {
        return None;
    }
    match schedule.says(Frequency::Daily, file.date, language) {
        Says::Publishes(_) => None,
        Says::Rests(why) => Some(
            Fault::warning(format!("no issue is due that day ({why})"))
                .in_file(overlay.path.clone())
                .remedy("name the file after the day meant; `overblik schedule` shows them"),
        ),
    }
}

/// A hold is meant, and easily forgotten.
fn held(overlay: &Overlay) -> Option<Fault> {
    let reason = overlay.hold.as_ref()?;
    Some(
        Fault::warning(format!("the day's issues are held: {reason}"))
            .in_file(overlay.path.clone())
            .for_key("hold")
            .remedy("take the line out to let them go"),
    )
}
