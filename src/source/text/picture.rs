//! The caption and credit that are left of a picture in a scraped text.

use super::super::prose::folded;
use super::{
    chrome::drop_where,
    lines::{Line, Mark},
    notes::At,
    words::PHOTO,
};
use crate::domain::article::Image;

/// Takes the first caption as the article's picture, marks the others where they stand, and drops the lines that
/// say a caption again.
pub(super) fn take(lines: &mut Vec<Line>) -> At<Image> {
    let mut first: At<Image> = None;
    let mut at = 0;
    while at < lines.len() {
        let line = &lines[at];
        let Some((mut caption, credit)) = (line.mark != Mark::Dash)
            .then(|| caption_of(&line.text))
            .flatten()
        else {
            at += 1;
            continue;
        };
        let number = line.number;
        let mut from = at;
        // `Foto: …` alone under a sentence that stands by itself.
        if caption.is_empty()
            && !line.gap
            && at > 0
            && lines[at - 1].gap
            && lines[at - 1].is_plain()
            && lines[at - 1].text.ends_with('.')
            && lines[at - 1].text.chars().count() <= 250
        {
            caption = lines[at - 1].text.clone();
            from = at - 1;
        }
        if first.is_none() {
            let caption = (!caption.is_empty()).then_some(caption);
            first = Some((
                Image {
                    caption,
                    credit: Some(credit),
                    ..Image::default()
                },
                number,
            ));
            lines.drain(from..=at);
            if let Some(after) = lines.get_mut(from) {
                after.gap = true;
            }
            at = from;
        } else {
            lines[at].mark = Mark::Caption;
            at += 1;
        }
    }
    if let Some((
        Image {
            caption: Some(caption),
            ..
        },
        _,
    )) = &first
    {
        let said = folded(caption);
        drop_where(lines, |line| line.is_plain() && folded(&line.text) == said);
    }
    first
}

/// Cuts `Broen set fra syd. Foto: Ida Holm` in caption and credit.
pub(in crate::source) fn caption_of(text: &str) -> Option<(String, String)> {
    if text.chars().count() > 500 {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let (at, end) = PHOTO
        .iter()
        .filter_map(|label| {
            let at = lower.match_indices(label).map(|(at, _)| at).find(|at| {
                let behind = lower[..*at]
                    .chars()
                    .next_back()
                    .is_none_or(|c| !c.is_alphanumeric());
                let colon = lower[at + label.len()..].trim_start().starts_with(':');
                // Without a colon the label must begin the line and name somebody.
                let bare = *at == 0
                    && text.chars().count() <= 60
                    && label.ends_with("foto")
                    && text[label.len()..]
                        .strip_prefix(' ')
                        .is_some_and(|name| name.starts_with(char::is_uppercase))
                    && !text.ends_with('.');
                behind && (colon || bare)
            })?;
            Some((at, at + label.len()))
        })
        .min()?;
    let credit = text[end..]
        .trim_start_matches([' ', ':'])
        .trim_end_matches([' ', '.', ')', ']']);
    // Longer than a name: a sentence that speaks of a photo.
    if credit.is_empty() || credit.chars().count() > 80 {
        return None;
    }
    let caption = text[..at].trim_end_matches([' ', '(', '[', '–', '-', '|', '/']);
    let caption = caption
        .strip_prefix("Billedtekst:")
        .unwrap_or(caption)
        .trim();
    Some((caption.to_owned(), credit.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::lines::split;
    use super::*;

    #[test]
    fn captions_are_cut_from_their_credit() {
        let check = |text: &str, expected: Option<(&str, &str)>| {
            let seen = caption_of(text);
            assert_eq!(
                seen.as_ref().map(|(a, b)| (a.as_str(), b.as_str())),
                expected,
                "{text}"
            );
        };
        check(
            "Broen set fra syd. Foto: Ida Holm",
            Some(("Broen set fra syd.", "Ida Holm")),
        );
        check(
            "Broen set fra syd (Arkivfoto: Ida Holm).",
            Some(("Broen set fra syd", "Ida Holm")),
        );
        check("Foto: Ida Holm", Some(("", "Ida Holm")));
        check("Foto Ida Holm", Some(("", "Ida Holm")));
        check("Foto af broen", None);
        check(
            "Han tog et foto: det viste broen, som den lå der i solen den morgen, og alle de mange biler på vej over",
            None,
        );
    }

    #[test]
    fn a_caption_that_is_said_again_is_said_once() {
        let mut lines = split(
            "Ny bro\n\nBroen er lang. Foto: Ida Holm\n\nTekst om broen.\n\nBroen er lang.\n\nVejen. Foto: Bo",
        );
        let (image, line) = take(&mut lines).unwrap();
        assert_eq!(
            (image.caption.as_deref(), image.credit.as_deref(), line),
            (Some("Broen er lang."), Some("Ida Holm"), 3)
        );
        let left: Vec<_> = lines
            .iter()
            .map(|line| (line.text.as_str(), line.mark))
            .collect();
        assert_eq!(
            left,
            [
                ("Ny bro", Mark::None),
                ("Tekst om broen.", Mark::None),
                ("Vejen. Foto: Bo", Mark::Caption)
            ]
        );
    }
}
