//! Colours as a letter states them, and how well one is told from another (WCAG 2.1).

use std::{collections::HashMap, fmt};

/// A colour in sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colour([u8; 3]);

impl Colour {
    /// Reads `#17212B` or `#fff`; other notations are not used in mail.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits: Option<Vec<u8>> = text
            .trim()
            .strip_prefix('#')?
            .chars()
            .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
            .collect();
        match digits?[..] {
            [r, g, b] => Some(Self([r * 17, g * 17, b * 17])),
            [a, b, c, d, e, f] => Some(Self([a * 16 + b, c * 16 + d, e * 16 + f])),
            _ => None,
        }
    }

    /// The contrast ratio of two colours, 1 to 21 (WCAG 2.1, "contrast ratio").
    pub(super) fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// The relative luminance, 0 to 1 (WCAG 2.1, "relative luminance", with the threshold as sRGB has it).
    fn luminance(self) -> f64 {
        let [r, g, b] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(out, "#{r:02X}{g:02X}{b:02X}")
    }
}

/// What is stated of an element's colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Ground {
    /// Of its words.
    pub(super) text: Option<Colour>,
    /// Behind them.
    pub(super) under: Option<Colour>,
}

impl Ground {
    /// This one, and what it does not state from another.
    pub(super) fn over(self, other: Self) -> Self {
        Self {
            text: self.text.or(other.text),
            under: self.under.or(other.under),
        }
    }

    fn read(declarations: &str) -> Self {
        let mut ground = Self::default();
        for declaration in declarations.split(';') {
            let Some((property, value)) = declaration.split_once(':') else {
                continue;
            };
            let colour = value.split_whitespace().find_map(Colour::parse);
            match property.trim().to_ascii_lowercase().as_str() {
                "color" => ground.text = colour.or(ground.text),
                "background-color" | "background" => ground.under = colour.or(ground.under),
                _ => {}
            }
        }
        ground
    }
}

/// What an element's attributes state.
pub(super) fn inline_ground(style: &str, bgcolor: Option<&str>) -> Ground {
    Ground::read(style).over(Ground {
        text: None,
        under: bgcolor.and_then(Colour::parse),
    })
}

/// Gathers what a style sheet colours classes in dark mode: `@media (prefers-color-scheme:dark){.i{color:#F0ECE3}}`.
pub(super) fn dark_grounds(style: &str, grounds: &mut HashMap<String, Ground>) {
    let mut rest = style;
    while let Some(at) = rest.find("prefers-color-scheme") {
        rest = &rest[at..];
        let Some((condition, body)) = rest.split_once('{') else {
            return;
        };
        let block = block(body);
        rest = &body[block.len()..];
        if !condition.contains("dark") {
            continue;
        }
        for rule in block.split('}') {
            let Some((selectors, declarations)) = rule.split_once('{') else {
                continue;
            };
            let ground = Ground::read(declarations);
            for selector in selectors.split(',') {
                if let Some(class) = selector.trim().strip_prefix('.') {
                    let before = grounds.get(class).copied().unwrap_or_default();
                    grounds.insert(class.to_owned(), ground.over(before));
                }
            }
        }
    }
}

/// A block's text up to the brace that closes it.
fn block(text: &str) -> &str {
    let mut depth = 0_u32;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return &text[..at],
            '}' => depth -= 1,
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        Colour::parse(text).unwrap()
    }

    #[test]
    fn contrast_is_as_the_guidelines_have_it() {
        let check = |one: &str, other: &str, expected: f64| {
            let found = colour(one).contrast(colour(other));
            assert!((found - expected).abs() < 0.01, "{one} on {other}: {found}");
        };
        check("#000", "#ffffff", 21.0);
        check("#fff", "#FFF", 1.0);
        check("#767676", "#fff", 4.54);
        check("#17212B", "#FBFAF6", 15.6);
        check("#ff0000", "#0000ff", 2.15);
    }

    #[test]
    fn only_colours_in_hex_are_read() {
        for text in [
            "red",
            "#12",
            "#1234567",
            "#æøå",
            "",
            "rgb(1,2,3)",
            "#gggggg",
        ] {
            assert_eq!(Colour::parse(text), None, "{text}");
        }
        assert_eq!(colour("#0a1B2c").to_string(), "#0A1B2C");
    }

    #[test]
    fn dark_classes_are_found_in_the_style_sheet() {
        let mut grounds = HashMap::new();
        dark_grounds(
            "p{color:#111} @media (max-width:1px){.i{color:#222}} @media (prefers-color-scheme: dark){\n\
             .i,.s { color:#fff !important }\n.pa{background-color:#000 !important;margin:0}} .i{color:#333}",
            &mut grounds,
        );
        assert_eq!(grounds.len(), 3);
        assert_eq!(grounds["i"].text, Some(colour("#fff")));
        assert_eq!(grounds["pa"].under, Some(colour("#000")));
    }
}
