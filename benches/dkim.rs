//! What signing costs: microseconds for a letter of 40 kB built and signed on one thread, beside the bare signature
//! of the same library in the same run and that of `openssl speed` where there is an `openssl`.
//!
//! `cargo bench --bench dkim`
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::{
    hint::black_box,
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use aws_lc_rs::{
    digest::{SHA256, digest},
    encoding::{AsDer as _, Pkcs8V1Der},
    rsa::{self, KeySize},
    signature::{Ed25519KeyPair, RSA_PKCS1_SHA256},
};
use chrono::{NaiveDate, TimeZone as _, Utc};
use overblik::{
    domain::{
        address::Address,
        issue::{Frequency, IssueKey},
        key::{SigningKey, SubscriberId},
        language::Language,
        newsletter::Newsletter,
        piece::{Edition, Piece, PieceId, Slot},
        subscriber::Format,
    },
    letter::{
        Letterhead, Links, Reader, Splicer, Stamp,
        dkim::{PrivateKey, Selector, Signer, SigningDomain, to_pem},
        encode::EncodedPiece,
        settings::{BounceSettings, UnsubscribeSettings},
    },
};

/// Rounds of a measure; the fastest counts, for the others were disturbed.
const ROUNDS: usize = 30;
/// How long one round lasts.
const ROUND: Duration = Duration::from_millis(100);

fn main() {
    let rsa = rsa::KeyPair::generate(KeySize::Rsa2048).unwrap();
    let ed25519 = Ed25519KeyPair::generate().unwrap();
    let rsa_der: Pkcs8V1Der<'_> = rsa.as_der().unwrap();
    let ed25519_der: Pkcs8V1Der<'_> = ed25519.as_der().unwrap();
    let (rsa_pem, ed25519_pem) = (to_pem(rsa_der.as_ref()), to_pem(ed25519_der.as_ref()));

    let hash = digest(&SHA256, b"what is signed");
    let mut signature = vec![0; rsa.public_modulus_len()];
    let [unsigned, by_rsa, by_ed25519, by_both] = [
        vec![],
        vec![&rsa_pem],
        vec![&ed25519_pem],
        vec![&rsa_pem, &ed25519_pem],
    ]
    .map(|pems| splicer(&pems));
    let size = letter(&unsigned);
    let body = vec![b'a'; size];
    let [
        bare_rsa,
        bare_ed25519,
        hashing,
        built,
        with_rsa,
        with_ed25519,
        with_both,
    ] = micros([
        &mut || {
            rsa.sign_digest(&RSA_PKCS1_SHA256, &hash, &mut signature)
                .unwrap();
            black_box(&signature);
        },
        &mut || {
            black_box(ed25519.try_sign(hash.as_ref()).unwrap());
        },
        &mut || {
            black_box(digest(&SHA256, &body));
        },
        &mut || {
            black_box(letter(&unsigned));
        },
        &mut || {
            black_box(letter(&by_rsa));
        },
        &mut || {
            black_box(letter(&by_ed25519));
        },
        &mut || {
            black_box(letter(&by_both));
        },
    ]);

    println!("a letter of {size} octets, one thread, microseconds");
    println!("  SHA-256 of as many octets      {hashing:8.1}");
    println!("  build                          {built:8.1}");
    println!("  build and sign, RSA-2048       {with_rsa:8.1}");
    println!("  build and sign, Ed25519        {with_ed25519:8.1}");
    println!("  build and sign, both           {with_both:8.1}");
    println!("bare signatures, microseconds");
    println!("  aws-lc-rs RSA-2048             {bare_rsa:8.1}");
    println!("  aws-lc-rs Ed25519              {bare_ed25519:8.1}");
    let openssl_rsa = openssl("rsa2048", "rsa 2048 bits", 5);
    let openssl_ed25519 = openssl("ed25519", "EdDSA (Ed25519)", 6);
    for (name, micros) in [("RSA-2048", openssl_rsa), ("Ed25519 ", openssl_ed25519)] {
        match micros {
            Some(micros) => println!("  openssl speed {name}         {micros:8.1}"),
            None => println!("  openssl speed {name}         not there"),
        }
    }
    println!("ratios");
    let ratio = |name: &str, signed: f64, bare: f64| println!("  {name} {:8.2}", signed / bare);
    ratio(
        "build and sign / aws-lc-rs, RSA-2048   ",
        with_rsa,
        bare_rsa,
    );
    if let Some(bare) = openssl_rsa {
        ratio("build and sign / openssl speed, RSA-2048", with_rsa, bare);
    }
    ratio(
        "build and sign / aws-lc-rs, Ed25519    ",
        with_ed25519,
        bare_ed25519,
    );
    if let Some(bare) = openssl_ed25519 {
        ratio(
            "build and sign / openssl speed, Ed25519",
            with_ed25519,
            bare,
        );
    }
}

/// Microseconds of one call of each, the best of some rounds; they take turns, so that what disturbs one disturbs all.
fn micros<const N: usize>(mut acts: [&mut dyn FnMut(); N]) -> [f64; N] {
    let mut best = [f64::INFINITY; N];
    for _ in 0..ROUNDS {
        for (act, best) in acts.iter_mut().zip(&mut best) {
            let started = Instant::now();
            let mut calls = 0_u32;
            while started.elapsed() < ROUND {
                act();
                calls += 1;
            }
            *best = best.min(started.elapsed().as_secs_f64() * 1e6 / f64::from(calls));
        }
    }
    best
}

/// Makes one letter and gives its size.
fn letter(splicer: &Splicer) -> usize {
    let address = Address::parse("anna@kommune.example").unwrap();
    let reader = Reader {
        id: SubscriberId([1; 32]),
        address: &address,
        name: Some("Anna Holm"),
        signed_up: None,
    };
    let edition = Edition {
        format: Format::Html,
        language: Language::Da,
        subject: "Vikarpengene er brugt i hver tredje forvaltning".into(),
        preheader: String::new(),
        html: (1..26).map(PieceId).collect(),
        text: vec![PieceId(0)],
        items: vec![],
        topics: vec![],
    };
    splicer
        .letter(&edition, &reader)
        .unwrap()
        .message
        .text()
        .len()
}

fn splicer(pems: &[&String]) -> Splicer {
    let newsletter: Newsletter = toml::from_str(
        "name = \"Fællesbladet\"\nlist_id = \"nyt.avis.example\"\nfrom = \"Fællesbladet <nyt@avis.example>\"\n\
         reply_to = \"red@avis.example\"\nbase_url = \"https://avis.example/\"\n",
    )
    .unwrap();
    let piece = |format, text: &str| {
        EncodedPiece::encode(&Piece {
            name: "p".into(),
            format,
            text: text.into(),
        })
    };
    let text = "En linje, som den står i brevets tekst, med æ og ø og et tal eller to.\n";
    let own = format!("{}\n{}\n", Slot::Greeting.mark(), Slot::Unsubscribe.mark());
    let item =
        "<p style=\"margin:0;font:400 16px/25px Georgia,serif\">En linje af et indlæg.</p>\n";
    let mut pieces = vec![
        piece(Format::Text, &format!("{own}{}", text.repeat(100))),
        piece(Format::Html, &format!("<p>{own}</p>\n")),
    ];
    pieces.extend((2..26).map(|_| piece(Format::Html, &item.repeat(14))));
    let keys: Vec<(Selector, PrivateKey)> = pems
        .iter()
        .enumerate()
        .map(|(number, pem)| {
            (
                Selector::parse(&format!("k{number}")).unwrap(),
                PrivateKey::from_pem(pem).unwrap(),
            )
        })
        .collect();
    let domain = SigningDomain::parse("avis.example").unwrap();
    let signer = (!keys.is_empty()).then(|| Arc::new(Signer::new(domain, keys)));
    Splicer::new(
        Stamp {
            key: IssueKey {
                date: NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(),
                frequency: Frequency::Daily,
            },
            frozen_at: Utc.with_ymd_and_hms(2026, 11, 23, 5, 0, 0).unwrap(),
            hash: [7; 32],
        },
        Letterhead::of(
            &newsletter,
            &UnsubscribeSettings::default(),
            &BounceSettings::default(),
        ),
        Links::Signed(SigningKey::new([1; 32])),
        pieces,
    )
    .signed_by(signer)
}

/// Microseconds of a signature by `openssl speed`: its line `rsa 2048 bits 0.000254s 0.000016s 3937.0 62500.0`, the
/// rate of signing at that word.
fn openssl(algorithm: &str, line: &str, rate: usize) -> Option<f64> {
    let output = Command::new("openssl")
        .args(["speed", "-seconds", "3", algorithm])
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let line = text.lines().find(|found| found.contains(line))?;
    let rate: f64 = line.split_whitespace().nth(rate)?.parse().ok()?;
    Some(1e6 / rate)
}
