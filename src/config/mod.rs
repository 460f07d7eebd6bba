//! Gathers the settings that stand beside what they configure.
//!
//! Four layers, each over the one before: the defaults of the types, `config/default.toml`, `config/NAME.toml`, and
//! the environment's variables (`OVERBLIK__STATE__PATH` is `state.path`). Tables are laid over each other key by
//! key; a list, and an array of tables, is replaced whole. Every fault of every layer is found in one go, each with
//! its file, line and key; a value that is refused is replaced by a sound one so that the next fault is found too.

mod dkim;
mod files;
mod key;
mod known;
mod layer;
mod mending;
mod overlay;
mod rules;
mod smtp;
mod texts;
mod typed;
mod variables;
mod words;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

pub use files::folder_of;
pub use overlay::{DayFile, day_files, overlay};

use self::typed::Reading;
use crate::{
    compose::SelectionSettings,
    dispatch::LimitSettings,
    domain::{
        ad::Ad,
        block::BlockSettings,
        fault::Fault,
        newsletter::Newsletter,
        overlay::IssuesSettings,
        publisher::Publisher,
        schedule::{RunSettings, Schedule},
        secret::{MASK, names_a_secret},
        section::Section,
        theme::Theme,
        topic::{MatchingSettings, Topic},
    },
    ledger::RetrySettings,
    letter::settings::{BounceSettings, DkimSettings, UnsubscribeSettings},
    lint::LintSettings,
    publish::{AlertSettings, Archive, Brief, GuardSettings, PublicSettings},
    render::Look,
    roster::{Folder, Known, SubscribersSettings},
    source::{SourceSettings, pictures::PictureSettings},
    store::{StateSettings, state::StateFolder},
    transport::TransportSettings,
    web::door::ServeSettings,
};

/// Everything the config says, typed and checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The newsletter's folder: the one that holds the config folder. Relative paths start here.
    pub folder: PathBuf,
    /// `[newsletter]`
    pub newsletter: Newsletter,
    /// `[schedule]`
    pub schedule: Schedule,
    /// `[run]`
    pub run: RunSettings,
    /// `[selection]`
    pub selection: SelectionSettings,
    /// `[guards]`
    pub guards: GuardSettings,
    /// `[alerts]`
    pub alerts: AlertSettings,
    /// `[lint]`
    pub lint: LintSettings,
    /// `[unsubscribe]`
    pub unsubscribe: UnsubscribeSettings,
    /// `[serve]`
    pub serve: ServeSettings,
    /// `[bounce]`
    pub bounce: BounceSettings,
    /// `[dkim]`
    pub dkim: DkimSettings,
    /// `[transport]`
    pub transport: TransportSettings,
    /// `[limits]`
    pub limits: LimitSettings,
    /// `[retry]`
    pub retry: RetrySettings,
    /// `[subscribers]`
    pub subscribers: SubscribersSettings,
    /// `[issues]`
    pub issues: IssuesSettings,
    /// `[public]`
    pub public: PublicSettings,
    /// `[state]`
    pub state: StateSettings,
    /// `[matching]`
    pub matching: MatchingSettings,
    /// `[pictures]`
    pub pictures: PictureSettings,
    /// `[[source]]`
    pub sources: Vec<SourceSettings>,
    /// `[theme]`, with the newsletter's own words.
    pub look: Look,
    /// `[[section]]`
    pub sections: Vec<Section>,
    /// `[[topic]]`
    pub topics: Vec<Topic>,
    /// `[[publisher]]`
    pub publishers: Vec<Publisher>,
    /// `[[ad]]`
    pub ads: Vec<Ad>,
    /// `[[block]]`
    pub blocks: Vec<BlockSettings>,
}

/// Reads the layers of a config folder, the one named `env` and the variables over it, as one [`Config`].
///
/// # Errors
/// Every fault of every layer, file by file, line by line.
pub fn load(
    config_dir: &Path,
    env: Option<&str>,
    variables: impl Iterator<Item = (String, String)>,
) -> Result<Config, Vec<Fault>> {
    let files::Found {
        mut layers,
        mut faults,
        torn,
        base,
    } = files::read(config_dir, env);
    let (variables, unknown) = variables::layer(variables);
    layers.push(variables);
    faults.extend(unknown);
    for layer in &mut layers {
        faults.extend(layer.take_unknown());
    }
    let merged = match merge(&layers) {
        Ok(merged) => merged,
        Err(error) => {
            faults.push(Fault::error(format!(
                "the layers cannot be merged: {error}"
            )));
            return Err(faults);
        }
    };
    let mut reading = Reading::new(layers, merged, base, faults, torn);
    let config = read(folder_of(config_dir), &mut reading);
    if let Some(config) = &config {
        rules::check(config, &mut reading);
    }
    let faults = reading.into_faults();
    match config {
        Some(config) if faults.is_empty() => Ok(config),
        _ => Err(faults),
    }
}

/// What the layers say together; a later one wins.
fn merge(layers: &[layer::Layer]) -> Result<Value, config::ConfigError> {
    layers
        .iter()
        .cloned()
        .fold(config::Config::builder(), |builder, layer| {
            builder.add_source(layer)
        })
        .build()?
        .try_deserialize()
}

fn read(folder: PathBuf, reading: &mut Reading) -> Option<Config> {
    // All tables are read before any is missed, so that the faults of all are found.
    let newsletter = reading.take("newsletter");
    let schedule = reading.take("schedule");
    let run = reading.take("run");
    let selection = reading.take("selection");
    let guards = reading.take("guards");
    let alerts = reading.take("alerts");
    let lint = reading.take("lint");
    let unsubscribe = reading.take("unsubscribe");
    let serve = reading.take("serve");
    let bounce = reading.take("bounce");
    let dkim = reading.take("dkim");
    let transport = reading.take("transport");
    let limits = reading.take("limits");
    let retry = reading.take("retry");
    let subscribers = reading.take("subscribers");
    let issues = reading.take("issues");
    let public = reading.take("public");
    let state = reading.take("state");
    let matching = reading.take("matching");
    let look = look(&folder, reading.take("theme"), reading);
    let pictures = reading.take("pictures");
    let sources = reading.take("source");
    let sections: Option<Vec<Section>> = reading.take("section");
    let topics = reading.take("topic");
    let publishers = reading.take("publisher");
    let ads = reading.take("ad");
    let blocks = reading.take("block");
    Some(Config {
        folder,
        newsletter: newsletter?,
        schedule: schedule?,
        run: run?,
        selection: selection?,
        guards: guards?,
        alerts: alerts?,
        lint: lint?,
        unsubscribe: unsubscribe?,
        serve: serve?,
        bounce: bounce?,
        dkim: dkim?,
        transport: transport?,
        limits: limits?,
        retry: retry?,
        subscribers: subscribers?,
        issues: issues?,
        public: public?,
        state: state?,
        matching: matching?,
        look: look?,
        pictures: pictures?,
        sources: sources?,
        sections: match sections? {
            none if none.is_empty() => Section::defaults(),
            stated => stated,
        },
        topics: topics?,
        publishers: publishers?,
        ads: ads?,
        blocks: blocks?,
    })
}

/// The theme with the newsletter's own words.
fn look(folder: &Path, theme: Option<Theme>, reading: &mut Reading) -> Option<Look> {
    let theme = theme?;
    let wording = texts::read(folder, &theme.texts, reading)?;
    Some(Look { theme, wording })
}

impl Config {
    /// A path of the config, from the newsletter's folder; an absolute one stays as it is.
    pub fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        // The working folder itself is not shown: `state/key`, not `./state/key`.
        if self.folder == Path::new(".") && !relative.as_ref().as_os_str().is_empty() {
            return relative.as_ref().to_owned();
        }
        self.folder.join(relative)
    }

    /// What it says of an issue, before the editor has said anything of its day.
    pub fn brief(&self) -> Brief<'_> {
        Brief {
            folder: &self.folder,
            newsletter: &self.newsletter,
            selection: &self.selection,
            sections: &self.sections,
            topics: &self.topics,
            matching: &self.matching,
            look: &self.look,
            publishers: &self.publishers,
            ads: &self.ads,
            lint: &self.lint,
            blocks: &self.blocks,
            filled: &[],
            pictures: &self.pictures,
            shown: None,
            sources: &self.sources,
            require_consent: self.subscribers.require_consent,
            overlay: None,
            baseline: None,
            consent_texts: &self.subscribers.consent_texts,
        }
    }

    /// What subscriber entries may name.
    pub fn known(&self) -> Known {
        Known {
            topics: Some(self.topics.iter().map(|topic| topic.id.clone()).collect()),
            sections: Some(
                self.sections
                    .iter()
                    .map(|section| section.id.clone())
                    .collect(),
            ),
            language: self.newsletter.language,
            default_topics: Vec::new(),
            consent_texts: self.subscribers.consent_texts.clone(),
        }
    }

    /// Where the subscriber files lie.
    pub fn subscribers_folder(&self) -> Folder {
        Folder::of(&self.folder, &self.subscribers).with_copies(self.state_folder().undo())
    }

    /// The archive, where the newsletter has one.
    pub fn archive(&self) -> Option<Archive<'_>> {
        Archive::of(&self.newsletter, &self.path(&self.public.path))
    }

    /// Where what must outlive a run lies.
    pub fn state_folder(&self) -> StateFolder {
        let key_file = self
            .newsletter
            .key_file
            .as_ref()
            .map(|file| self.path(file));
        let old = self.newsletter.old_key_files.iter();
        StateFolder::new(self.path(&self.state.path), key_file)
            .with_key(self.newsletter.key.clone())
            .with_old_keys(old.map(|file| self.path(file)).collect())
    }

    /// Everything the config says, defaults filled in and secrets masked, in the shape of its files.
    pub fn effective(&self) -> Value {
        let mut effective = json!({
            "newsletter": self.newsletter,
            "schedule": self.schedule,
            "run": self.run,
            "selection": self.selection,
            "guards": self.guards,
            "alerts": self.alerts,
            "lint": self.lint,
            "unsubscribe": self.unsubscribe,
            "serve": self.serve,
            "bounce": self.bounce,
            "dkim": self.dkim,
            "transport": self.transport,
            "limits": self.limits,
            "retry": self.retry,
            "subscribers": self.subscribers,
            "issues": self.issues,
            "public": self.public,
            "state": self.state,
            "matching": self.matching,
            "theme": self.look.theme,
            "pictures": self.pictures,
            "source": self.sources,
            "section": self.sections,
            "topic": self.topics,
            "publisher": self.publishers,
            "ad": self.ads,
            "block": self.blocks,
        });
        mask(&mut effective);
        effective
    }

    /// [`Config::effective`] as a config file would say it; keys without a value are left out.
    pub fn effective_toml(&self) -> String {
        let effective = self.effective();
        let mut text = String::new();
        for table in known::TABLES {
            // An empty list would be read as a key of the table above it; leaving it out says the same.
            let value = &effective[table];
            let is_empty = value.as_array().is_some_and(Vec::is_empty)
                || value.as_object().is_some_and(serde_json::Map::is_empty);
            if is_empty {
                continue;
            }
            let stated = json!({ table: without_nulls(&effective[table]) });
            // What has passed through the types is texts, numbers and tables of them: all of it is TOML.
            let written = toml::to_string(&stated).unwrap_or_default();
            if !text.is_empty() && !written.is_empty() {
                text.push('\n');
            }
            text.push_str(&written);
        }
        text
    }
}

/// Hides every value whose key says that it is secret.
fn mask(value: &mut Value) {
    match value {
        Value::Object(table) => {
            for (key, inner) in table {
                if names_a_secret(key)
                    && !(inner.is_null() || inner.is_array() || inner.is_object())
                {
                    *inner = Value::from(MASK);
                } else {
                    mask(inner);
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(mask),
        _ => {}
    }
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(table) => table
            .iter()
            .filter(|(_, inner)| !inner.is_null())
            .map(|(key, inner)| (key.clone(), without_nulls(inner)))
            .collect(),
        Value::Array(list) => list.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests;
