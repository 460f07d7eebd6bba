use std::collections::BTreeSet;

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der, Pkcs8V2Der},
    rsa::{self, KeySize},
    signature::Ed25519KeyPair,
};
use chrono::TimeZone as _;

use super::*;

/// The Ed25519 key of RFC 8463 appendix A.2, as PKCS#8.
const RFC_8463: &str = "-----BEGIN PRIVATE KEY-----\n\
    MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";

pub(in crate::letter) fn signer() -> Signer {
    let rsa: Pkcs8V1Der<'_> = rsa::KeyPair::generate(KeySize::Rsa2048)
        .unwrap()
        .as_der()
        .unwrap();
    let keys = [("r", to_pem(rsa.as_ref())), ("e", RFC_8463.to_owned())];
    Signer::new(
        SigningDomain::parse("avis.example").unwrap(),
        keys.map(|(selector, pem)| {
            (
                Selector::parse(selector).unwrap(),
                PrivateKey::from_pem(&pem).unwrap(),
            )
        })
        .into(),
    )
}

fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 23, 12, 0, 0).unwrap()
}

const LETTER: &str = "From: nyt@avis.example\r\nTo: a@b.example\r\nSubject: Hej\r\n\r\nHej.\r\n";

#[test]
fn a_letter_signed_again_has_the_same_bytes() {
    let signer = signer();
    let sign = || {
        let mut letter = LETTER.to_owned();
        signer.sign(&mut letter, noon()).unwrap();
        letter
    };
    let letter = sign();
    assert_eq!(letter, sign());
    assert!(letter.ends_with(LETTER));
    let fields = letter.strip_suffix(LETTER).unwrap();
    assert_eq!(fields.matches("DKIM-Signature: ").count(), 2);
    assert_eq!(fields.matches("t=1795435200;").count(), 2);
    for (tag, there) in [("l=", false), ("x=", false), ("relaxed/relaxed", true)] {
        assert_eq!(fields.contains(tag), there, "{tag}");
    }
    for line in fields.lines() {
        assert!(line.len() <= LINE, "{line}");
        assert!(line.starts_with(' ') || line.starts_with("DKIM-Signature:"));
    }
}

#[test]
fn a_field_is_covered_as_often_as_it_occurs_and_once_more_where_none_may_be_added() {
    let fields = signer().fields(LETTER, noon()).unwrap();
    let text = fields.replace("\r\n ", "");
    let first = text.split(" h=").nth(1).unwrap();
    let names: Vec<&str> = first.split(';').next().unwrap().split(':').collect();
    let count = |name: &str| names.iter().filter(|known| **known == name).count();
    for (name, times) in [
        ("from", 2),
        ("subject", 2),
        ("reply-to", 1),
        ("list-unsubscribe", 1),
        ("list-unsubscribe-post", 1),
        ("content-transfer-encoding", 0),
        ("dkim-signature", 0),
    ] {
        assert_eq!(count(name), times, "{name}");
    }
}

#[test]
fn what_is_no_letter_is_left_as_it_was() {
    let mut text = "no letter".to_owned();
    assert_eq!(signer().sign(&mut text, noon()), Err(SignError::NoHeader));
    assert_eq!(text, "no letter");
}

#[test]
fn threads_share_a_signer() {
    fn shared<T: Send + Sync>() {}
    shared::<Signer>();
}

#[test]
fn the_key_of_rfc_8463_is_read_and_published_as_it_is_there() {
    let key = PrivateKey::from_pem(RFC_8463).unwrap();
    let record = DkimRecord::of(
        &key,
        &Selector::parse("brisbane").unwrap(),
        &SigningDomain::parse("football.example.com").unwrap(),
    )
    .unwrap();
    assert_eq!(record.name, "brisbane._domainkey.football.example.com");
    assert_eq!(
        record.value,
        "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    );
}

#[test]
fn keys_of_every_layout_are_read() {
    let pair = rsa::KeyPair::generate(KeySize::Rsa3072).unwrap();
    let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
    let pkcs8 = to_pem(der.as_ref());
    let read = PrivateKey::from_pem(&pkcs8).unwrap();
    assert_eq!(read.kind(), KeyKind::Rsa);
    // PKCS#1 is what PKCS#8 wraps: it begins with the second long sequence.
    let mut pairs = der.as_ref().windows(2).enumerate();
    pairs.find(|(_, pair)| *pair == [0x30, 0x82]).unwrap();
    let (at, _) = pairs.find(|(_, pair)| *pair == [0x30, 0x82]).unwrap();
    let inner = STANDARD.encode(&der.as_ref()[at..]);
    let pkcs1 =
        format!("-----BEGIN RSA PRIVATE KEY-----\r\n{inner}\r\n-----END RSA PRIVATE KEY-----\r\n");
    let same = PrivateKey::from_pem(&pkcs1).unwrap();
    assert_eq!(read.public().unwrap(), same.public().unwrap());
    let pair = Ed25519KeyPair::generate().unwrap();
    let first: Pkcs8V1Der<'_> = pair.as_der().unwrap();
    let second: Pkcs8V2Der<'_> = pair.as_der().unwrap();
    let public: BTreeSet<String> = [to_pem(first.as_ref()), to_pem(second.as_ref())]
        .iter()
        .map(|pem| PrivateKey::from_pem(&format!("explained\n{pem}")).unwrap())
        .map(|key| key.public().unwrap())
        .collect();
    assert_eq!(public.len(), 1, "both versions hold the same key");
}

#[test]
fn what_cannot_sign_is_refused_by_name() {
    let check = |text: &str, fault: KeyFault| {
        assert_eq!(PrivateKey::from_pem(text).unwrap_err(), fault, "{text}");
        assert!(!fault.remedy().is_empty());
    };
    let pem = |label: &str, body: &str| {
        format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
    };
    check("", KeyFault::NoPem);
    check(
        &pem("PUBLIC KEY", "AAAA"),
        KeyFault::Other("PUBLIC KEY".into()),
    );
    check(
        &pem("EC PRIVATE KEY", "AAAA"),
        KeyFault::Other("EC PRIVATE KEY".into()),
    );
    check(&pem("ENCRYPTED PRIVATE KEY", "AAAA"), KeyFault::Encrypted);
    check(
        &pem(
            "RSA PRIVATE KEY",
            "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA",
        ),
        KeyFault::Encrypted,
    );
    check(&pem("RSA PRIVATE KEY", "AAAA"), KeyFault::Damaged);
    check(&pem("RSA PRIVATE KEY", "*"), KeyFault::Damaged);
    check(&RFC_8463[..60], KeyFault::Damaged);
}

#[test]
fn a_key_is_never_shown() {
    let key = PrivateKey::from_pem(RFC_8463).unwrap();
    assert_eq!(format!("{key:?}"), "PrivateKey(ed25519)");
}

#[test]
fn a_long_record_is_parted_into_strings_that_join_to_it() {
    let record = DkimRecord {
        name: "s._domainkey.avis.example".into(),
        value: "a".repeat(600),
    };
    let strings = record.strings();
    assert_eq!(strings.concat(), record.value);
    assert_eq!(
        strings
            .iter()
            .map(|string| string.len())
            .collect::<Vec<_>>(),
        [255, 255, 90]
    );
    assert!(
        record
            .to_zone()
            .starts_with("s._domainkey.avis.example. IN TXT (\n    \"a")
    );
}
