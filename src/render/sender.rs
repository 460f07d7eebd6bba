//! What is no article: nameplate, intro, section heads, ads, the publisher's card, the footer.

use super::{
    beside::ALT,
    clean, cut, joined,
    manuscript::Manuscript,
    sheet::Accent,
    texts::{Texts, fill},
};
use crate::domain::{issue::Frequency, language::Language, piece::Slot, section::Layout};

/// The newsletter's name as a masthead has it, with what a weekly letter adds.
#[derive(Debug)]
pub(super) struct Nameplate<'a> {
    pub(super) name: String,
    pub(super) suffix: Option<&'a str>,
}

impl Nameplate<'_> {
    /// Name and suffix.
    pub(super) fn whole(&self) -> String {
        match self.suffix {
            Some(suffix) => format!("{} {suffix}", self.name),
            None => self.name.clone(),
        }
    }
}

pub(super) fn nameplate<'a>(manuscript: &Manuscript<'a>, texts: &'a Texts) -> Nameplate<'a> {
    let own = manuscript.look.theme.brand.name_suffix_weekly.as_deref();
    Nameplate {
        name: manuscript.name(),
        suffix: match manuscript.digest.key.frequency {
            Frequency::Daily => None,
            Frequency::Weekly => Some(own.unwrap_or(&texts.nameplate_weekly)),
        },
    }
}

/// The editor's intro of the day, else the newsletter's own.
pub(super) fn intro(manuscript: &Manuscript<'_>) -> Option<String> {
    clean::some_line(manuscript.digest.intro.as_deref())
        .or_else(|| clean::some_line(manuscript.newsletter.intro.as_deref()))
        .map(|intro| {
            joined::prose(&cut::at_sentence(
                &intro,
                manuscript.look.theme.limits.intro,
            ))
        })
}

/// What stands under the name of Overblik: `Dagen på fem linjer`, `15 indlæg, 54 min.`
pub(super) fn overview_head(
    manuscript: &Manuscript<'_>,
    texts: &Texts,
    items: usize,
    minutes: usize,
    lines: usize,
) -> (String, String) {
    let standfirst = match manuscript.digest.key.frequency {
        Frequency::Daily => &texts.overview_lines,
        Frequency::Weekly => &texts.overview_lines_weekly,
    };
    (
        fill(standfirst, &[("lines", &texts.in_words(lines))]),
        fill(
            &texts.overview_count,
            &[
                ("items", &items.to_string()),
                ("minutes", &minutes.to_string()),
            ],
        ),
    )
}

/// A section's heading.
#[derive(Debug)]
pub(super) struct SectionHead {
    pub(super) name: String,
    pub(super) standfirst: Option<String>,
    /// Whether it is the calendar, which has a rule for a band.
    pub(super) calendar: bool,
    pub(super) accent: Accent,
}

pub(super) fn section_head(
    manuscript: &Manuscript<'_>,
    place: usize,
    language: Language,
    texts: &Texts,
) -> SectionHead {
    let section = &manuscript.digest.sections[place];
    let opinion = (section.layout == Layout::Opinion).then(|| texts.opinion_standfirst.clone());
    let calendar = section.layout == Layout::Calendar;
    let weekly = manuscript
        .in_titles(section)
        .then(|| texts.titles_standfirst.clone());
    let of_the_week = clean::some_line(section.standfirst_weekly.as_deref())
        .filter(|_| language == Language::Da && manuscript.weekly());
    // Where a standfirst is not stated in the letter's language, it does without.
    let stated = match language {
        Language::Da => section.standfirst.as_deref(),
        Language::En => section.standfirst_en.as_deref(),
    };
    let stated = of_the_week
        .or(weekly)
        .or(clean::some_line(stated))
        .or(opinion);
    SectionHead {
        name: if calendar && manuscript.weekly() && manuscript.next_week() {
            texts.next_week.clone()
        } else {
            manuscript.section_name(section, language)
        },
        standfirst: stated.filter(|_| !calendar),
        calendar,
        accent: manuscript.section_cell(place).map_or_else(
            || manuscript.sheet.ink_accent(),
            |cell| manuscript.sheet.accent(cell),
        ),
    }
}

/// An ad, or the newsletter's own.
#[derive(Debug)]
pub(super) struct AdView {
    pub(super) house: bool,
    pub(super) label: String,
    pub(super) advertiser: Option<String>,
    pub(super) title: String,
    pub(super) text: Option<String>,
    pub(super) link: Option<String>,
    pub(super) link_text: String,
    /// A paid one's still picture.
    pub(super) picture: Option<Still>,
}

/// A small picture in the narrow column, in the size it is shown in.
#[derive(Debug)]
pub(super) struct Still {
    pub(super) url: String,
    pub(super) alt: String,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// The most px an ad's picture takes at each side.
const AD_PICTURE: usize = 104;
/// The most px a logo takes in height; in width it is twice that.
const LOGO: usize = 64;

/// The picture of a path in the narrow column, within so many px.
fn still(
    manuscript: &Manuscript<'_>,
    path: Option<&str>,
    alt: Option<&str>,
    room: (usize, usize),
) -> Option<Still> {
    let picture = manuscript.digest.pictures.get(path?)?;
    let px = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
    let (width, height) = picture.within(px(room.0), px(room.1));
    Some(Still {
        url: clean::web(Some(&picture.url))?,
        alt: clean::some_line(alt)
            .map(|alt| cut::at_word(&alt, ALT))
            .unwrap_or_default(),
        width,
        height,
    })
}

pub(super) fn ad(manuscript: &Manuscript<'_>, index: usize, texts: &Texts) -> AdView {
    let ad = &manuscript.digest.ads[index];
    AdView {
        house: ad.house,
        label: if ad.house {
            clean::some_line(ad.label.as_deref())
                .unwrap_or_else(|| fill(&texts.house_ad, &[("name", &manuscript.name())]))
        } else {
            texts.ad.clone()
        },
        picture: still(
            manuscript,
            ad.image.as_deref().filter(|_| !ad.house),
            ad.image_alt.as_deref(),
            (manuscript.sheet.widths.ad_still.min(AD_PICTURE), AD_PICTURE),
        ),
        advertiser: clean::some_line(ad.advertiser.as_deref()).filter(|_| !ad.house),
        title: joined::title(&clean::line(&ad.title)),
        text: clean::some_line(ad.text.as_deref())
            .map(|text| joined::prose(&cut::at_sentence(&text, 160))),
        link: clean::web(Some(&ad.link)),
        link_text: clean::line(&ad.link_text),
    }
}

/// A publisher's card.
#[derive(Debug)]
pub(super) struct CardView {
    pub(super) logo: Option<Still>,
    /// What stands in its place.
    pub(super) initials: String,
    pub(super) name: String,
    pub(super) blurb: Option<String>,
    pub(super) counters: Vec<(String, u64)>,
    pub(super) link: Option<String>,
    pub(super) link_text: String,
}

pub(super) fn card(manuscript: &Manuscript<'_>, texts: &Texts) -> Option<CardView> {
    let publisher = manuscript.digest.card.as_ref()?;
    let name = clean::line(&publisher.name);
    Some(CardView {
        logo: still(
            manuscript,
            publisher.logo.as_deref(),
            // The name stands right beside it.
            None,
            (manuscript.sheet.widths.rail.min(2 * LOGO), LOGO),
        ),
        initials: clean::some_line(manuscript.look.theme.brand.initials.as_deref())
            .filter(|_| publisher.desk)
            .unwrap_or_else(|| initials(&name)),
        blurb: clean::some_line(publisher.blurb.as_deref())
            .map(|blurb| joined::prose(&cut::at_word(&blurb, manuscript.look.theme.limits.blurb))),
        counters: publisher
            .counters
            .iter()
            .map(|(what, number)| (clean::line(what), *number))
            .collect(),
        link: clean::web(publisher.url.as_deref()),
        link_text: fill(&texts.card_link, &[("name", &name)]),
        name,
    })
}

/// The first letters of the first and the last word that begin with a capital.
fn initials(name: &str) -> String {
    let mut capitals = name
        .split_whitespace()
        .filter_map(|word| word.chars().next().filter(|c| c.is_uppercase()));
    let first = capitals.next().or_else(|| name.chars().next());
    first.into_iter().chain(capitals.next_back()).collect()
}

/// Who sends the letter.
#[derive(Debug)]
pub(super) struct FooterView {
    pub(super) privacy: Option<String>,
    /// The letter's page in the archive.
    pub(super) archive_page: Option<String>,
    pub(super) name: String,
    /// Publisher, postal address, CVR and editor in one paragraph.
    pub(super) sender: String,
    /// Where answers go.
    pub(super) address: String,
    pub(super) front_page: String,
}

pub(super) fn footer(manuscript: &Manuscript<'_>, language: Language, texts: &Texts) -> FooterView {
    let newsletter = manuscript.newsletter;
    let name = manuscript.name();
    let publisher = clean::some_line(newsletter.publisher.as_deref()).map_or_else(
        || name.clone(),
        |publisher| {
            let places = [("name", name.as_str()), ("publisher", publisher.as_str())];
            fill(&texts.published_by, &places)
        },
    );
    let whence: Vec<String> = [publisher]
        .into_iter()
        .chain(clean::some_line(newsletter.postal_address.as_deref()))
        .collect();
    let cvr =
        clean::some_line(newsletter.cvr.as_deref()).map(|cvr| fill(&texts.cvr, &[("cvr", &cvr)]));
    let editor = clean::some_line(newsletter.editor.as_deref())
        .map(|editor| fill(&texts.editor, &[("editor", &editor)]));
    let sentences: Vec<String> = [whence.join(", ")]
        .into_iter()
        .chain(cvr)
        .chain(editor)
        .map(|sentence| format!("{}.", sentence.trim_end_matches('.')))
        .collect();
    let mailbox = newsletter.reply_to.as_ref().unwrap_or(&newsletter.from);
    FooterView {
        privacy: clean::web(newsletter.privacy_url.as_ref().map(url::Url::as_str)),
        archive_page: newsletter.archive_page(manuscript.digest.key, language),
        sender: joined::address(&sentences.join(" ")),
        address: clean::line(&mailbox.address.to_string()),
        front_page: front_page(manuscript),
        name,
    }
}

/// Why a letter came, with the topics it names.
pub(super) fn why(manuscript: &Manuscript<'_>, texts: &Texts, topics: &[String]) -> String {
    let why = match manuscript.digest.key.frequency {
        Frequency::Daily => &texts.why_daily,
        Frequency::Weekly => &texts.why_weekly,
    };
    let topics: Vec<String> = topics.iter().map(|topic| clean::line(topic)).collect();
    let about = match topics.is_empty() {
        true => String::new(),
        false => fill(&texts.about, &[("topics", &texts.list(&topics))]),
    };
    fill(
        why,
        &[
            ("name", &manuscript.name()),
            ("signed_up", &Slot::SignedUp.mark().to_string()),
            ("about", &about),
        ],
    )
}

/// Where the newsletter lives.
pub(super) fn front_page(manuscript: &Manuscript<'_>) -> String {
    let home = manuscript.look.theme.brand.home.as_ref();
    let home = home.unwrap_or(&manuscript.newsletter.base_url);
    clean::web(Some(home.as_str())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_at_most_two_capitals() {
        let check = |name: &str, expected: &str| assert_eq!(initials(name), expected, "{name}");
        check("Center for Åben Læring", "CL");
        check("Skovby Kommune", "SK");
        check("Østhuset", "Ø");
        check("ældresagen", "æ");
        check("", "");
    }
}
