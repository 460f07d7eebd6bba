//! The nouns of a newsletter and their laws: no I/O, no randomness, no clock but the trait.
//!
//! Everything above speaks in these types. What comes from outside is parsed into them once, at the
//! edge; inside, no `String` that means something travels untyped.

pub mod ad;
pub mod address;
pub mod article;
pub mod block;
pub mod calendar;
pub mod clock;
pub mod consent;
pub mod delivery;
pub mod doubt;
pub mod enhanced_code;
pub mod fault;
pub mod fingerprint;
pub mod issue;
pub mod key;
pub mod language;
pub mod mail_domain;
pub mod newsletter;
pub mod overlay;
pub mod picture;
pub mod piece;
pub mod publisher;
pub mod rate;
pub mod schedule;
pub mod secret;
pub mod section;
pub mod subscriber;
pub mod suppression;
pub mod theme;
pub mod topic;
pub mod trim;
pub mod warm_up;
pub mod words;
