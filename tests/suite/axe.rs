//! axe-core, which reads pages for those who do not see or point.

use std::{env, fs};

use serde_json::Value;

use crate::browser::{Browser, page};

/// Its program, to be run in a page.
pub struct Axe(String);

impl Axe {
    /// As `OVERBLIK_TEST_AXE` names its file; it finds what there is.
    pub fn there() -> Self {
        let file = env::var("OVERBLIK_TEST_AXE").expect("OVERBLIK_TEST_AXE names no file");
        let axe = Self(fs::read_to_string(file).unwrap());
        let mut browser = Browser::open("about:blank");
        browser.without_policy();
        browser.go(&page("<title>x</title><img src='x'>"));
        let faulty = axe.findings(&mut browser).to_string();
        assert!(faulty.contains("image-alt"), "{faulty}");
        axe
    }

    /// What it finds in the page that is open; frames have pages of their own.
    fn findings(&self, browser: &mut Browser) -> Value {
        browser.eval(&format!("{}; 0", self.0));
        browser.eval(
            "axe.run(document, { iframes: false }).then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' ')))",
        )
    }

    /// It finds nothing in the page that is open, by day and in the dark.
    pub fn finds_nothing(&self, browser: &mut Browser, what: &str) {
        for dark in [false, true] {
            if dark {
                browser.dark();
            } else {
                browser.light();
            }
            let found = self.findings(browser);
            assert_eq!(found, Value::Array(vec![]), "{what}, dark: {dark}");
        }
        browser.light();
    }
}
