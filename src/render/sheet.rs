//! The theme as the templates need it: colours as text, widths worked out, the dark palette by class.

use crate::domain::{
    section::Section,
    theme::{Palette, SectionColours, Theme},
};

/// What stands in the templates by name.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) paper: String,
    pub(super) panel: String,
    pub(super) line: String,
    pub(super) ink: String,
    pub(super) soft: String,
    pub(super) mute: String,
    pub(super) house: String,
    pub(super) house_title: String,
    pub(super) house_text: String,
    pub(super) button: String,
    pub(super) button_text: String,
    pub(super) serif: String,
    pub(super) sans: String,
    /// The padding at both sides of the frame, and the gap between two columns, in CSS px.
    pub(super) gutter: usize,
    pub(super) radius: usize,
    pub(super) bold: usize,
    pub(super) logo_width: usize,
    pub(super) logo_height: usize,
    pub(super) widths: Widths,
    /// The dark palette by class.
    pub(super) dark: Vec<Dark>,
    /// The accents of the band's cells: Overblik's, then the sections'.
    cells: Vec<Accent>,
}

/// Widths and heights in CSS px.
#[derive(Debug)]
pub(super) struct Widths {
    /// The whole letter.
    pub(super) frame: usize,
    /// Without the padding at its sides.
    pub(super) inner: usize,
    /// The label column.
    pub(super) rail: usize,
    /// The label column and the gap after it.
    pub(super) rail_gap: usize,
    /// The column beside it.
    pub(super) main: usize,
    /// A column of a pair.
    pub(super) half: usize,
    /// A column of a pair and the gap after it.
    pub(super) half_gap: usize,
    /// Within an ad's border.
    pub(super) ad: usize,
    /// The column beside the label within an ad.
    pub(super) ad_main: usize,
    /// The label column within an ad, without the gap after it.
    pub(super) ad_still: usize,
    /// The list of Overblik, whose numerals hang left of the main column.
    pub(super) list: usize,
    /// What is left beside it.
    pub(super) list_rail: usize,
    /// The heights of the lead's picture, a pair's and an advice's.
    pub(super) lead_height: usize,
    pub(super) pair_height: usize,
    pub(super) advice_height: usize,
}

/// The room in which the numerals of Overblik hang.
const NUMERALS: usize = 26;

/// What an ad's border and the padding within it take at each side.
const AD_SIDE: usize = 24;

impl Widths {
    fn of(theme: &Theme) -> Self {
        let (frame, gutter) = (theme.frame_px, theme.gutter_px);
        let inner = frame.saturating_sub(2 * gutter);
        let rail_gap = theme.rail_px + gutter;
        let main = inner.saturating_sub(rail_gap);
        let half = inner.saturating_sub(gutter) / 2;
        let list = main + NUMERALS;
        Self {
            frame,
            inner,
            rail: theme.rail_px,
            rail_gap,
            main,
            half,
            half_gap: half + gutter,
            ad: inner.saturating_sub(2 * AD_SIDE),
            ad_main: main.saturating_sub(2 * AD_SIDE - gutter),
            ad_still: theme.rail_px.saturating_sub(gutter),
            list,
            list_rail: inner.saturating_sub(list),
            lead_height: frame * 9 / 16,
            pair_height: (half * 5).div_ceil(8),
            advice_height: half * 3 / 4,
        }
    }
}

/// The colour of one section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Accent {
    /// The class of text in it.
    pub(super) class: String,
    /// Its light-mode colour.
    pub(super) text: String,
    /// The class of its cell in the band.
    pub(super) tab_class: String,
    /// Its cell's light-mode colour.
    pub(super) tab: String,
}

/// One rule of the dark palette: a class, what it colours, the colour. Grounds and the rest apart, since
/// Outlook's own dark mode marks them apart (`data-ogsb`, `data-ogsc`).
#[derive(Debug)]
pub(super) struct Dark {
    pub(super) class: String,
    pub(super) property: &'static str,
    pub(super) colour: String,
    /// The attribute Outlook sets where it recolours.
    pub(super) marker: &'static str,
}

/// An accent in both palettes, numbered by its classes.
struct Cell {
    number: usize,
    colours: SectionColours,
}

impl Sheet {
    /// The sheet of a theme for an issue's sections.
    pub(super) fn new(theme: &Theme, sections: &[Section]) -> Self {
        let light = &theme.colors.light;
        let cells = cells(theme, sections);
        Self {
            paper: light.paper.to_string(),
            panel: light.panel.to_string(),
            line: light.line.to_string(),
            ink: light.ink.to_string(),
            soft: light.soft.to_string(),
            mute: light.mute.to_string(),
            house: light.house.to_string(),
            house_title: light.house_title.to_string(),
            house_text: light.house_text.to_string(),
            button: light.button.to_string(),
            button_text: light.button_text.to_string(),
            serif: theme.fonts.serif.to_string(),
            sans: theme.fonts.sans.to_string(),
            gutter: theme.gutter_px,
            radius: theme.radius_px,
            bold: theme.titles.weight,
            logo_width: theme.brand.logo_width,
            logo_height: theme.brand.logo_height,
            widths: Widths::of(theme),
            dark: dark(&theme.colors.dark, &cells),
            cells: cells.iter().map(Cell::accent).collect(),
        }
    }

    /// The accent of a cell of the band: 0 is Overblik.
    pub(super) fn accent(&self, cell: usize) -> Accent {
        match self.cells.get(cell) {
            Some(accent) => accent.clone(),
            None => self.ink_accent(),
        }
    }

    /// The colour of what is no section of its own in the band: the calendar.
    pub(super) fn ink_accent(&self) -> Accent {
        Accent {
            class: "i".into(),
            text: self.ink.clone(),
            tab_class: "lb".into(),
            tab: self.line.clone(),
        }
    }

    /// A cell of the band that is not lit.
    pub(super) fn unlit(&self) -> Accent {
        Accent {
            class: "u".into(),
            text: self.mute.clone(),
            ..self.ink_accent()
        }
    }
}

/// The cells of the band. The built-in accents have numbers of their own, whether they are used or not.
fn cells(theme: &Theme, sections: &[Section]) -> Vec<Cell> {
    let (light, dark) = (&theme.colors.light, &theme.colors.dark);
    let overview = Cell {
        number: 0,
        colours: SectionColours {
            text_light: light.overview,
            tab_light: light.overview_tab,
            text_dark: dark.overview,
            tab_dark: dark.overview_tab,
        },
    };
    let mut own = SectionColours::BUILT_IN;
    let banded = sections.iter().filter(|section| section.has_cell());
    let sections = banded.enumerate().map(|(place, section)| Cell {
        number: if SectionColours::are_own(section) {
            own += 1;
            own
        } else {
            1 + place % SectionColours::BUILT_IN
        },
        colours: SectionColours::of(section, place),
    });
    std::iter::once(overview).chain(sections).collect()
}

impl Cell {
    fn accent(&self) -> Accent {
        Accent {
            class: format!("c{}", self.number),
            text: self.colours.text_light.to_string(),
            tab_class: format!("t{}", self.number),
            tab: self.colours.tab_light.to_string(),
        }
    }
}

/// The dark palette by class: grounds, lines, texts.
fn dark(palette: &Palette, cells: &[Cell]) -> Vec<Dark> {
    let mut distinct: Vec<&Cell> = Vec::new();
    for cell in cells {
        if distinct.iter().all(|other| other.number != cell.number) {
            distinct.push(cell);
        }
    }
    let rule = |property, marker| {
        move |class: &str, colour: &dyn std::fmt::Display| Dark {
            class: class.to_owned(),
            property,
            colour: colour.to_string(),
            marker,
        }
    };
    let ground = rule("background-color", "ogsb");
    let line = rule("border-color", "ogsc");
    let text = rule("color", "ogsc");
    let mut rules = vec![
        ground("pa", &palette.paper),
        ground("pn", &palette.panel),
        ground("bt", &palette.button),
        ground("ho", &palette.house),
        ground("lb", &palette.line),
    ];
    rules.extend(
        distinct
            .iter()
            .map(|cell| ground(&format!("t{}", cell.number), &cell.colours.tab_dark)),
    );
    rules.extend([
        line("l", &palette.line),
        line("li", &palette.ink),
        text("i", &palette.ink),
        text("s", &palette.soft),
        text("u", &palette.mute),
    ]);
    rules.extend(
        distinct
            .iter()
            .map(|cell| text(&format!("c{}", cell.number), &cell.colours.text_dark)),
    );
    rules.extend([
        text("bx", &palette.button_text),
        text("ha", &palette.house_title),
        text("hb", &palette.house_text),
    ]);
    rules
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::theme::Colour;

    #[test]
    fn a_sixth_section_begins_again_after_overblik() {
        let mut sections = Section::defaults();
        sections.push(sections[0].clone());
        let sheet = Sheet::new(&Theme::default(), &sections);
        assert_eq!(sheet.accent(5), sheet.accent(1));
        assert_ne!(sheet.accent(1), sheet.accent(0));
        assert_eq!(sheet.dark.len(), 23);
    }

    #[test]
    fn a_section_of_its_own_colour_has_its_own_classes_and_dark_rules() {
        let mut sections = Section::defaults();
        sections[1].text_dark = Some(Colour::of(0xAB_CDEF));
        let sheet = Sheet::new(&Theme::default(), &sections);
        let accent = sheet.accent(2);
        assert_eq!((&*accent.class, &*accent.text), ("c5", "#9C2F24"));
        let rule = sheet.dark.iter().find(|rule| rule.class == "c5");
        assert_eq!(rule.map(|rule| rule.colour.as_str()), Some("#ABCDEF"));
        assert!(sheet.dark.iter().all(|rule| rule.class != "c2"));
    }

    #[test]
    fn columns_fill_the_frame_in_any_gutter() {
        for gutter_px in [12, 24, 32] {
            let theme = Theme {
                gutter_px,
                ..Theme::default()
            };
            let widths = Widths::of(&theme);
            assert_eq!(widths.inner + 2 * gutter_px, widths.frame);
            assert_eq!(widths.rail_gap + widths.main, widths.inner);
            assert_eq!(widths.half_gap + widths.half, widths.inner);
            assert_eq!(widths.rail + widths.ad_main, widths.ad);
            assert_eq!(widths.list_rail + widths.list, widths.inner);
        }
    }

    #[test]
    fn columns_fill_the_frame_as_designed() {
        let widths = Widths::of(&Theme::default());
        let Widths {
            inner,
            rail_gap,
            main,
            half_gap,
            half,
            list,
            list_rail,
            ..
        } = widths;
        assert_eq!(
            (inner, rail_gap, main, half_gap, half),
            (592, 152, 440, 308, 284)
        );
        assert_eq!((list_rail, list), (126, 466));
        assert_eq!(
            (widths.lead_height, widths.pair_height, widths.advice_height),
            (360, 178, 213)
        );
        assert_eq!((widths.ad, widths.rail, widths.ad_main), (544, 128, 416));
    }
}
