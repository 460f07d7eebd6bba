//! Renders an issue into pieces, HTML and text from the same digest.
