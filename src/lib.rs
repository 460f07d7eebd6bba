#![doc = include_str!("ARCHITECTURE.md")]

pub mod domain;

pub mod compose;
pub mod render;

pub mod letter;
pub mod lint;

pub mod source;
pub mod store;
pub mod transport;

pub mod ledger;
pub mod roster;

pub mod dispatch;
pub mod publish;

pub mod web;

pub mod config;

pub mod cli;
