//! What the command knows of the newsletter.

use std::{collections::HashMap, path::PathBuf};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

use crate::{
    cli::{Failure, Session, newsroom::peek},
    config::{self, Config},
    domain::{
        article::ArticleId,
        fault::Fault,
        issue::Frequency,
        overlay::Overlay,
        section::Section,
        topic::{MatchingSettings, Topic},
    },
    source::SourceSettings,
    store::Read as _,
};

/// What the command knows of the newsletter: from its config, or none.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The topics articles are sorted under.
    pub topics: Vec<Topic>,
    /// What their words weigh.
    pub matching: MatchingSettings,
    /// When articles were first seen.
    pub first_seen: HashMap<ArticleId, DateTime<Utc>>,
    /// The config's sources.
    pub sources: Vec<SourceSettings>,
    /// The sections, in their order.
    pub sections: Vec<Section>,
    /// The newsletter's zone.
    pub zone: Tz,
    /// The time of day an issue is made.
    pub at: NaiveTime,
    /// The newsletter's folder.
    pub folder: PathBuf,
    /// What the editor says of the day.
    pub overlay: Option<Overlay>,
    /// What is wrong with that.
    pub overlay_faults: Vec<Fault>,
}

impl Desk {
    /// The newsletter as its config says.
    pub(super) fn of(config: &Config) -> Result<Self, Failure> {
        let ledger = peek(&config.state_folder())?;
        let first_seen = match ledger {
            Some(ledger) => ledger
                .past(Frequency::Daily)?
                .first_seen
                .into_iter()
                .collect(),
            None => HashMap::new(),
        };
        Ok(Self {
            topics: config.topics.clone(),
            matching: config.matching,
            first_seen,
            sources: config.sources.clone(),
            sections: config.sections.clone(),
            zone: config.newsletter.timezone,
            at: config.schedule.at.0,
            folder: config.folder.clone(),
            overlay: None,
            overlay_faults: Vec::new(),
        })
    }

    /// Takes in what the editor says of a day; of the next publishing day without one.
    pub(super) fn edit(&mut self, config: &Config, session: &Session, date: Option<NaiveDate>) {
        let today = session.clock.now().with_timezone(&self.zone).date_naive();
        let next = || config.schedule.next_day(Frequency::Daily, today);
        let Some(date) = date.or_else(next) else {
            return;
        };
        match config::overlay(config, date) {
            Ok(overlay) => self.overlay = overlay,
            Err(faults) => self.overlay_faults = faults,
        }
    }

    /// What the editor says of an article.
    pub(super) fn edited(&self, article: &ArticleId) -> Option<&'static str> {
        let overlay = self.overlay.as_ref()?;
        match (overlay.ban_of(article), overlay.pin_of(article)) {
            (Some(_), _) => Some("banned"),
            (None, Some(_)) => Some("pinned"),
            (None, None) => None,
        }
    }

    /// A folder without config: the default sections, Danish time, 06:00.
    pub fn without_config(folder: PathBuf) -> Self {
        Self {
            topics: Vec::new(),
            matching: MatchingSettings::default(),
            first_seen: HashMap::new(),
            sources: Vec::new(),
            sections: Section::defaults(),
            zone: chrono_tz::Europe::Copenhagen,
            at: NaiveTime::from_hms_opt(6, 0, 0).unwrap_or(NaiveTime::MIN),
            folder,
            overlay: None,
            overlay_faults: Vec::new(),
        }
    }
}
