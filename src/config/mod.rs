//! Gathers the settings that stand beside what they configure.

use std::path::PathBuf;

use crate::{
    compose::SelectionSettings,
    domain::{
        ad::Ad, newsletter::Newsletter, publisher::Publisher, schedule::Schedule, section::Section,
        topic::Topic,
    },
    letter::settings::{BounceSettings, UnsubscribeSettings},
    publish::GuardSettings,
    roster::SubscribersSettings,
    source::SourceSettings,
    store::StateSettings,
    transport::TransportSettings,
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
    /// `[selection]`
    pub selection: SelectionSettings,
    /// `[guards]`
    pub guards: GuardSettings,
    /// `[unsubscribe]`
    pub unsubscribe: UnsubscribeSettings,
    /// `[bounce]`
    pub bounce: BounceSettings,
    /// `[transport]`
    pub transport: TransportSettings,
    /// `[subscribers]`
    pub subscribers: SubscribersSettings,
    /// `[state]`
    pub state: StateSettings,
    /// `[[source]]`
    pub sources: Vec<SourceSettings>,
    /// `[[section]]`
    pub sections: Vec<Section>,
    /// `[[topic]]`
    pub topics: Vec<Topic>,
    /// `[[publisher]]`
    pub publishers: Vec<Publisher>,
    /// `[[ad]]`
    pub ads: Vec<Ad>,
}
