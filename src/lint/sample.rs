//! A small sound issue, for the tests of this floor.

use chrono::{NaiveDate, TimeZone as _, Utc};

use super::{Before, Finding, LinkAnswer, LintSettings, Look, Rendered, Rule, lint};
use crate::domain::{
    ad::Ad,
    article::{Article, ArticleId, Kind},
    issue::{Digest, Frequency, IssueKey, Item},
    newsletter::{ListId, Mailbox, Newsletter},
    picture::OwnPictures,
    piece::Slot,
    publisher::Publisher,
    section::{Section, SectionId},
    theme::Limits,
    trim::Trim,
};

/// An issue and what it is held against.
pub(super) struct Day {
    pub(super) digest: Digest,
    pub(super) newsletter: Newsletter,
    pub(super) publishers: Vec<Publisher>,
    pub(super) ads: Vec<Ad>,
    pub(super) rendered: Rendered,
    pub(super) before: Option<Before>,
    pub(super) answers: Vec<LinkAnswer>,
    pub(super) settings: LintSettings,
}

impl Day {
    /// An issue that no rule has a word against.
    pub(super) fn sound() -> Self {
        Self {
            digest: digest(),
            newsletter: newsletter(),
            publishers: vec![Publisher {
                name: "Redaktionen".into(),
                blurb: None,
                url: None,
                logo: None,
                desk: true,
                areas: Vec::new(),
                counters: Vec::new(),
            }],
            ads: Vec::new(),
            rendered: rendered(),
            before: None,
            answers: Vec::new(),
            settings: LintSettings::default(),
        }
    }

    /// What is found.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let look = Look {
            digest: &self.digest,
            newsletter: &self.newsletter,
            publishers: &self.publishers,
            ads: &self.ads,
            editions: std::slice::from_ref(&self.rendered),
            before: self.before.as_ref(),
            answers: &self.answers,
            limits: Limits::default(),
        };
        let found = lint(&look, &self.settings);
        for finding in &found {
            assert!(finding.fault.remedy.is_some(), "{finding}");
        }
        found
    }

    /// The rules that found something.
    pub(super) fn rules(&self) -> Vec<Rule> {
        self.findings().iter().map(|finding| finding.rule).collect()
    }
}

fn digest() -> Digest {
    let item = |rank, id: &str, title: &str| {
        let mut article = Article::new(
            ArticleId(format!("artikler/{id}")),
            title,
            format!("articles/{id}.md"),
            "artikler",
        );
        article.kind = Kind::News;
        article.lede = Some("Byrådet har sagt ja, og arbejdet begynder mandag.".into());
        article.publishers = vec!["Skovby Kommune".into()];
        Item {
            article,
            section: SectionId("nyheder".into()),
            topics: Vec::new(),
            rank,
            sources: Vec::new(),
            related: Vec::new(),
            renews: None,
        }
    };
    Digest {
        pictures: OwnPictures::new(),
        blocks: Vec::new(),
        last_subjects: Vec::new(),
        key: IssueKey {
            date: NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(),
            frequency: Frequency::Daily,
        },
        covers_from: Utc.with_ymd_and_hms(2026, 11, 20, 5, 0, 0).unwrap(),
        cut_off: Utc.with_ymd_and_hms(2026, 11, 23, 5, 0, 0).unwrap(),
        sections: Section::defaults(),
        items: vec![
            item(0, "et", "Skovby bygger en bro af gammelt træ"),
            item(1, "to", "Biblioteket holder åbent om natten"),
            item(2, "tre", "Svømmehallen bliver varmet af mælk"),
        ],
        ads: Vec::new(),
        card: None,
        intro: None,
        subject: None,
        trim: Trim::Nothing,
        verdicts: Vec::new(),
    }
}

fn newsletter() -> Newsletter {
    Newsletter {
        old_key_files: Vec::new(),
        archive_url: None,
        name: "Fællesbladet".into(),
        list_id: ListId::parse("nyt.bladet.example").unwrap(),
        from: Mailbox::parse("nyt@bladet.example").unwrap(),
        reply_to: None,
        base_url: "https://bladet.example/".parse().unwrap(),
        language: crate::domain::language::Language::Da,
        timezone: chrono_tz::Europe::Copenhagen,
        postal_address: Some("Havnegade 7, 5000 Odense C".into()),
        cvr: None,
        publisher: None,
        editor: None,
        privacy_url: None,
        intro: None,
        key: None,
        key_file: None,
    }
}

fn rendered() -> Rendered {
    let leave = Slot::Unsubscribe.mark();
    Rendered {
        name: "all",
        subject: "Skovby bygger en bro af gammelt træ".into(),
        preheader: "Biblioteket holder åbent om natten · Svømmehallen bliver varmet af mælk".into(),
        html: format!(
            "<!DOCTYPE html><html lang=da><body bgcolor=\"#fff\" style=\"color:#111;background-color:#fff\">\
             <h1><a href=\"https://bladet.example/\">Fællesbladet</a></h1><h2>Nyheder</h2><h3>Skovby bygger en bro af gammelt&nbsp;træ</h3>\
             <p><a href=\"{leave}\">Afmeld brevet</a></p><p>Havnegade 7, 5000 Odense C</p>"
        ),
        html_bytes: 20_000,
        text: format!(
            "FÆLLESBLADET\n============\nhttps://bladet.example/\n\nNYHEDER\n------------\nSkovby bygger en bro\naf gammelt træ\n\n\
             Afmeld:\n{leave}\nHavnegade 7, 5000 Odense C\n"
        ),
    }
}

#[test]
fn a_sound_issue_has_nothing_said_against_it() {
    assert_eq!(Day::sound().findings(), []);
}

#[test]
fn a_finding_is_a_fault_with_its_rule_and_article() {
    let mut day = Day::sound();
    day.digest.items[2].article.title = "KÃ¸benhavn".into();
    let found = day.findings();
    let [finding] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!(
        finding.to_string(),
        "error: articles/tre.md: `title`: `artikler/tre`: `Ã¸` is a letter read in the wrong encoding: KÃ¸benhavn (`lint.mojibake`)\n  \
         hint: save the file as UTF-8, or write the letter anew"
    );
    let json = serde_json::to_value(finding).unwrap();
    for (key, value) in [
        ("rule", "mojibake"),
        ("article", "artikler/tre"),
        ("path", "articles/tre.md"),
        ("key", "title"),
        ("severity", "error"),
    ] {
        assert_eq!(json[key], value, "{key}");
    }
}

#[test]
fn a_rule_is_as_hard_as_config_says() {
    use super::Level;
    let mut day = Day::sound();
    day.digest.items[2].article.title = "KÃ¸benhavn".into();
    day.settings.mojibake = Level::Warn;
    assert!(!day.findings()[0].is_error());
    day.settings.mojibake = Level::Off;
    assert_eq!(day.rules(), []);
}

#[test]
fn what_holds_the_issue_comes_first() {
    let mut day = Day::sound();
    day.digest.items[0].article.lede = Some("Det går (godt.".into());
    day.digest.items[2].article.title = String::new();
    assert_eq!(day.rules(), [Rule::EmptyTitle, Rule::Quotes]);
}

#[test]
fn the_days_own_words_are_looked_over_too() {
    let mut day = Day::sound();
    day.digest.intro = Some("God morgen (fra redaktionen.".into());
    let found = day.findings();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].fault.key.as_deref(), Some("intro"));
}

proptest::proptest! {
    #[test]
    fn rubbish_is_looked_over_and_nothing_breaks(
        words in proptest::prelude::any::<[String; 4]>(),
        html in "[<>/a-h0-9=\"'&;#! \u{f8f1}æ-]{0,200}",
        address in "(https?://)?[a-zæ0-9:@./?&=%#-]{0,40}",
    ) {
        let mut day = Day::sound();
        let [title, lede, text, subject] = words;
        let article = &mut day.digest.items[0].article;
        (article.title, article.lede, article.link) = (title, Some(lede), Some(address.clone()));
        day.rendered.html.push_str(&html);
        day.rendered.html.push_str(&format!("<a href=\"{address}\">{html}</a><img src=\"{address}\">"));
        day.rendered.text.push_str(&text);
        (day.rendered.preheader, day.rendered.subject) = (text, subject);
        day.findings();
    }
}
