//! What is answered over the web, in rooms of its own.

pub mod door;
