//! The words of a picture for those who do not see it (WCAG 2.1, 1.1.1).

use url::Url;

use super::{Look, Place, Read, Report, Rule, finding::shown, folded};

/// The most characters.
const ALT: usize = 125;

pub(super) fn check(look: &Look<'_>, read: &Read<'_>, report: &mut Report<'_>) {
    for item in &look.digest.items {
        let article = &item.article;
        let Some(image) = &article.image else {
            continue;
        };
        let address = image
            .url
            .as_deref()
            .and_then(|url| Url::parse(url.trim()).ok());
        // A picture that no reader gets needs no words.
        let is_shown = address.is_some_and(|address| {
            let address = address.as_str();
            read.page
                .pictures
                .iter()
                .any(|picture| picture.address == address)
        });
        if !is_shown {
            continue;
        }
        let alt = image.alt.as_deref().map_or("", str::trim);
        let long = alt.chars().count();
        let caption = image.caption.as_deref().map(folded);
        let (reason, remedy) = if alt.is_empty() {
            (
                "the picture has no words for those who do not see it".to_owned(),
                "say in `alt` what is seen",
            )
        } else if long > ALT {
            (
                format!("the words have {long} characters; {ALT} are read out"),
                "shorten `alt`",
            )
        } else if caption.is_some_and(|caption| same(&caption, &folded(alt))) {
            (
                "the words are the caption's, which is read out besides".to_owned(),
                "say in `alt` what is seen, and in `caption` what it means",
            )
        } else if is_file_name(alt) {
            (
                format!("the words are a file's name: {}", shown(alt)),
                "say in `alt` what is seen",
            )
        } else {
            continue;
        };
        report.find(
            Rule::AltText,
            Place::article(article, "image.alt"),
            reason,
            remedy,
        );
    }
    if read
        .page
        .pictures
        .iter()
        .any(|picture| picture.alt.is_none())
    {
        report.find(
            Rule::AltText,
            Place::edition(read.rendered.name, "html"),
            "a picture has no `alt` at all: its address is read out",
            "write `alt=\"\"` in the template where it is only decoration",
        );
    }
}

fn same(one: &str, other: &str) -> bool {
    one.trim_end_matches('.') == other.trim_end_matches('.')
}

/// `DSC_0412.jpg`, `img-2231`, `skaermbillede_3.png`.
fn is_file_name(alt: &str) -> bool {
    let lower = alt.to_lowercase();
    let ending = [".jpg", ".jpeg", ".png", ".gif", ".webp", ".tif", ".heic"]
        .iter()
        .any(|ending| lower.ends_with(ending));
    let numbered = ["img", "dsc", "image", "pict", "scan", "billede"]
        .iter()
        .filter_map(|begin| lower.strip_prefix(begin))
        .any(|rest| {
            let rest = rest.trim_start_matches(['_', '-', ' ']);
            !rest.is_empty()
                && rest
                    .chars()
                    .all(|c| c.is_ascii_digit() || "_-() ".contains(c))
        });
    (ending || numbered) && !alt.trim().contains("  ")
}

#[cfg(test)]
mod tests {
    use crate::{
        domain::article::Image,
        lint::{Rule, sample::Day},
    };

    #[test]
    fn a_picture_has_words_of_its_own() {
        let check = |alt: &str, rules: &[Rule]| {
            let mut day = Day::sound();
            day.digest.items[0].article.image = Some(Image {
                url: Some("https://bladet.example/bro.jpg".into()),
                caption: Some("Broen en søndag.".into()),
                credit: None,
                alt: Some(alt.into()),
                width: None,
                height: None,
            });
            day.rendered
                .html
                .push_str("<img src=\"https://bladet.example/bro.jpg\" alt=\"\">");
            assert_eq!(day.rules(), rules, "{alt}");
        };
        check("To mænd maler et rækværk", &[]);
        check("", &[Rule::AltText]);
        check(&"ord ".repeat(32), &[Rule::AltText]);
        check("broen en søndag", &[Rule::AltText]);
        check("DSC_0412.JPG", &[Rule::AltText]);
        check("IMG 2231", &[Rule::AltText]);
        check("Billede 3", &[Rule::AltText]);
        check("Imgard Holm ved åen", &[]);
    }

    #[test]
    fn a_picture_that_is_not_shown_needs_no_words() {
        let mut day = Day::sound();
        day.digest.items[0].article.image = Some(Image {
            url: Some("https://bladet.example/bro.jpg".into()),
            ..Image::default()
        });
        assert_eq!(day.rules(), []);
        day.rendered
            .html
            .push_str("<img src=\"https://bladet.example/linje.png\">");
        assert_eq!(day.rules(), [Rule::AltText]);
    }
}
