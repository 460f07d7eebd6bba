//! The words of the pages, in both languages. `{…}` is filled in.

use crate::domain::language::Language;

/// Every phrase.
#[derive(Debug)]
pub(super) struct Phrases {
    /// The page of a link.
    pub(super) leave: Words,
    /// The button that leaves.
    pub(super) leave_button: &'static str,
    /// The page of one who has left.
    pub(super) left: Words,
    /// The button that takes it back.
    pub(super) take_back_button: &'static str,
    /// What is said to one who cannot take it back any more.
    pub(super) write_to_return: &'static str,
    /// What is kept of one who has left, as a heading and a text.
    pub(super) kept: Words,
    /// The page of one who took it back.
    pub(super) back: Words,
    /// The page of a link to change choices.
    pub(super) choices: Words,
    /// The way from there to the page that leaves.
    pub(super) to_leave: &'static str,
    /// The page of a link that nobody signed.
    pub(super) unknown: Words,
    /// The page of a fault of our own.
    pub(super) trouble: Words,
    /// The page of one who asks too often.
    pub(super) too_often: Words,
    /// The page of a request that cannot be.
    pub(super) odd: Words,
    /// Before the CVR number.
    pub(super) cvr: &'static str,
    /// The link to what is kept of readers.
    pub(super) privacy: &'static str,
    /// The page in the other language, in its own words.
    pub(super) other: &'static str,
}

/// A heading and the text below it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) text: &'static str,
}

const fn words(title: &'static str, text: &'static str) -> Words {
    Words { title, text }
}

/// The phrases of a language.
pub(super) fn of(language: Language) -> &'static Phrases {
    match language {
        Language::Da => &DANISH,
        Language::En => &ENGLISH,
    }
}

const DANISH: Phrases = Phrases {
    leave: words(
        "Vil du afmelde nyhedsbrevet?",
        "Ét tryk, så er det gjort. Du skal ikke logge ind og ikke forklare noget.",
    ),
    leave_button: "Ja, afmeld mig",
    left: words(
        "Du er afmeldt",
        "Tak, fordi du læste med. Vi sender ikke flere breve, heller ikke det, der var på vej.",
    ),
    take_back_button: "Fortrudt? Tilmeld mig igen",
    write_to_return: "Vil du være med igen, så skriv til {mail}.",
    kept: words(
        "Det gemmer vi",
        "Et aftryk af din adresse, som ikke kan læses tilbage, så du ikke får brevet igen ved en fejl. Adressen selv \
         går ud af vores liste, næste gang redaktionen rydder op. Vil du have alt slettet, så skriv til {mail}.",
    ),
    back: words(
        "Du er med igen",
        "Godt, du blev. Brevet kommer igen fra næste nummer.",
    ),
    choices: words(
        "Emner, dage og format",
        "Skriv til {mail}, hvad du gerne vil have, så retter redaktionen det.",
    ),
    to_leave: "Afmeld nyhedsbrevet",
    unknown: words(
        "Linket virker ikke",
        "Måske er det ikke kommet helt med. Prøv at åbne det fra brevet igen, eller skriv til {mail}, så afmelder vi dig.",
    ),
    trouble: words(
        "Det gik galt hos os",
        "Intet er ændret. Prøv igen om lidt, eller skriv til {mail}, så ordner vi det.",
    ),
    too_often: words(
        "Lige et øjeblik",
        "Der kommer for mange forespørgsler fra dit netværk. Prøv igen om lidt.",
    ),
    odd: words(
        "Det forstod vi ikke",
        "Prøv at åbne linket fra brevet igen, eller skriv til {mail}.",
    ),
    cvr: "CVR",
    privacy: "Sådan passer vi på dine oplysninger",
    other: "In English",
};

const ENGLISH: Phrases = Phrases {
    leave: words(
        "Do you want to unsubscribe?",
        "One press, and it is done. There is nothing to log in to and nothing to explain.",
    ),
    leave_button: "Yes, unsubscribe me",
    left: words(
        "You are unsubscribed",
        "Thank you for reading. We send no more letters, not even the one that was on its way.",
    ),
    take_back_button: "Changed your mind? Subscribe again",
    write_to_return: "If you want the letter again, write to {mail}.",
    kept: words(
        "What we keep",
        "A fingerprint of your address that cannot be read back, so that you do not get the letter again by mistake. The \
         address itself leaves our list when the editors next tidy it. To have everything erased, write to {mail}.",
    ),
    back: words(
        "You are back",
        "Good to have you. The letter comes again from the next issue.",
    ),
    choices: words(
        "Topics, days and format",
        "Write to {mail} and say what you would like, and the editors will change it.",
    ),
    to_leave: "Unsubscribe",
    unknown: words(
        "The link does not work",
        "Perhaps part of it was lost. Try to open it from the letter again, or write to {mail}, and we will unsubscribe you.",
    ),
    trouble: words(
        "Something went wrong here",
        "Nothing has changed. Try again in a moment, or write to {mail}, and we will see to it.",
    ),
    too_often: words(
        "One moment",
        "There are too many requests from your network. Try again in a moment.",
    ),
    odd: words(
        "We did not understand that",
        "Try to open the link from the letter again, or write to {mail}.",
    ),
    cvr: "CVR",
    privacy: "How we look after your data",
    other: "På dansk",
};
