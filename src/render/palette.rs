//! The colours of the letter: one palette for light, one for dark, and five accents in the sections' order.

/// The ground of the letter.
pub(super) const PAPER: &str = "#FBFAF6";
/// The ground of panels: Overblik, footer.
pub(super) const PANEL: &str = "#F2EFE6";
/// Hairlines, and cells of the band that are not lit.
pub(super) const LINE: &str = "#DCD7CA";
/// Titles, text, buttons.
pub(super) const INK: &str = "#17212B";
/// Ledes.
pub(super) const SOFT: &str = "#3F4951";
/// What is said in passing: meta, captions, dates.
pub(super) const MUTE: &str = "#5E666C";
/// The newsletter's own ad on its dark panel: the title. The ground is ink.
pub(super) const HOUSE_TITLE: &str = "#F0ECE3";
/// The same: label and text.
pub(super) const HOUSE_TEXT: &str = "#D9DDDF";
/// The newsletter's own words. Names without quotation marks are valid in CSS (Fonts 4 §2.1.1) and need no
/// escaping in an attribute; Windows names come first because Word falls back to Times from an unknown first.
pub(super) const SERIF: &str = "Palatino Linotype,Palatino,Book Antiqua,Georgia,serif";
/// Service: labels, ledes, links.
pub(super) const SANS: &str = "Segoe UI,-apple-system,Roboto,Helvetica,Arial,sans-serif";

/// The colour of one section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Accent {
    /// The class of text in it.
    pub(super) class: &'static str,
    /// Its light-mode colour.
    pub(super) text: &'static str,
    /// The class of its cell in the band.
    pub(super) tab_class: &'static str,
    /// Its cell's light-mode colour.
    pub(super) tab: &'static str,
}

const fn accent(
    class: &'static str,
    text: &'static str,
    tab_class: &'static str,
    tab: &'static str,
) -> Accent {
    Accent {
        class,
        text,
        tab_class,
        tab,
    }
}

/// Petrol for Overblik, then fir, brick, ochre and plum for the sections in their order.
const ACCENTS: [Accent; 5] = [
    accent("c0", "#1D5C86", "t0", "#3A759F"),
    accent("c1", "#256646", "t1", "#438668"),
    accent("c2", "#9C2F24", "t2", "#B9523F"),
    accent("c3", "#7E5108", "t3", "#C8944A"),
    accent("c4", "#7E3A70", "t4", "#915A88"),
];

/// The colour of what is no section of its own in the band: the calendar.
pub(super) const INK_ACCENT: Accent = accent("i", INK, "lb", LINE);

/// A cell of the band that is not lit.
pub(super) const UNLIT: Accent = accent("u", MUTE, "lb", LINE);

/// The accent of a cell of the band: 0 is Overblik. A sixth section begins again with fir.
pub(super) fn accent_of(cell: usize) -> Accent {
    match cell {
        0 => ACCENTS[0],
        cell => ACCENTS[1 + (cell - 1) % 4],
    }
}

/// One rule of the dark palette: a class, what it colours, the colour. Grounds and the rest apart, since
/// Outlook's own dark mode marks them apart (`data-ogsb`, `data-ogsc`).
pub(super) struct Dark {
    pub(super) class: &'static str,
    pub(super) property: &'static str,
    pub(super) colour: &'static str,
    /// The attribute Outlook sets where it recolours.
    pub(super) marker: &'static str,
}

const fn text(class: &'static str, colour: &'static str) -> Dark {
    Dark {
        class,
        property: "color",
        colour,
        marker: "ogsc",
    }
}

const fn ground(class: &'static str, colour: &'static str) -> Dark {
    Dark {
        class,
        property: "background-color",
        colour,
        marker: "ogsb",
    }
}

const fn line(class: &'static str, colour: &'static str) -> Dark {
    Dark {
        class,
        property: "border-color",
        colour,
        marker: "ogsc",
    }
}

/// The dark palette by class.
pub(super) const DARK: [Dark; 23] = [
    ground("pa", "#14191D"),
    ground("pn", "#1C2328"),
    ground("bt", "#F0ECE3"),
    ground("ho", "#2A333A"),
    ground("lb", "#353E45"),
    ground("t0", "#5C92BB"),
    ground("t1", "#5C9C7B"),
    ground("t2", "#C4735F"),
    ground("t3", "#AE8345"),
    ground("t4", "#AD78A4"),
    line("l", "#353E45"),
    line("li", "#F0ECE3"),
    text("i", "#F0ECE3"),
    text("s", "#CBC8C0"),
    text("u", "#A5A8A6"),
    text("c0", "#8EBFE5"),
    text("c1", "#8FC8A9"),
    text("c2", "#EFA390"),
    text("c3", "#D9B27B"),
    text("c4", "#D9A6CF"),
    text("bx", "#14191D"),
    text("ha", "#F0ECE3"),
    text("hb", "#D3D6D6"),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Contrast as WCAG 2.2 defines it.
    fn contrast(one: &str, other: &str) -> f64 {
        let luminance = |colour: &str| {
            let part = |at: usize| {
                let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
                if value <= 0.04045 {
                    value / 12.92
                } else {
                    ((value + 0.055) / 1.055).powf(2.4)
                }
            };
            0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn every_text_is_legible_on_both_grounds_light_and_dark() {
        let dark = |class: &str| DARK.iter().find(|rule| rule.class == class).unwrap().colour;
        let light = [("i", INK), ("s", SOFT), ("u", MUTE)];
        let accents = ACCENTS.iter().map(|accent| (accent.class, accent.text));
        for (class, colour) in light.into_iter().chain(accents) {
            for ground in [PAPER, PANEL] {
                assert!(contrast(colour, ground) >= 4.5, "{class} on {ground}");
            }
            for ground in [dark("pa"), dark("pn")] {
                assert!(contrast(dark(class), ground) >= 4.5, "{class} on {ground}");
            }
        }
        assert!(contrast(dark("bx"), dark("bt")) >= 4.5);
        assert!(contrast(PAPER, INK) >= 4.5);
        for (class, colour) in [("ha", HOUSE_TITLE), ("hb", HOUSE_TEXT)] {
            assert!(contrast(colour, INK) >= 4.5, "{class}");
            assert!(contrast(dark(class), dark("ho")) >= 4.5, "{class}");
        }
    }

    #[test]
    fn a_sixth_section_begins_again_after_overblik() {
        assert_eq!(accent_of(5), accent_of(1));
        assert_ne!(accent_of(1), accent_of(0));
    }
}
