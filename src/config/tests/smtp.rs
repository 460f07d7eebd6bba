//! Relays, limits and warm-up plans.

use super::*;

#[test]
fn a_relay_is_named_and_nothing_leaves_this_machine_in_plain_text_or_with_dead_links() {
    let check = |added: &str, expected: &[&str]| assert_eq!(faults_of(added), expected, "{added}");
    let smtp = |more: &str| format!("[transport]\nkind = \"smtp\"\n[transport.smtp]\n{more}");
    let served = "[unsubscribe]\nserved = \"yes\"\n";
    check(
        &smtp(""),
        &["3 transport.smtp.host missing: letters are to leave by SMTP"],
    );
    check(&smtp("host = \"127.0.0.1\"\ntls = \"none\"\n"), &[]);
    check(&smtp("host = \"localhost\"\ntls = \"none\"\n"), &[]);
    let far = "host = \"smtp.avis.example\"\n";
    check(&(smtp(far) + served), &[]);
    check(
        &smtp(far),
        &[
            "0 unsubscribe.served nothing answers under the unsubscribe links, so no letter may leave for \
           `smtp.avis.example`",
        ],
    );
    check(
        &(smtp(&format!("{far}tls = \"none\"\n")) + served),
        &[
            "5 transport.smtp.tls letters and password would go to `smtp.avis.example` for all on the way to read",
        ],
    );
    check(
        &(smtp(&format!("{far}tls = \"none\"\nallow_plaintext = true\n")) + served),
        &[],
    );
    // Nothing of it counts for files.
    check(&format!("[transport.smtp]\n{far}tls = \"none\"\n"), &[]);
    check(
        "[transport.smtp]\nusername = \"anna\"\n",
        &["2 transport.smtp.username there is no password to log in with"],
    );
    check(
        "[transport.smtp]\nusername = \"anna\"\npassword = \"hemmelig\"\npassword_file = \"x\"\n",
        &["4 transport.smtp.password_file there are two passwords"],
    );
    check(
        "[transport.smtp]\npassword = \"hemmelig\"\n",
        &["2 transport.smtp.password there is no name to log in under"],
    );
    check(
        "[transport.smtp]\nhost = \"a b\"\nconnections = 0\n",
        &[
            "2 transport.smtp.host `a b` is no name of a machine",
            "3 transport.smtp.connections `0` is out of range",
        ],
    );
}

#[test]
fn every_relay_of_the_list_is_held_to_the_same_rules_and_named() {
    let check = |added: &str, expected: &[&str]| assert_eq!(faults_of(added), expected, "{added}");
    let with = |more: &str| {
        format!(
            "[unsubscribe]\nserved = \"yes\"\n[transport]\nkind = \"smtp\"\n[transport.smtp]\nhost = \"127.0.0.1\"\n\
             tls = \"none\"\nallow_plaintext = true\nusername = \"anna\"\npassword = \"hemmelig\"\n\
             [[transport.smtp.relay]]\n{more}"
        )
    };
    check(&with("host = \"localhost\"\n"), &[]);
    check(&with("host = \"b.example\"\ntls = \"starttls\"\n"), &[]);
    // Neither the leave to go unencrypted nor the login is taken over.
    check(
        &with("host = \"b.example\"\n"),
        &[
            "11 transport.smtp.relay[0].tls letters and password would go to `b.example` for all on the way to read",
        ],
    );
    check(
        &with(
            "host = \"localhost\"\n[[transport.smtp.relay]]\nhost = \"localhost\"\nusername = \"b\"\n",
        ),
        &["15 transport.smtp.relay[1].username there is no password to log in with"],
    );
    check(
        &with("host = \"localhost\"\npassword = \"x\"\npassword_file = \"y\"\n"),
        &["14 transport.smtp.relay[0].password_file there are two passwords"],
    );
    check(
        &with("host = \"a b\"\nport = 0\nper_connection = 0\n"),
        &[
            "11 transport.smtp.relay[0].tls letters and password would go to `a b` for all on the way to read",
            "12 transport.smtp.relay[0].host `a b` is no name of a machine",
            "13 transport.smtp.relay[0].port `0` is out of range",
            "14 transport.smtp.relay[0].per_connection `0` is out of range",
        ],
    );
    check(
        &with("port = 25\n"),
        &["11 transport.smtp.relay[0].host missing: it has no default"],
    );
    check(
        &with("host = \"localhost\"\nconnections = 3\n"),
        &["13 transport.smtp.relay[0].connections unknown key"],
    );
    check(
        "[transport]\nkind = \"smtp\"\n[transport.smtp]\nhost = \"localhost\"\n[[transport.smtp.relay]]\n\
         host = \"b.example\"\n",
        &[
            "0 unsubscribe.served nothing answers under the unsubscribe links, so no letter may leave for `b.example`",
        ],
    );
}

#[test]
fn limits_are_named_by_their_domains_and_rates_are_rates() {
    let check = |added: &str, expected: &[&str]| assert_eq!(faults_of(added), expected, "{added}");
    check(
        "[limits.\"GMail.com\"]\nrate = \"10/s\"\nalso = [\"googlemail.com\"]\n[limits.\"rødgrød.dk\"]\nrate = \"1/hour\"\n",
        &[],
    );
    check("[limits]\n", &[]);
    let no_rate = "is no rate";
    for bad in ["10", "0/s", "10/sec", "ti/s"] {
        check(
            &format!("[limits.\"gmail.com\"]\nrate = \"{bad}\"\n"),
            &[&format!("2 limits.\"gmail.com\".rate `{bad}` {no_rate}")],
        );
        check(
            &format!("[transport.smtp]\nrate = \"{bad}\"\n"),
            &[&format!("2 transport.smtp.rate `{bad}` {no_rate}")],
        );
    }
    check(
        "[limits.gmail]\nrate = \"1/s\"\n",
        &["1 limits.gmail `gmail` is no mail domain"],
    );
    check(
        "[limits.\"gmail.com\"]\nrat = \"1/s\"\n",
        &[
            "1 limits.\"gmail.com\".rate missing: it has no default",
            "2 limits.\"gmail.com\".rat unknown key",
        ],
    );
    check(
        "[limits.\"gmail.com\"]\nrate = \"1/s\"\nalso = [\"a b\", \"aol.com\"]\n",
        &["3 limits.\"gmail.com\".also[0] `a b` is no mail domain"],
    );
    let twice = |key: &str, domain: &str| {
        format!("{key} `{domain}` has a limit already, by `limits.\"GMAIL.com\"`")
    };
    check(
        "[limits.\"gmail.com\"]\nrate = \"1/s\"\nalso = [\"Gmail.Com\"]\n[limits.\"GMAIL.com\"]\nrate = \"2/s\"\n",
        &[
            &twice("1 limits.\"gmail.com\"", "gmail.com"),
            &twice("3 limits.\"gmail.com\".also[0]", "gmail.com"),
        ],
    );
    check(
        "[limits]\nrate = \"1/s\"\n",
        &["2 limits.rate `1/s` where a table is needed"],
    );
}

#[test]
fn a_warm_up_plan_has_a_first_day_and_letters_on_each() {
    let check = |added: &str, expected: &[&str]| {
        let smtp = format!("[transport.smtp]\n{added}");
        assert_eq!(faults_of(&smtp), expected, "{added}");
    };
    check("warm_up = [200, 500]\nwarm_up_from = 2026-11-23\n", &[]);
    check(
        "warm_up = [200, 0]\n",
        &[
            "2 transport.smtp.warm_up[1] a day without a letter",
            "2 transport.smtp.warm_up the plan has no first day",
        ],
    );
    check(
        "warm_up_from = 2026-11-23\n",
        &["2 transport.smtp.warm_up_from there is no plan that begins then"],
    );
    check(
        "warm_up = \"200\"\n[[transport.smtp.relay]]\nhost = \"b.example\"\nwarm_up = [1]\n",
        &[
            "2 transport.smtp.warm_up `200` where a list in brackets is needed",
            "5 transport.smtp.relay[0].warm_up the plan has no first day",
        ],
    );
}
