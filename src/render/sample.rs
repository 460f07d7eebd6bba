//! A made-up day of a made-up newsletter, for the tests of this floor.

use chrono::{NaiveDate, TimeZone, Utc};

use crate::domain::{
    ad::Ad,
    article::{Article, ArticleId, Attachment, Author, Block, BlockType, Image, Kind, Reprint},
    issue::{Digest, Frequency, IssueKey, Item},
    newsletter::{ListId, Mailbox, Newsletter},
    picture::OwnPictures,
    publisher::Publisher,
    section::{Section, SectionId},
};

pub(super) fn newsletter() -> Newsletter {
    Newsletter {
        name: "Fællesbladet".into(),
        list_id: ListId::parse("nyt.faellesbladet.example").unwrap(),
        from: Mailbox::parse("Fællesbladet <nyt@faellesbladet.example>").unwrap(),
        reply_to: Some(Mailbox::parse("redaktion@faellesbladet.example").unwrap()),
        base_url: "https://faellesbladet.example/".parse().unwrap(),
        language: crate::domain::language::Language::Da,
        timezone: chrono_tz::Europe::Copenhagen,
        postal_address: Some("Havnegade 7, 5000 Odense C".into()),
        cvr: Some("10 20 30 40".into()),
        publisher: Some("Foreningen Fællesbladet".into()),
        editor: Some("Bodil Vestergaard".into()),
        privacy_url: Some("https://faellesbladet.example/privatliv".parse().unwrap()),
        archive_url: None,
        intro: Some("God morgen fra redaktionen.".into()),
        key: None,
        key_file: None,
        old_key_files: vec![],
    }
}

pub(super) fn publishers() -> Vec<Publisher> {
    vec![
        Publisher {
            name: "Fællesbladets redaktion".into(),
            blurb: None,
            url: None,
            logo: None,
            desk: true,
            areas: Vec::new(),
            counters: Vec::new(),
        },
        Publisher {
            name: "Skovby Kommune".into(),
            blurb: Some("Vi er 31.000 mennesker mellem åen og skoven. Her deler vi det, vi har prøvet af i skoler, plejehjem og på veje, også når det ikke lykkedes, og vi svarer gerne på spørgsmål.".into()),
            url: Some("https://faellesbladet.example/udgivere/skovby".into()),
            logo: None,
            desk: false,
            areas: Vec::new(),
            counters: vec![("Artikler".into(), 42), ("Events".into(), 3)],
        },
    ]
}

pub(super) fn key(frequency: Frequency) -> IssueKey {
    IssueKey {
        date: NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(),
        frequency,
    }
}

pub(super) fn digest(items: Vec<Item>) -> Digest {
    Digest {
        key: key(Frequency::Daily),
        covers_from: Utc.with_ymd_and_hms(2026, 11, 20, 5, 0, 0).unwrap(),
        cut_off: Utc.with_ymd_and_hms(2026, 11, 23, 5, 0, 0).unwrap(),
        sections: Section::defaults(),
        items,
        ads: Vec::new(),
        card: None,
        pictures: OwnPictures::new(),
        blocks: Vec::new(),
        intro: Some("Tre kommuner har flyttet noget i nat, bogstaveligt talt. Vi begynder ved broen og slutter ved kaffemaskinen.".into()),
        subject: None,
        trim: crate::domain::trim::Trim::Nothing,
        last_subjects: Vec::new(),
        verdicts: Vec::new(),
    }
}

/// An item of a section with all a usual one has.
pub(super) fn item(section: &str, rank: usize, id: &str, title: &str, lede: &str) -> Item {
    let mut article = Article::new(
        ArticleId(id.into()),
        title,
        format!("articles/{id}.md"),
        "prøve",
    );
    article.lede = (!lede.is_empty()).then(|| lede.to_owned());
    article.link = Some(format!("https://faellesbladet.example/{id}"));
    article.publishers = vec!["Skovby Kommune".into()];
    article.theme = Some("Drift".into());
    article.body = vec![Block::text(
        BlockType::Paragraph,
        "ord ".repeat(150 + 100 * (rank % 5)),
    )];
    article.kind = match section {
        "nyheder" => Kind::News,
        "debat" => Kind::Opinion,
        "kalender" => Kind::Event,
        "inspiration" => Kind::Interview,
        _ => Kind::Case,
    };
    Item {
        article,
        section: SectionId(section.into()),
        topics: Vec::new(),
        rank,
        sources: Vec::new(),
        related: Vec::new(),
        renews: None,
    }
}

fn with(mut item: Item, change: impl FnOnce(&mut Article)) -> Item {
    change(&mut item.article);
    item
}

pub(super) fn image(name: &str) -> Image {
    Image {
        url: Some(format!("https://faellesbladet.example/billeder/{name}.jpg")),
        caption: None,
        credit: None,
        alt: Some("Et hus ved vand".into()),
        ..Image::default()
    }
}

/// A full day: fifteen items in all five sections.
pub(super) fn full_day() -> Digest {
    let items = vec![
        with(
            item(
                "videndeling",
                1,
                "bro",
                "Broen ved Skovby blev lukket en søndag og åbnet klogere",
                "Da broen skulle males, spurgte vejfolkene først dem, der går over den. Det gav tre nye trin, en bænk og en måned kortere byggetid. Nu bruger kommunen samme metode på stierne.",
            ),
            |a| {
                a.theme = Some("Veje".into());
                a.body.insert(0, Block::text(BlockType::Paragraph, "Det begyndte med et kort på et bord i biblioteket. Enhver kunne sætte en nål, hvor skoen trykker, og 214 gjorde det."));
                a.body.insert(1, Block::text(BlockType::Paragraph, "»Vi troede, at folk ville klage over støjen,« siger ingeniøren. De bad i stedet om et sted at sidde."));
                a.image = Some(image("bro"));
            },
        ),
        with(
            item(
                "videndeling",
                6,
                "kaffe",
                "Kaffemaskinen på rådhuset fik sit eget regneark",
                "Fire kontorer talte kopper i en uge. Det lyder småt, men tallene viste, hvor folk faktisk mødes, og hvor de bare venter på hinanden.",
            ),
            |a| {
                a.theme = Some("Mødekultur".into());
                a.image = Some(image("kaffe"));
                a.publishers = vec!["Åby Kommune".into(), "Institut for Arbejdsliv".into()];
            },
        ),
        with(
            item(
                "videndeling",
                9,
                "arkiv",
                "Arkivet i kælderen blev til en kælder i skyen",
                "Otte hyldekilometer er scannet af to seniorer og en studentermedhjælper. De fandt også en manglende tegning af svømmehallen.",
            ),
            |a| a.theme = Some("Digitalisering".into()),
        ),
        with(
            item(
                "videndeling",
                12,
                "skema",
                "Et skema mindre om ugen",
                "Hver fredag dropper Hjortholm ét skema for at se, om nogen savner det. Efter et halvt år er 21 væk, og to er kommet igen.",
            ),
            |a| a.theme = Some("Afbureaukratisering".into()),
        ),
        with(
            item(
                "nyheder",
                2,
                "budget",
                "Hjortholm bruger overskuddet på tage",
                "Pengene fra salget af den gamle skole går til utætte tage på seks institutioner. Arbejdet begynder til marts.",
            ),
            |a| {
                a.theme = Some("Økonomi".into());
                a.publishers = Vec::new();
            },
        ),
        with(
            item(
                "nyheder",
                3,
                "nat",
                "Region Vestfjord flytter nattelægen ind i bilen fra nytår, så borgerne får svar hurtigere",
                "Lægen kører med ambulancen fra kl. 22. Regionen venter 300 færre indlæggelser om året.",
            ),
            |a| {
                a.kind = Kind::PressRelease;
                a.theme = Some("Sundhed".into());
                a.publishers = vec!["Region Vestfjord".into()];
            },
        ),
        with(
            item(
                "nyheder",
                7,
                "tilsyn",
                "Tilsynet vil se flere aktindsigter besvaret til tiden",
                "Hver fjerde ansøgning ligger for længe, viser en optælling af 1.180 sager fra foråret.",
            ),
            |a| {
                a.theme = Some("Forvaltning".into());
                a.publishers = vec!["Fællesbladets redaktion".into()];
            },
        ),
        with(
            item("nyheder", 8, "bus", "Bussen til Nørre Å kører igen", ""),
            |a| {
                a.theme = None;
                a.link = None;
                a.body = vec![Block::text(
                    BlockType::Paragraph,
                    "Fra mandag stopper linje 14 ved alle sine gamle stoppesteder, og det er gratis at prøve den i december.",
                )];
            },
        ),
        with(
            item(
                "nyheder",
                13,
                "uddannelse",
                "Nyt kursus for dem, der leder andre ledere",
                "Det første hold har 20 pladser og mødes på deltagernes egne arbejdspladser.",
            ),
            |a| {
                a.theme = Some("Uddannelse".into());
                a.previously_published = Some(Reprint {
                    medium: "avisen.example".into(),
                    date: NaiveDate::from_ymd_opt(2026, 11, 3),
                });
            },
        ),
        with(
            item(
                "inspiration",
                0,
                "vagt",
                "Hun satte sig ved den tomme plads, og så begyndte mødet",
                "Personalemødet i Lindebo var altid det samme: to talte, tolv så på uret. Så flyttede afdelingslederen sin stol, og nu skriver alle dagsordenen sammen. Sygefraværet er faldet, men det er latteren, hun helst taler om.",
            ),
            |a| {
                a.theme = Some("Ledelse".into());
                a.publishers = Vec::new();
                a.authors = vec![Author {
                    name: "Ditte Holm".into(),
                    role: None,
                }];
                a.image = Some(Image {
                    caption: Some("Stolen står der endnu, nu med en pude på".into()),
                    credit: Some("Foto: Aksel Bruun".into()),
                    ..image("stol")
                });
                a.attachments = vec![
                    Attachment {
                        title: "Lindebos dagsorden til eget brug".into(),
                        url: Some("https://faellesbladet.example/vagt.pdf".into()),
                        format: Some("pdf".into()),
                        note: None,
                    },
                    Attachment {
                        title: "Et papir uden adresse".into(),
                        url: None,
                        format: None,
                        note: None,
                    },
                ];
                a.body.push(Block {
                    kind: BlockType::Fact,
                    text: "Tre greb fra Lindebo".into(),
                    items: vec![
                        "Dagsordenen er åben til en time før".into(),
                        "Den yngste taler først".into(),
                        "Mødet slutter, når det er slut".into(),
                    ],
                });
            },
        ),
        with(
            item(
                "inspiration",
                5,
                "rad",
                "Tre spørgsmål, der forkorter et møde",
                "Hvad skal vi beslutte, hvem mangler vi, og hvad kan stå i en mail?",
            ),
            |a| a.theme = Some("Gode råd".into()),
        ),
        with(
            item("kalender", 10, "net", "Netværksdag om sprog i breve", ""),
            |a| {
                a.event_date = NaiveDate::from_ymd_opt(2026, 11, 26);
                a.publishers = vec!["Netværket Klart Sprog".into()];
            },
        ),
        with(
            item("kalender", 11, "aar", "Årsmøde for vej og park", ""),
            |a| a.event_date = NaiveDate::from_ymd_opt(2026, 12, 9),
        ),
        with(
            item(
                "debat",
                4,
                "tillid",
                "Stol på dem, der har nøglen",
                "Vi har ni nøglesedler og én hoveddør. Lad os begynde med at fjerne de otte, skriver en pedel.",
            ),
            |a| {
                a.publishers = Vec::new();
                a.authors = vec![Author {
                    name: "Mogens Kær".into(),
                    role: Some("teknisk serviceleder i Skovby".into()),
                }];
            },
        ),
        with(
            item(
                "debat",
                14,
                "ord",
                "Drop ordet borgernær",
                "Når alt er borgernært, er intet det. Prøv at skrive, hvad I gør, i stedet for hvor tæt på.",
            ),
            |a| {
                a.publishers = vec!["Foreningen Klart Sprog".into()];
                a.authors = vec![Author {
                    name: "Sanne Lykke".into(),
                    role: Some("kommunikationskonsulent".into()),
                }];
            },
        ),
    ];
    Digest {
        ads: vec![
            ad("bog", false),
            ad("kursus", false),
            ad("udgiver", true),
            ad("del", true),
        ],
        card: publishers().pop(),
        ..digest(items)
    }
}

pub(super) fn ad(id: &str, house: bool) -> Ad {
    let (title, text, words) = if house {
        (
            "Kender du en, der burde læse med?",
            "Send brevet videre. Det er gratis at få og let at slippe af med.",
            "Del linket til tilmelding",
        )
    } else {
        (
            "Godt sprog i svære breve, 2. udgave",
            "212 sider med eksempler. 245 kr. frem til jul.",
            "Læs et kapitel hos Forlaget Kilden",
        )
    };
    Ad {
        id: id.into(),
        advertiser: (!house).then(|| "Forlaget Kilden".into()),
        title: title.into(),
        text: Some(text.into()),
        link: format!("https://kilden.example/{id}"),
        link_text: words.into(),
        image: None,
        image_alt: None,
        label: None,
        loud: true,
        starts: None,
        expires: None,
        house,
        slot: None,
        category: None,
        weight: 1,
    }
}
