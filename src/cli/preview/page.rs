//! The editor's desk as a page: the same as a file beside the letters, and served.

use askama::Template;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Serialize;

use super::shown::Shown;
use crate::domain::{key::sha256, language::Language};

const SCRIPT: &str = include_str!("../../../templates/preview/desk.js");
const STYLE: &str = include_str!("../../../templates/preview/desk.css");

#[derive(Template)]
#[template(path = "preview/desk.html")]
struct Desk<'a> {
    lang: &'a str,
    title: &'a str,
    policy: String,
    style: &'a str,
    script: &'a str,
    data: String,
    files: &'a [Shown],
}

/// What the page may do: run its own script, ask its own server, show the letters and their pictures.
pub(super) fn policy() -> String {
    let hash = STANDARD.encode(sha256(SCRIPT.as_bytes()));
    format!(
        "default-src 'none'; script-src 'sha256-{hash}'; style-src 'unsafe-inline'; img-src http: https: data:; \
         connect-src 'self'; base-uri 'none'; form-action 'none'"
    )
}

/// The page with a document in it, as HTML; with the letters whose files lie beside it.
pub(super) fn page(
    language: Language,
    title: &str,
    data: &impl Serialize,
    files: &[Shown],
) -> Result<String, askama::Error> {
    // Texts, numbers and lists of them: serialising them cannot fail. No `<` of a letter ends the script it stands in.
    let data = serde_json::to_string(data)
        .unwrap_or_default()
        .replace('<', "\\u003c");
    Desk {
        lang: language.tag(),
        title,
        policy: policy(),
        style: STYLE,
        script: SCRIPT,
        data,
        files,
    }
    .render()
}
