//! Markdown with front matter: one file, one article.

mod body;
mod fields;

use super::{Entry, Outcome, Refusal, Taken, front_matter, profile, prose::label_line};
use crate::domain::article::{Article, ArticleId, BlockType, Certainty, Origin};

/// Reads one file.
pub(super) fn read(entry: &Entry<'_>) -> Outcome {
    let refusal = |line: usize, reason: String| Refusal {
        path: entry.path.clone(),
        line: Some(line),
        reason,
    };
    let cut = front_matter::cut(&entry.file.text).map_err(|broken| {
        broken
            .into_iter()
            .map(|fault| refusal(fault.line, fault.reason))
            .collect::<Vec<_>>()
    })?;
    let mut article = Article::new(
        ArticleId(entry.id(&entry.stem)),
        String::new(),
        entry.path.clone(),
        entry.settings.name.clone(),
    );
    let mut sheet = fields::Sheet::new(entry, &mut article);
    sheet.fill(&cut.entries);
    let (mut warnings, errors) = sheet.done();
    let mut errors: Vec<Refusal> = errors
        .into_iter()
        .map(|(line, reason)| refusal(line, reason))
        .collect();
    let (blocks, left_out) = body::blocks(cut.body);
    article.body = blocks;
    if left_out > 0 {
        let doubt = "raw HTML with thousands of tags is left out";
        let warning = entry.warning(cut.body_line, doubt);
        warnings.push(warning.remedy("write that part as Markdown"));
    }
    take_title(&mut article, cut.body, cut.body_line);
    if article.title.is_empty()
        && !errors
            .iter()
            .any(|fault| fault.reason.starts_with("`title`"))
    {
        let reason =
            "no title: neither `title` in the front matter nor a first heading `# …`; add one";
        errors.push(refusal(1, reason.into()));
    }
    if !errors.is_empty() {
        errors.sort_by_key(|fault| fault.line);
        return Err(errors);
    }
    if article.body.is_empty() && article.lede.is_none() {
        warnings.push(entry.warning(
            cut.body_line,
            "the article has no text; write a lede or a body",
        ));
    }
    profile::apply(&mut article, entry.settings);
    Ok(Taken { article, warnings })
}

/// The first level-one heading is the title where none is stated, and where it repeats the one stated it is not
/// kept twice.
fn take_title(article: &mut Article, body: &str, body_line: usize) {
    let Some(heading) = body::first_title(body) else {
        return;
    };
    let title = label_line(&heading.text);
    let at = article
        .body
        .iter()
        .position(|block| block.kind == BlockType::Heading && label_line(&block.text) == title);
    if article.title.is_empty() && !title.is_empty() {
        article.title = title;
        let origin = Origin {
            certainty: Certainty::Stated,
            from: "first heading".into(),
            line: Some(body_line + heading.line - 1),
        };
        article.provenance.insert("title", origin);
    } else if title != article.title {
        return;
    }
    if let Some(at) = at {
        article.body.remove(at);
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Copenhagen;

    use super::super::tests::{entry_of, settings};
    use super::*;
    use crate::domain::{
        article::{Author, Block, Image, Kind, Reprint},
        fault::Fault,
    };

    fn read_text(text: &str) -> Result<(Article, Vec<Fault>), Vec<Refusal>> {
        let settings = settings("artikler");
        entry_of(&settings, "artikler/bro.md", "bro", text, read)
            .map(|taken| (taken.article, taken.warnings))
    }

    #[test]
    fn every_field_of_the_front_matter_reaches_the_article() {
        let (article, warnings) = read_text(
            r#"+++
id = "havnebro"
title = "Ny bro over hav\u00ADnen"
lede = "Broen åbner til foråret."
date = 2026-11-20T07:00:00+01:00
kind = "press-release"
section = "nyheder"
theme = "Trafik"
kicker = "ANLÆG"
topics = ["trafik"]
keywords = ["broer", "havne"]
publishers = ["Nordby Kommune"]
authors = [{ name = "Ida Holm", role = "journalist" }, "Bo Lund"]
link = "https://nordby.example/bro"
source_credit = "Nordby Kommune"
priority = 3
embargo = 2026-11-21T06:00:00
expires = 2026-12-01
event_date = "4. maj 2027"
[image]
url = "https://nordby.example/bro.jpg"
caption = "Broen set fra syd"
credit = "Ida Holm"
alt = "En lav bro"
[previously_published]
in = "Brobladet"
date = 2026-11-01
+++
Første afsnit.
"#,
        )
        .unwrap();
        assert_eq!(warnings, []);
        assert_eq!(article.id.0, "artikler/havnebro");
        assert_eq!(article.title, "Ny bro over havnen");
        assert_eq!(article.kind, Kind::PressRelease);
        assert_eq!(
            article
                .published
                .at
                .map(|when| when.to_text(Copenhagen))
                .as_deref(),
            Some("2026-11-20T07:00:00+01:00")
        );
        assert_eq!(
            article
                .embargo
                .map(|when| when.to_text(Copenhagen))
                .as_deref(),
            Some("2026-11-21T06:00:00+01:00")
        );
        assert_eq!(
            article
                .expires
                .map(|when| when.to_text(Copenhagen))
                .as_deref(),
            Some("2026-12-01")
        );
        assert_eq!(
            article.event_date.map(|date| date.to_string()).as_deref(),
            Some("2027-05-04")
        );
        assert_eq!(
            article.authors,
            [
                Author {
                    name: "Ida Holm".into(),
                    role: Some("journalist".into())
                },
                Author {
                    name: "Bo Lund".into(),
                    role: None
                },
            ]
        );
        assert_eq!(
            article.image,
            Some(Image {
                url: Some("https://nordby.example/bro.jpg".into()),
                caption: Some("Broen set fra syd".into()),
                credit: Some("Ida Holm".into()),
                alt: Some("En lav bro".into()),
                ..Image::default()
            })
        );
        assert_eq!(
            article.previously_published,
            Some(Reprint {
                medium: "Brobladet".into(),
                date: "2026-11-01".parse().ok()
            })
        );
        assert_eq!(article.priority, 3);
        assert_eq!(
            article.body,
            [Block::text(BlockType::Paragraph, "Første afsnit.")]
        );
        assert_eq!(article.provenance["title"].line, Some(3));
        assert_eq!(
            article.provenance["keywords"].from,
            "front matter `keywords`"
        );
    }

    #[test]
    fn yaml_front_matter_and_a_heading_as_title_are_enough() {
        let (article, _) = read_text(
            "---\ndate: 2026-11-20\nimage: https://a.example/b.png\n---\n\n# Ny bro\n\nTekst.\n",
        )
        .unwrap();
        assert_eq!(article.title, "Ny bro");
        assert_eq!(article.provenance["title"].line, Some(6));
        assert_eq!(article.id.0, "artikler/bro");
        assert_eq!(article.lede, None);
        assert_eq!(
            article.image.unwrap().url.as_deref(),
            Some("https://a.example/b.png")
        );
        assert_eq!(article.body, [Block::text(BlockType::Paragraph, "Tekst.")]);
    }

    #[test]
    fn all_faults_of_a_file_are_named_together_with_their_lines() {
        let refused = read_text(
            "+++\ntitle = 7\ndate = 2999-01-01\nkind = \"nyhed\"\ntopics = \"trafik\"\ndraft = \"ja\"\n+++\nTekst.\n",
        )
        .unwrap_err();
        let lines: Vec<_> = refused.iter().filter_map(|fault| fault.line).collect();
        assert_eq!(lines, [2, 3, 4, 5, 6], "{refused:#?}");
        let refused = read_text("+++\ndate = 0001-01-01\n+++\nTekst.\n").unwrap_err();
        assert_eq!(refused.len(), 2, "{refused:#?}");
    }

    #[test]
    fn an_unknown_key_is_a_warning_that_names_the_nearest() {
        let (_, warnings) =
            read_text("+++\ntitle = \"Ny bro\"\nkeyword = [\"a\"]\n+++\nTekst.\n").unwrap();
        assert_eq!(warnings.len(), 1);
        assert_eq!(
            (warnings[0].line, warnings[0].key.as_deref()),
            (Some(3), Some("keyword"))
        );
        assert!(
            warnings[0]
                .remedy
                .as_deref()
                .unwrap()
                .contains("`keywords`")
        );
    }

    #[test]
    fn only_absolute_web_addresses_are_taken() {
        let (article, warnings) = read_text(
            "+++\ntitle = \"Ny bro\"\nlink = \"javascript:alert(1)\"\nimage = \"/bro.jpg\"\n+++\nTekst.\n",
        )
        .unwrap();
        assert_eq!((article.link, article.image), (None, None));
        assert_eq!(warnings.len(), 2);
    }

    #[test]
    fn a_piece_without_any_title_is_refused() {
        assert!(
            read_text("Tekst uden overskrift.\n").unwrap_err()[0]
                .reason
                .contains("no title")
        );
        assert!(
            read_text("+++\ntitle = \"  \"\n+++\nTekst.\n").unwrap_err()[0]
                .reason
                .contains("title")
        );
    }
}
