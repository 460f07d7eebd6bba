//! The pages in a real browser: pressed as a reader presses them, and read by axe.

use std::fs;

use serde_json::Value;

use super::{Served, link};
use crate::{axe::Axe, browser::Browser, world::World};

struct Reader {
    world: World,
    served: Served,
}

impl Reader {
    fn new() -> Self {
        let world = World::with(1, 1);
        assert_eq!(world.run(&["send", "--date", "2026-11-23"]).code, 0);
        let served = Served::at(&world);
        Self { world, served }
    }

    fn url(&self, place: &str) -> String {
        let link = link(&self.world, "state/key", "reader0@kommune.example");
        format!(
            "http://{}{}",
            self.served.address,
            link.replace("/u/", place)
        )
    }

    fn says(&self) -> Vec<String> {
        let log = fs::read_to_string(self.world.path("state/suppressions.log"));
        let word = |line: &str| line.rsplit(' ').next().unwrap_or_default().to_owned();
        log.unwrap_or_default().lines().map(word).collect()
    }
}

const TITLE: &str = "document.querySelector('h1').textContent";

#[test]
fn a_reader_leaves_and_comes_back_by_two_buttons_and_no_script() {
    let reader = Reader::new();
    let mut browser = Browser::open(&reader.url("/u/"));
    // No script of a page's own runs here; the test's questions do.
    let english = browser.eval("navigator.language.startsWith('en')") == Value::Bool(true);
    if english {
        browser.go(&format!("{}?lang=da", reader.url("/u/")));
    }
    assert_eq!(browser.eval(TITLE), "Vil du afmelde nyhedsbrevet?");
    assert!(reader.says().is_empty());
    browser.click("button");
    browser.until(&format!("{TITLE} == 'Du er afmeldt'"));
    assert_eq!(reader.says(), ["left"]);
    browser.click("button");
    browser.until(&format!("{TITLE} == 'Du er med igen'"));
    assert_eq!(reader.says(), ["left", "lifted"]);
    // The style sheet is the one the policy names.
    let band = "getComputedStyle(document.querySelector('.band')).height";
    assert_eq!(browser.eval(band), "8px");
    let refused: Vec<&String> = browser
        .complaints
        .iter()
        .filter(|said| !said.contains("favicon"))
        .collect();
    assert!(refused.is_empty(), "{refused:?}");
}

#[test]
fn the_pages_fit_a_narrow_window_light_and_dark() {
    let reader = Reader::new();
    let mut browser = Browser::open(&reader.url("/u/"));
    for width in [320, 375, 700] {
        browser.resize(width, 800);
        for place in ["/u/", "/p/", "/u/x"] {
            browser.go(&reader.url(place));
            let sideways = browser.eval("document.documentElement.scrollWidth > innerWidth");
            assert_eq!(sideways, Value::Bool(false), "{place} at {width}");
        }
    }
    let ground = "getComputedStyle(document.body).backgroundColor";
    assert_eq!(browser.eval(ground), "rgb(251, 250, 246)");
    browser.dark();
    assert_eq!(browser.eval(ground), "rgb(20, 25, 29)");
}

#[test]
#[ignore = "wants axe-core: `tests/axe FOLDER` puts it there, and `OVERBLIK_TEST_AXE` names the file"]
fn axe_finds_nothing_to_say_about_any_page() {
    let axe = Axe::there();
    let reader = Reader::new();
    let mut browser = Browser::open("about:blank");
    browser.without_policy();
    for (place, title) in [
        ("/u/", "Do you want to unsubscribe?"),
        ("/p/", "Topics, days and format"),
        ("/x/", "The link does not work"),
    ] {
        browser.go(&format!("{}?lang=en", reader.url(place)));
        assert_eq!(browser.eval(TITLE), title);
        axe.finds_nothing(&mut browser, place);
    }
    browser.go(&format!("{}?lang=da", reader.url("/u/")));
    for title in ["Du er afmeldt", "Du er med igen"] {
        browser.click("button");
        browser.until(&format!("{TITLE} == '{title}'"));
        axe.finds_nothing(&mut browser, title);
    }
}
