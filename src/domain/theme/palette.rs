//! The colours of the letter, in light and in dark.

use serde::{Deserialize, Serialize};

use super::Colour;
use crate::domain::section::Section;

/// Both palettes. Dark is a second palette, not an inversion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Colors {
    /// By day.
    #[serde(deserialize_with = "over_light")]
    pub light: Palette,
    /// Where the reader's client is dark.
    #[serde(deserialize_with = "over_dark")]
    pub dark: Palette,
}

/// One palette.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Palette {
    /// The ground of the letter.
    pub paper: Colour,
    /// The ground of panels: Overblik, footer.
    pub panel: Colour,
    /// Hairlines, and cells of the band that are not lit.
    pub line: Colour,
    /// Titles and text.
    pub ink: Colour,
    /// Ledes.
    pub soft: Colour,
    /// What is said in passing: meta, captions, dates.
    pub mute: Colour,
    /// The name of Overblik, and the labels of the lead.
    pub overview: Colour,
    /// Overblik's cell of the band.
    pub overview_tab: Colour,
    /// The ground of the newsletter's own loud ad.
    pub house: Colour,
    /// Its title.
    pub house_title: Colour,
    /// Its label and text.
    pub house_text: Colour,
    /// The ground of buttons.
    pub button: Colour,
    /// Their words.
    pub button_text: Colour,
}

/// The colours of a section, in both palettes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SectionColours {
    /// Its name, kickers and links by day.
    pub text_light: Colour,
    /// Its cell of the band by day.
    pub tab_light: Colour,
    /// Its name, kickers and links in the dark.
    pub text_dark: Colour,
    /// Its cell of the band in the dark.
    pub tab_dark: Colour,
}

/// A text on the ground it may stand on: what must be legible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Legibility {
    /// The key of the text's colour in config: `theme.colors.light.mute`.
    pub text_key: String,
    /// The text's colour.
    pub text: Colour,
    /// The key of the ground's colour.
    pub ground_key: String,
    /// The ground's colour.
    pub ground: Colour,
}

const LIGHT: Palette = Palette {
    paper: Colour::of(0xFB_FAF6),
    panel: Colour::of(0xF2_EFE6),
    line: Colour::of(0xDC_D7CA),
    ink: Colour::of(0x17_212B),
    soft: Colour::of(0x3F_4951),
    mute: Colour::of(0x5E_666C),
    overview: Colour::of(0x1D_5C86),
    overview_tab: Colour::of(0x3A_759F),
    house: Colour::of(0x17_212B),
    house_title: Colour::of(0xF0_ECE3),
    house_text: Colour::of(0xD9_DDDF),
    button: Colour::of(0x17_212B),
    button_text: Colour::of(0xFB_FAF6),
};

const DARK: Palette = Palette {
    paper: Colour::of(0x14_191D),
    panel: Colour::of(0x1C_2328),
    line: Colour::of(0x35_3E45),
    ink: Colour::of(0xF0_ECE3),
    soft: Colour::of(0xCB_C8C0),
    mute: Colour::of(0xA5_A8A6),
    overview: Colour::of(0x8E_BFE5),
    overview_tab: Colour::of(0x5C_92BB),
    house: Colour::of(0x2A_333A),
    house_title: Colour::of(0xF0_ECE3),
    house_text: Colour::of(0xD3_D6D6),
    button: Colour::of(0xF0_ECE3),
    button_text: Colour::of(0x14_191D),
};

/// Fir, brick, ochre and plum, in the order of the band; a fifth section begins again with fir.
const SECTIONS: [SectionColours; 4] = [
    section(0x25_6646, 0x43_8668, 0x8F_C8A9, 0x5C_9C7B),
    section(0x9C_2F24, 0xB9_523F, 0xEF_A390, 0xC4_735F),
    section(0x7E_5108, 0xC8_944A, 0xD9_B27B, 0xAE_8345),
    section(0x7E_3A70, 0x91_5A88, 0xD9_A6CF, 0xAD_78A4),
];

const fn section(text: u32, tab: u32, text_dark: u32, tab_dark: u32) -> SectionColours {
    SectionColours {
        text_light: Colour::of(text),
        tab_light: Colour::of(tab),
        text_dark: Colour::of(text_dark),
        tab_dark: Colour::of(tab_dark),
    }
}

impl SectionColours {
    /// How many sections have colours of their own without being given any.
    pub const BUILT_IN: usize = SECTIONS.len();

    /// The colours of a section: its own, else those of its place among the sections that have a cell, 0 first.
    pub fn of(section: &Section, place: usize) -> Self {
        let built_in = SECTIONS[place % Self::BUILT_IN];
        Self {
            text_light: section.text_light.unwrap_or(built_in.text_light),
            tab_light: section.tab_light.unwrap_or(built_in.tab_light),
            text_dark: section.text_dark.unwrap_or(built_in.text_dark),
            tab_dark: section.tab_dark.unwrap_or(built_in.tab_dark),
        }
    }

    /// Whether a section has any colour of its own.
    pub fn are_own(section: &Section) -> bool {
        section.text_light.is_some()
            || section.tab_light.is_some()
            || section.text_dark.is_some()
            || section.tab_dark.is_some()
    }
}

impl Default for Colors {
    fn default() -> Self {
        Self {
            light: LIGHT,
            dark: DARK,
        }
    }
}

impl Colors {
    /// Every text on every ground it may stand on, of the palettes and of the sections. The floor for all is 4.5:1
    /// (WCAG 2.2, 1.4.3).
    pub fn texts(&self, sections: &[Section]) -> Vec<Legibility> {
        let mut texts = Vec::new();
        for (mode, palette) in [("light", &self.light), ("dark", &self.dark)] {
            let key = |name: &str| format!("theme.colors.{mode}.{name}");
            let grounds = [("paper", palette.paper), ("panel", palette.panel)];
            let mut add = |text_key: &str, text, ground: &str, ground_colour| {
                texts.push(Legibility {
                    text_key: text_key.to_owned(),
                    text,
                    ground_key: key(ground),
                    ground: ground_colour,
                });
            };
            for (ground, colour) in grounds {
                add(&key("ink"), palette.ink, ground, colour);
                add(&key("soft"), palette.soft, ground, colour);
                add(&key("mute"), palette.mute, ground, colour);
                add(&key("overview"), palette.overview, ground, colour);
                let banded = sections.iter().filter(|section| section.has_cell());
                for (place, section) in banded.enumerate() {
                    let colours = SectionColours::of(section, place);
                    let text = match mode {
                        "light" => colours.text_light,
                        _ => colours.text_dark,
                    };
                    add(
                        &format!("section.{}.text_{mode}", section.id),
                        text,
                        ground,
                        colour,
                    );
                }
            }
            add(
                &key("house_title"),
                palette.house_title,
                "house",
                palette.house,
            );
            add(
                &key("house_text"),
                palette.house_text,
                "house",
                palette.house,
            );
            add(
                &key("button_text"),
                palette.button_text,
                "button",
                palette.button,
            );
        }
        texts
    }
}

impl Legibility {
    /// The contrast, 1 to 21.
    pub fn ratio(&self) -> f64 {
        self.text.contrast(self.ground)
    }
}

/// A palette of which only what differs is stated.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Stated {
    paper: Option<Colour>,
    panel: Option<Colour>,
    line: Option<Colour>,
    ink: Option<Colour>,
    soft: Option<Colour>,
    mute: Option<Colour>,
    overview: Option<Colour>,
    overview_tab: Option<Colour>,
    house: Option<Colour>,
    house_title: Option<Colour>,
    house_text: Option<Colour>,
    button: Option<Colour>,
    button_text: Option<Colour>,
}

impl Stated {
    fn over(self, palette: Palette) -> Palette {
        Palette {
            paper: self.paper.unwrap_or(palette.paper),
            panel: self.panel.unwrap_or(palette.panel),
            line: self.line.unwrap_or(palette.line),
            ink: self.ink.unwrap_or(palette.ink),
            soft: self.soft.unwrap_or(palette.soft),
            mute: self.mute.unwrap_or(palette.mute),
            overview: self.overview.unwrap_or(palette.overview),
            overview_tab: self.overview_tab.unwrap_or(palette.overview_tab),
            house: self.house.unwrap_or(palette.house),
            house_title: self.house_title.unwrap_or(palette.house_title),
            house_text: self.house_text.unwrap_or(palette.house_text),
            button: self.button.unwrap_or(palette.button),
            button_text: self.button_text.unwrap_or(palette.button_text),
        }
    }
}

fn over_light<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Palette, D::Error> {
    Ok(Stated::deserialize(from)?.over(LIGHT))
}

fn over_dark<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Palette, D::Error> {
    Ok(Stated::deserialize(from)?.over(DARK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_legible_on_its_grounds_light_and_dark() {
        let texts = Colors::default().texts(&Section::defaults());
        assert_eq!(texts.len(), 2 * (2 * 8 + 3));
        for text in texts {
            assert!(text.ratio() >= 4.5, "{text:?} {}", text.ratio());
        }
    }

    #[test]
    fn what_is_not_stated_is_as_designed() {
        let stated: Colors =
            serde_json::from_str(r##"{"dark":{"ink":"#ffffff"},"light":{}}"##).unwrap();
        assert_eq!(stated.light, LIGHT);
        assert_eq!(stated.dark.ink, Colour::of(0xFF_FFFF));
        assert_eq!(stated.dark.paper, DARK.paper);
        assert!(serde_json::from_str::<Colors>(r##"{"dark":{"inc":"#ffffff"}}"##).is_err());
        let whole = serde_json::to_string(&Colors::default()).unwrap();
        assert_eq!(
            serde_json::from_str::<Colors>(&whole).unwrap(),
            Colors::default()
        );
    }

    #[test]
    fn a_fifth_section_begins_again_and_may_have_its_own() {
        let mut section = Section::defaults().remove(0);
        assert_eq!(SectionColours::of(&section, 4), SECTIONS[0]);
        assert!(!SectionColours::are_own(&section));
        section.tab_dark = Some(Colour::of(0x12_3456));
        let own = SectionColours::of(&section, 1);
        assert_eq!(own.tab_dark, Colour::of(0x12_3456));
        assert_eq!(own.text_light, SECTIONS[1].text_light);
        assert!(SectionColours::are_own(&section));
    }
}
