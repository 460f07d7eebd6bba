//! The demo's issue of 23 November 2026.

use chrono::{NaiveDate, TimeZone as _, Utc};
use overblik::{
    config::Config,
    domain::issue::{Frequency, IssueKey},
    publish::{self, Draft},
    store::Past,
};

use super::demo::Failure;

/// The issue, composed out of the demo's articles.
pub(crate) fn draft(config: &Config) -> Result<Draft, Failure> {
    let key = IssueKey {
        date: NaiveDate::from_ymd_opt(2026, 11, 23).ok_or("no such day")?,
        frequency: Frequency::Daily,
    };
    let cut_off = config.schedule.cut_off(key, config.newsletter.timezone);
    let brief = config.brief();
    let now = Utc
        .with_ymd_and_hms(2026, 11, 23, 5, 0, 0)
        .single()
        .ok_or("no such instant")?;
    let collected = publish::collect(&brief, now);
    Ok(publish::draft(
        &brief.filled(&collected),
        key,
        cut_off,
        &collected.articles,
        &Past::default(),
    )?)
}
