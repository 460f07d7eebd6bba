//! Whole texts in the shapes that scraped pages come in; the words are our own.

use chrono_tz::Europe::Copenhagen;
use proptest::prelude::*;

use super::super::{
    Refusal, SourceSettings,
    tests::{entry_of, settings},
};
use super::read;
use crate::domain::{
    article::{Article, BlockType, Certainty, Kind},
    fault::Fault,
};

fn read_as(settings: &SourceSettings, text: &str) -> Result<(Article, Vec<Fault>), Vec<Refusal>> {
    entry_of(settings, "tekster/bro.txt", "bro", text, read)
        .map(|taken| (taken.article, taken.warnings))
}

fn article(text: &str) -> Article {
    read_as(&settings("tekster"), text).unwrap().0
}

fn kinds(article: &Article) -> Vec<BlockType> {
    article.body.iter().map(|block| block.kind).collect()
}

const PUBLISHERS_PAGE: &str = "Annonce\n\nFælles vagtplan giver ro i hjemmeplejen\u{a0}\n\nTre distrikter har slået deres vagtplaner sammen. Det har givet færre skift for borgerne.\u{a0}\n\nFor to år siden lavede hvert distrikt sin egen plan, og ingen kendte naboens. I dag sidder planlæggerne i samme lokale, og det mærkes hos borgerne.\n\nPlejeskolen er redaktør for eget indhold\n\nPlejeskolen er redaktør for eget indhold på siden, og udgiver artikler og cases om pleje.\n\nLæs mere om Plejeskolen her.\n\nLæs mere om at blive redaktør her.\n\nDet begyndte med et regneark, som en af planlæggerne havde lavet derhjemme. Siden er det vokset til et system, som bl.a. nabokommunen vil låne.\n\nIndlægget har tidligere været bragt på plejebladet.example\n\nEmneord: Hjemmepleje, Plejeskolen, Grete Munk\nPlejeskolen på avisen.example Plejeskolen er landets ældste skole for pleje, og vi holder til i en gammel præst...\nAktivitet: Artikler: 41 | Events: 3\n\nHar du også noget på hjerte, så læs om mulighederne for at skrive på avisen.example her.\nLæs mere her\n\nMere af det gode\n\nVores nyhedsbrev udkommer hver uge med:\n\n  • Nyt\n  • Debat\nBLIV EN DEL AF AVISEN\n\nTILMELD NYHEDSBREV\n\nMest læste\n\nSeneste kommentarer\n\nLæs også";

#[test]
fn a_publishers_page_is_cleared_of_all_but_the_article() {
    let article = article(PUBLISHERS_PAGE);
    assert_eq!(article.title, "Fælles vagtplan giver ro i hjemmeplejen");
    assert!(
        article
            .lede
            .as_deref()
            .unwrap()
            .starts_with("Tre distrikter")
    );
    assert_eq!(
        kinds(&article),
        [BlockType::Paragraph, BlockType::Paragraph]
    );
    assert!(
        article.body[1]
            .text
            .ends_with("som bl.a. nabokommunen vil låne.")
    );
    assert_eq!(
        article.keywords,
        ["Hjemmepleje", "Plejeskolen", "Grete Munk"]
    );
    assert_eq!(article.publishers, ["Plejeskolen"]);
    let publisher = article.publisher_box.unwrap();
    assert_eq!(
        publisher.blurb.as_deref(),
        Some(
            "Plejeskolen er landets ældste skole for pleje, og vi holder til i en gammel præst..."
        )
    );
    assert_eq!(
        publisher.counters,
        [("Artikler".to_owned(), 41), ("Events".to_owned(), 3)].into()
    );
    assert_eq!(
        article.previously_published.unwrap().medium,
        "plejebladet.example"
    );
    assert!(
        article.authors.is_empty()
            && article.published.at.is_none()
            && article.source_credit.is_none()
    );
}

const DATED_PAGE: &str = "Nye regler giver flere hænder på skolerne\n\nSkole\n\n4/3/21 08:15\n\nReglerne gør det lettere at ansætte flere i skolerne. Men de koster også tid hos ledelsen.\n\nI otte byer har man prøvet reglerne af i et år, og erfaringerne ligner hinanden. Lederne bruger mere tid på samtaler og mindre på skemaer.\n\nTid til samtaler\n\nReglerne gør det lettere at ansætte flere i skolerne. Det er meningen, og det er sket.\n\nArtiklen har tidligere været bragt i Skolebladet den 1. marts 2021.\n\nTilmeld nyhedsbrev\n\nMest Læste\n\nAnnonce";

#[test]
fn a_date_in_the_sources_own_format_needs_its_declaration() {
    let mut declared = settings("tekster");
    declared.date_formats = vec!["%d/%m/%y %H:%M".into()];
    let (known, warnings) = read_as(&declared, DATED_PAGE).unwrap();
    assert_eq!(
        known.published.at.unwrap().to_text(Copenhagen),
        "2021-03-04T08:15:00+01:00"
    );
    assert_eq!(known.published.certainty, Some(Certainty::Declared));
    assert_eq!(known.provenance["published"].line, Some(5));
    assert_eq!((known.theme.as_deref(), warnings.len()), (Some("Skole"), 0));
    assert_eq!(
        kinds(&known),
        [
            BlockType::Paragraph,
            BlockType::Heading,
            BlockType::Paragraph
        ]
    );
    assert_eq!(
        known.previously_published.unwrap().date,
        "2021-03-01".parse().ok()
    );
    let (open, warnings) = read_as(&settings("tekster"), DATED_PAGE).unwrap();
    assert_eq!(
        (open.published.at, open.published.raw.as_deref()),
        (None, Some("4/3/21 08:15"))
    );
    assert_eq!((warnings.len(), warnings[0].line), (1, Some(5)));
    // 3 April 2021 is left when 4 March lies before the reprint's day.
    let later = DATED_PAGE.replace("den 1. marts 2021", "den 9. marts 2021");
    let (inferred, _) = read_as(&settings("tekster"), &later).unwrap();
    assert_eq!(
        inferred.published.at.unwrap().to_text(Copenhagen),
        "2021-04-03T08:15:00+02:00"
    );
    assert_eq!(inferred.published.certainty, Some(Certainty::Inferred));
}

#[test]
fn an_interview_keeps_its_speakers_out_of_the_authors() {
    let article = article(
        "Havnen skal være for alle\n\nNår havnen bygges om, skal der være plads til både sejlere og børn. Det mener havnens nye leder.\n\nRO\n\nHavnen er fuld om sommeren, og resten af året ligger den stille. Foto: Havnefoto\n\n- Vi har for mange pæle og for få bænke, begynder Aja Rosdahl og fortsætter:\n\n- Det er nemt at tegne en havn. Det er svært at bruge den.\n\nHun vil begynde med bænkene, siger hun.\n\nPlads til flere\nHavnen er fuld om sommeren, og resten af året ligger den stille.\n\n- Vi flytter pælene til efteråret, siger havneleder Aja Rosdahl, Nordby.",
    );
    assert_eq!(article.kicker.as_deref(), Some("RO"));
    let image = article.image.as_ref().unwrap();
    assert_eq!(
        image.caption.as_deref(),
        Some("Havnen er fuld om sommeren, og resten af året ligger den stille.")
    );
    assert_eq!(image.credit.as_deref(), Some("Havnefoto"));
    use BlockType::{Heading, Paragraph, Quote};
    assert_eq!(kinds(&article), [Quote, Quote, Paragraph, Heading, Quote]);
    assert!(article.authors.is_empty() && article.event_date.is_none());
}

#[test]
fn a_deck_is_slides_with_its_presenter_and_the_day_it_was_shown() {
    let article = article(
        "\n\nVAND I BYEN - HVEM HAR ANSVARET?\n\n**V. Formand for Vandlauget og teknisk chef i\nNordby Kommune Palle Grann**\n\nVandlaugets årsmøde 12. okt. 2021\n\n\n\nAGENDA\n\n- Mere regn & flere skybrud\n- Tre veje frem\n - Mere plads\n - Mindre asfalt\n- Spørgsmål\n\n\u{a0}\nMERE REGN\n\n- **Hver sommer:** *Flere skybrud*\n\nMEN vi kan gøre meget endnu, hvis vi vil!\n\n- ◆ Kloakkerne er små\n - og gamle\n- ◆ Søerne er fulde\n\nKilde: Vandrapporten\n\nTRE VEJE.....\n\n- Mere plads til vandet\n- Mindre asfalt",
    );
    assert_eq!(article.kind, Kind::Slides);
    assert_eq!(article.title, "VAND I BYEN - HVEM HAR ANSVARET?");
    assert_eq!(article.authors[0].name, "Palle Grann");
    assert_eq!(
        article.authors[0].role.as_deref(),
        Some("Formand for Vandlauget og teknisk chef i Nordby Kommune")
    );
    assert_eq!(article.event_date, "2021-10-12".parse().ok());
    assert_eq!(
        (article.published.at, article.lede.as_deref()),
        (None, None)
    );
    assert_eq!(article.source_credit.as_deref(), Some("Vandrapporten"));
    assert!(article.keywords.is_empty());
    use BlockType::{Heading, List, Paragraph};
    assert_eq!(
        kinds(&article),
        [Heading, List, Heading, List, Paragraph, List, Heading, List]
    );
    assert_eq!(
        article.body[1].items,
        [
            "Mere regn & flere skybrud",
            "Tre veje frem",
            "Mere plads",
            "Mindre asfalt",
            "Spørgsmål"
        ]
    );
    assert_eq!(article.body[3].items, ["Hver sommer: Flere skybrud"]);
}

#[test]
fn labels_disclaimers_and_captions_over_the_title_reach_their_fields() {
    let prose =
        "Der er et ord, vi sjældent siger højt på vagten. Det er ordet tid, og det mangler vi.";
    let release = article(&format!(
        "Foto: Bo Vang\n\nRådhuset er fra 1964.\n\nPRESSEMEDDELELSE\n\nSådan fik byen en skov\n\nOffentliggjort 14-04-2023 kl. 09.30 | Senest opdateret 17-04-2023\n\n{prose}\n\n{prose}\n\nFakta\nSkoven er ny.\n\nKontakt: Bo Vang"
    ));
    let image = release.image.unwrap();
    assert_eq!(
        (image.caption.as_deref(), image.credit.as_deref()),
        (Some("Rådhuset er fra 1964."), Some("Bo Vang"))
    );
    assert_eq!(
        (release.kind, release.title.as_str()),
        (Kind::PressRelease, "Sådan fik byen en skov")
    );
    assert_eq!(
        release.published.at.unwrap().to_text(Copenhagen),
        "2023-04-14T09:30:00+02:00"
    );
    assert_eq!(release.body.last().unwrap().text, "Kontakt: Bo Vang");
    let opinion = article(&format!(
        "Lad os tale om tid\nAf Karen Blom, sygeplejerske\n\n{prose}\n\n{prose}\n\nIndlægget er udtryk for skribentens egen holdning."
    ));
    assert_eq!((opinion.kind, opinion.body.len()), (Kind::Opinion, 1));
    assert_eq!(opinion.authors[0].role.as_deref(), Some("sygeplejerske"));
}

#[test]
fn a_profile_declares_what_the_page_leaves_open() {
    let mut source = settings("tekster");
    source.publisher = Some("Vandlauget".into());
    source.chrome = vec!["Vandlaugets blad".into()];
    let text = format!("Vandlaugets blad\n\n{DATED_PAGE}");
    let (article, _) = read_as(&source, &text).unwrap();
    assert_eq!(article.publishers, ["Vandlauget"]);
    assert_eq!(
        article.provenance["publishers"].certainty,
        Certainty::Declared
    );
    assert_eq!(article.title, "Nye regler giver flere hænder på skolerne");
}

#[test]
fn a_page_that_is_no_article_is_refused_with_its_reason() {
    let check = |text: &str, reason: &str| {
        let refused = read_as(&settings("tekster"), text).unwrap_err();
        assert!(refused[0].reason.contains(reason), "{text}: {refused:?}");
    };
    check(
        "Siden findes ikke\n\nPrøv at søge efter det, du leder efter.",
        "error page",
    );
    check("Vand i byen", "almost no text");
    check(
        "det her er bare noget tekst uden titel, og det er alt, hvad der er at sige om den sag. Mere er der ikke at sige.",
        "no title",
    );
    check(
        &"Ny sø i parken\n12. maj 2021\nSøen er klar til maj.\n\nLæs mere\n\n".repeat(5),
        "listing",
    );
    check(&"Linje\n\n".repeat(6000), "lines");
}

/// What is left of a text when blanks and marks are taken away: a body's texts must be found in it.
fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !c.is_control() && !"*#-–—•◆▪‣◦■●►▶✓·○♦|".contains(*c))
        .filter(|c| !('\u{f8f0}'..='\u{f8f2}').contains(c) && *c != '\u{f0b7}' && *c != '\u{ad}')
        .collect()
}

fn holds(text: &str) -> Result<(), TestCaseError> {
    let Ok((article, _)) = read_as(&settings("tekster"), text) else {
        return Ok(());
    };
    let whole = bare(
        &super::super::file::decode(text.as_bytes())
            .map(|file| file.text)
            .unwrap_or_default(),
    );
    let texts = article
        .body
        .iter()
        .flat_map(|block| block.items.iter().chain([&block.text]));
    for text in texts.chain([&article.title]).chain(&article.lede) {
        prop_assert!(whole.contains(&bare(text)), "{text:?} is not of the input");
        let forbidden = ['\n', '\u{f8f0}', '\u{0}'];
        prop_assert!(!text.contains(forbidden), "{text:?}");
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic_and_nothing_is_invented(text in "\\PC{0,400}") {
        if super::super::file::decode(text.as_bytes()).is_ok() {
            holds(&text)?;
        }
    }

    #[test]
    fn any_mixture_of_a_pages_parts_is_read_without_panic_and_nothing_is_invented(
        parts in proptest::collection::vec((0..PARTS.len(), 0..3usize), 1..40)
    ) {
        let text: String = parts.iter().map(|(part, gap)| format!("{}{}", PARTS[*part], "\n".repeat(*gap))).collect();
        holds(&text)?;
    }
}

const PARTS: [&str; 34] = [
    "Ny bro i Nordby",
    "TRAFIK",
    "Trafik",
    "12/9/16 12:36",
    "12. maj 2016",
    "Publiceret: 99. maj 0001",
    "- ",
    "- ◆ ",
    "**",
    "* ",
    "1. ",
    "2. ",
    "Af Ida Holm, leder",
    "V. leder i Nordby Ida Holm",
    "Foto: ",
    "Kilde: ",
    "Emneord: ",
    "Emneord:\n",
    "a, b",
    "Broen åbner i dag, og den er lang. Den er også smal.",
    "- Den er lang, siger Ida Holm.",
    "Fakta",
    "Fakta: ",
    "Læs mere:",
    "Læs også",
    "Annonce",
    "Mest læste",
    " på nyt.example ",
    "Aktivitet: Artikler: 4 | Events: 2",
    "Læs mere om broen her.",
    " er redaktør for eget indhold",
    "Indlægget har tidligere været bragt i Bladet den 9. maj 2016.",
    "Bog (pdf) - maj 2014",
    "| ",
];
