//! The fixed words of Danish pages: what is written around articles, not in them.
//!
//! All are compared in lower case, without the colon or stop at the end. A source's own lines go in its `chrome`.

/// Lines of navigation, sharing and consent: the line goes.
pub(in crate::source) const CHROME: [&str; 62] = [
    "gå til indhold",
    "gå til hovedindhold",
    "gå til hovedindholdet",
    "spring til indhold",
    "spring til hovedindhold",
    "hop til indhold",
    "skip to content",
    "skip to main content",
    "menu",
    "søg",
    "luk",
    "luk menu",
    "forside",
    "log ind",
    "log på",
    "log ud",
    "annonce",
    "annoncer",
    "annoncering",
    "reklame",
    "udskriv",
    "print",
    "del",
    "del artiklen",
    "del artikel",
    "del siden",
    "del på facebook",
    "del på linkedin",
    "del på twitter",
    "del på x",
    "del på mail",
    "tweet",
    "facebook",
    "linkedin",
    "twitter",
    "instagram",
    "kopier link",
    "send til en ven",
    "tip en ven",
    "tilmeld nyhedsbrev",
    "tilmeld nyhedsbrevet",
    "tilmeld dig nyhedsbrev",
    "tilmeld dig nyhedsbrevet",
    "få nyhedsbrevet",
    "nyhedsbrev",
    "cookies",
    "accepter cookies",
    "accepter alle",
    "afvis alle",
    "kun nødvendige",
    "læs mere her",
    "læs op",
    "lyt til artiklen",
    "vis mere",
    "vis flere",
    "se alle",
    "tilbage",
    "til toppen",
    "kontakt redaktionen",
    "bliv medlem",
    "privatlivspolitik",
    "læs artiklen",
];

/// Heads of boxes with links to other pieces: the line and the short lines under it go.
pub(in crate::source) const TEASER_HEADS: [&str; 24] = [
    "mest læste",
    "mest læst",
    "mest læste artikler",
    "seneste kommentarer",
    "seneste nyt",
    "seneste nyheder",
    "seneste artikler",
    "nyeste artikler",
    "læs også",
    "relaterede artikler",
    "relateret indhold",
    "relaterede",
    "relateret",
    "andre læste også",
    "andre læser også",
    "flere artikler",
    "flere nyheder",
    "mere fra forfatteren",
    "populært lige nu",
    "anbefalede artikler",
    "anbefalet til dig",
    "kommentarer",
    "skriv en kommentar",
    "følg os",
];

/// Begins of lines that ask the reader to join, follow or accept.
pub(super) const PLEAS: [&str; 21] = [
    "tilmeld dig ",
    "tilmeld nyhedsbrev",
    "tilmeld vores",
    "bliv en del af ",
    "bliv udgiver",
    "bliv abonnent",
    "følg os på",
    "følg os her",
    "del på ",
    "del artiklen",
    "få nyheder",
    "få vores nyhedsbrev",
    "få nyhedsbrevet",
    "abonnér på",
    "abonner på",
    "modtag nyhed",
    "skriv dig op",
    "vi bruger cookies",
    "denne side bruger cookies",
    "©",
    "copyright ",
];

/// Verbs that begin a call to follow a link.
pub(super) const CALLS: [&str; 16] = [
    "læs", "klik", "tilmeld", "se", "find", "hent", "bliv", "meld", "få", "følg", "abonnér",
    "download", "køb", "søg", "kontakt", "skriv",
];

/// What a publisher's promotion box says of it.
pub(super) const OWN_CONTENT: &str = " redaktør for eget indhold";

/// Labels before keywords.
pub(in crate::source) const KEYWORDS: [&str; 7] = [
    "emneord",
    "nøgleord",
    "stikord",
    "tags",
    "tag",
    "keywords",
    "emner",
];

/// Labels before the source a piece credits.
pub(in crate::source) const CREDITS: [&str; 3] = ["kilde", "kilder", "source"];

/// Words before a day of publication.
pub(in crate::source) const PUBLISHED: [&str; 9] = [
    "publiceret",
    "udgivet",
    "offentliggjort",
    "dato",
    "udgivelsesdato",
    "publiceringsdato",
    "oprettet",
    "published",
    "bragt",
];

/// Words before a day on which a page was changed, which is not its day of publication.
pub(in crate::source) const MODIFIED: [&str; 8] = [
    "opdateret",
    "sidst opdateret",
    "senest opdateret",
    "sidst ændret",
    "senest ændret",
    "redigeret",
    "ændret",
    "updated",
];

/// Labels before a caption's credit.
pub(super) const PHOTO: [&str; 11] = [
    "foto",
    "fotos",
    "arkivfoto",
    "pressefoto",
    "modelfoto",
    "privatfoto",
    "illustration",
    "grafik",
    "photo",
    "fotograf",
    "billede",
];

/// Heads of further reading.
pub(in crate::source) const FURTHER: [&str; 12] = [
    "læs mere",
    "læs mere om",
    "links",
    "link",
    "download",
    "downloads",
    "yderligere læsning",
    "yderligere information",
    "se også",
    "referencer",
    "litteratur",
    "materialer",
];

/// Words that an organisation's name ends in, which no person's does.
pub(super) const ORGANISATIONS: [&str; 32] = [
    "kommune",
    "kommuner",
    "region",
    "regioner",
    "ministerium",
    "ministeriet",
    "styrelse",
    "styrelsen",
    "forening",
    "foreningen",
    "forbund",
    "forbundet",
    "universitet",
    "skole",
    "højskole",
    "råd",
    "rådet",
    "center",
    "centret",
    "centeret",
    "institut",
    "instituttet",
    "selskab",
    "fond",
    "fonden",
    "hospital",
    "organisation",
    "organisationen",
    "konsulentvirksomhed",
    "gruppe",
    "danmark",
    "afdeling",
];

/// Words for a gathering: a date beside one is the event's.
pub(super) const EVENTS: [&str; 20] = [
    "årsmøde",
    "møde",
    "konference",
    "seminar",
    "temadag",
    "topmøde",
    "webinar",
    "kursus",
    "messe",
    "folkemøde",
    "workshop",
    "landsmøde",
    "generalforsamling",
    "kongres",
    "symposium",
    "oplæg",
    "fyraftensmøde",
    "debat",
    "træf",
    "stævne",
];

/// Labels of an event's page.
pub(super) const EVENT_LABELS: [&str; 10] = [
    "tid",
    "tidspunkt",
    "sted",
    "pris",
    "tilmelding",
    "tilmeldingsfrist",
    "arrangør",
    "hvor",
    "hvornår",
    "deltagergebyr",
];

/// What error pages say.
pub(super) const ERRORS: [&str; 13] = [
    "404",
    "siden blev ikke fundet",
    "siden findes ikke",
    "siden kunne ikke findes",
    "siden kan ikke findes",
    "page not found",
    "not found",
    "adgang nægtet",
    "access denied",
    "forbidden",
    "service unavailable",
    "der opstod en fejl",
    "internal server error",
];

/// What pay walls say.
pub(super) const PAY_WALLS: [&str; 11] = [
    "log ind for at læse",
    "kun for abonnenter",
    "forbeholdt abonnenter",
    "bliv abonnent",
    "køb abonnement",
    "allerede abonnent",
    "artikel er låst",
    "kræver abonnement",
    "læs resten af artiklen",
    "kun for medlemmer",
    "få adgang til hele",
];

/// Labels that name a piece's kind, with the kind's word.
pub(in crate::source) const KINDS: [(&str, &str); 20] = [
    ("debat", "opinion"),
    ("debatindlæg", "opinion"),
    ("synspunkt", "opinion"),
    ("kronik", "opinion"),
    ("kommentar", "opinion"),
    ("leder", "opinion"),
    ("klumme", "opinion"),
    ("læserbrev", "opinion"),
    ("blog", "opinion"),
    ("blogindlæg", "opinion"),
    ("pressemeddelelse", "press-release"),
    ("nyhed", "news"),
    ("nyheder", "news"),
    ("interview", "interview"),
    ("portræt", "interview"),
    ("case", "case"),
    ("caseartikel", "case"),
    ("artikel", "article"),
    ("indlæg", "opinion"),
    ("opinion", "opinion"),
];

/// What pages say under a piece that is its writer's own view.
pub(in crate::source) const DISCLAIMERS: [&str; 4] = [
    "udtryk for skribentens",
    "udtryk for forfatterens",
    "er skribentens egen",
    "er skribentens egne",
];

/// Begins of lines that end a fact box: whom to ask.
pub(super) const CONTACTS: [&str; 5] = [
    "kontakt",
    "yderligere oplysninger",
    "for mere information",
    "for yderligere",
    "flere oplysninger",
];
