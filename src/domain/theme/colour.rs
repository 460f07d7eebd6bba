//! A colour as style sheets write it.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// An opaque colour in sRGB, written `#17212B`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

impl Colour {
    /// The colour of a number such as `0x17212B`.
    pub const fn of(number: u32) -> Self {
        let [_, red, green, blue] = number.to_be_bytes();
        Self { red, green, blue }
    }

    /// Reads `#` and six hexadecimal digits: mail clients know no other way of writing all colours.
    ///
    /// # Errors
    /// What to write, as a sentence for the one who wrote it.
    pub fn parse(text: &str) -> Result<Self, String> {
        text.strip_prefix('#')
            .filter(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .map(Self::of)
            .ok_or_else(|| {
                format!("`{text}` is no colour; write `#` and six hexadecimal digits, as `#17212B`")
            })
    }

    /// The contrast between two colours, 1 to 21, whichever is text (WCAG 2.2, contrast ratio).
    pub fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// WCAG 2.2, relative luminance.
    fn luminance(self) -> f64 {
        let part = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * part(self.red) + 0.7152 * part(self.green) + 0.0722 * part(self.blue)
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "#{:02X}{:02X}{:02X}", self.red, self.green, self.blue)
    }
}

impl<'de> Deserialize<'de> for Colour {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

impl Serialize for Colour {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_as_they_are_written() {
        let check = |text: &str, expected: Result<&str, ()>| {
            let read = Colour::parse(text).map(|colour| colour.to_string());
            assert_eq!(read.map_err(|_| ()), expected.map(str::to_owned), "{text}");
        };
        check("#17212B", Ok("#17212B"));
        check("#fbfaf6", Ok("#FBFAF6"));
        for bad in [
            "17212B",
            "#17212",
            "#17212BFF",
            "#gggggg",
            "red",
            "#+12345",
            "",
        ] {
            check(bad, Err(()));
        }
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        let contrast = |one, other| Colour::of(one).contrast(Colour::of(other));
        assert!((contrast(0x00_0000, 0xFF_FFFF) - 21.0).abs() < 0.001);
        assert!((contrast(0x77_7777, 0xFF_FFFF) - 4.478).abs() < 0.001);
        assert!((contrast(0xFF_FFFF, 0xFF_FFFF) - 1.0).abs() < f64::EPSILON);
    }
}
