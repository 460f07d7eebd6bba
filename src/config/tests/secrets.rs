//! What is not shown, and what is.

use super::*;

#[test]
fn secrets_are_masked_in_the_effective_config() {
    let mut value = json!({
        "smtp": { "password": "x", "password_file": "f", "username": "u" },
        "list": [{ "api_token": "y", "secret": null }],
    });
    mask(&mut value);
    assert_eq!(
        value,
        json!({
            "smtp": { "password": "********", "password_file": "f", "username": "u" },
            "list": [{ "api_token": "********", "secret": null }],
        })
    );
}

#[test]
fn a_refused_secret_is_not_repeated() {
    let text = SMALL.replacen("[newsletter]", "[newsletter]\nkey = 4711", 1);
    let faults = loaded(&[("default.toml", &text)], &[]).unwrap_err();
    assert_eq!(faults[0].key.as_deref(), Some("newsletter.key"));
    assert!(!format!("{faults:?}").contains("4711"));
}

#[test]
fn a_further_relays_password_is_masked() {
    let text = format!(
        "{SMALL}\n[transport.smtp]\nhost = \"a.example\"\n[[transport.smtp.relay]]\nhost = \"b.example\"\n\
         username = \"anna\"\npassword = \"hemmelig\"\n"
    );
    let config = loaded(&[("default.toml", &text)], &[]).unwrap();
    let shown = config.effective_toml();
    assert!(!shown.contains("hemmelig"), "{shown}");
    assert!(shown.contains("[[transport.smtp.relay]]"), "{shown}");
    let again = loaded(&[("default.toml", &shown)], &[]).unwrap();
    assert_eq!(again.effective(), config.effective());
}

#[test]
fn the_effective_config_is_a_config_that_says_the_same() {
    for text in [DEFAULT, SMALL] {
        let config = loaded(&[("default.toml", text)], &[]).unwrap();
        let again = loaded(&[("default.toml", &config.effective_toml())], &[]).unwrap();
        assert_eq!(again.effective(), config.effective());
    }
}
