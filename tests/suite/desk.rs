//! The editor's desk in a real browser: what is chosen is shown, what changes is renewed, a proof is mailed; and it obeys
//! nobody else.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Stdio},
};

use crate::{
    axe::Axe,
    browser::Browser,
    world::{World, names},
};

const DATE: &str = "2026-11-23";

/// The desk at work; ended when it is dropped.
struct Desk {
    process: Child,
    url: String,
}

impl Desk {
    fn open(world: &World, more: &[&str]) -> Self {
        let arguments = [more, &["preview", "--serve", "-q", "--date", DATE]].concat();
        let mut process = world
            .command(&arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut url)
            .unwrap();
        Self {
            process,
            url: url.trim().to_owned(),
        }
    }

    fn port(&self) -> u16 {
        let port = self.url.trim_end_matches('/').rsplit(':').next();
        port.unwrap().parse().unwrap()
    }

    /// What it answers to a request, as it stands.
    fn answers(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port())).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A newsletter with two topics, and somebody to mail proofs to.
fn newsletter() -> World {
    let world = World::with(3, 2);
    world.article("om-ledelse", "En leder om ledelse", "2026-11-22");
    world.write(
        "config/test.toml",
        "[issues]\nproof_to = [\"red@bladet.example\"]\n",
    );
    world
}

const LETTER: &str = "document.querySelector('#view iframe').srcdoc.replaceAll('\\u00a0', ' ')";

#[test]
fn what_is_chosen_is_what_is_shown() {
    let world = newsletter();
    let desk = Desk::open(&world, &["--env", "test"]);
    let mut browser = Browser::open(&desk.url);
    browser.until(&format!("{LETTER}.includes('En leder om ledelse')"));
    browser.until(&format!("{LETTER}.includes('Nyt om skole nummer 2')"));
    browser.until("document.getElementById('whyCount').textContent == '4 / 4'");

    browser.click("#topics input[value=ledelse]");
    browser.until(&format!("!{LETTER}.includes('nummer 2')"));
    browser.until("document.getElementById('whyCount').textContent == '1 / 4'");
    browser.click("input[name=language][value=en]");
    browser.until(&format!("{LETTER}.includes('Dear reader')"));
    browser.click("input[name=format][value=text]");
    browser.until("document.querySelector('#view pre').textContent.includes('Dear reader')");
    browser.click("input[name=format][value=html]");
    browser.until(LETTER);

    browser.click("input[name=width][value='320']");
    browser.until("document.querySelector('#view iframe').clientWidth == 320");
    browser.click("input[name=scheme][value=dark]");
    browser.until("getComputedStyle(document.querySelector('#view iframe')).colorScheme == 'dark'");
    browser.click("input[name=images]");
    browser.until(&format!("{LETTER}.includes(\"img-src 'none'\")"));
    browser.click("input[name=view][value=source]");
    browser.until(
        "[...document.querySelectorAll('#view dt')].some(name => name.textContent == 'Subject')",
    );
    browser.until("document.querySelector('#view dd').textContent.includes('2026')");
    browser.until("[...document.querySelectorAll('#view dd')].some(text => text.textContent.includes('Prøvebladet'))");
    browser.click("input[name=frequency][value=weekly]");
    browser.until("document.getElementById('state').textContent.startsWith('weekly-')");
    browser.click("#tongue");
    browser.until("document.documentElement.lang == 'en' && document.getElementById('proof').textContent == 'Mail a proof'");
    assert_eq!(browser.complaints, [""; 0]);
    // It looked, and wrote nothing.
    assert_eq!(
        names(&world.path("")),
        ["articles", "config", "subscribers"]
    );
}

#[test]
fn one_reader_is_shown_with_the_readers_own_choices() {
    let world = newsletter();
    world.write(
        "subscribers/anna.toml",
        "[[subscriber]]\nemail = \"anna@kommune.example\"\nfirst_name = \"Anna\"\ntopics = [\"ledelse\"]\n",
    );
    let desk = Desk::open(&world, &[]);
    let mut browser = Browser::open(&desk.url);
    browser.until(LETTER);
    let name = |browser: &mut Browser, email: &str| {
        browser.eval(&format!(
            "document.getElementById('reader').value = '{email}'; \
             document.getElementById('reader').dispatchEvent(new Event('change', {{ bubbles: true }}))"
        ));
    };
    name(&mut browser, "anna@kommune.example");
    browser.until(&format!("{LETTER}.includes('Kære Anna')"));
    assert_eq!(
        browser.eval(&format!("{LETTER}.includes('nummer 2')")),
        false
    );
    name(&mut browser, "ingen@kommune.example");
    browser.until("document.getElementById('said').textContent.includes('no sound entry')");
}

#[test]
fn what_changes_in_articles_or_config_is_shown_without_a_hand() {
    let world = newsletter();
    let desk = Desk::open(&world, &["--env", "test"]);
    let mut browser = Browser::open(&desk.url);
    browser.until(&format!("{LETTER}.includes('En leder om ledelse')"));
    browser.click("input[name=width][value='375']");
    world.article("om-ledelse", "En anden leder", "2026-11-22");
    browser.until(&format!("{LETTER}.includes('En anden leder')"));
    assert_eq!(
        browser.eval("document.querySelector('#view iframe').clientWidth"),
        375,
        "what was chosen stays"
    );
    world.write("config/test.toml", "[newsletter]\nname = 3\n");
    browser.until("document.getElementById('said').textContent.includes('test.toml')");
    world.write(
        "config/test.toml",
        "[newsletter]\nname = \"Morgenbladet\"\n",
    );
    browser.until(&format!("{LETTER}.includes('Morgenbladet')"));
    assert_eq!(
        browser.eval("document.getElementById('proof').disabled"),
        true,
        "nobody to mail a proof to any more"
    );
    assert_eq!(browser.complaints, [""; 0]);
}

#[test]
fn a_proof_is_mailed_by_a_button() {
    let world = newsletter();
    let desk = Desk::open(&world, &["--env", "test"]);
    let mut browser = Browser::open(&desk.url);
    browser.until("!document.getElementById('proof').disabled");
    browser.click("#topics input[value=ledelse]");
    browser.until(&format!("!{LETTER}.includes('nummer 2')"));
    browser.click("#proof");
    browser.until("document.getElementById('said').textContent.includes('afleveret')");
    let letters = world.letters();
    assert_eq!(letters.len(), 1);
    let letter = fs::read_to_string(world.path("outbox").join(&letters[0])).unwrap();
    assert!(letter.contains("red@bladet.example"));
    assert!(letter.contains("ledelse") && !letter.contains("nummer 2"));
    assert!(!world.path("state").exists());
}

#[test]
fn the_desk_answers_to_its_own_name_and_acts_for_its_own_page_alone() {
    let world = newsletter();
    let desk = Desk::open(&world, &["--env", "test"]);
    let port = desk.port();
    let ask = |line: &str, host: &str, more: &str| {
        desk.answers(&format!(
            "{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}\r\n"
        ))
    };
    let own = format!("127.0.0.1:{port}");
    let page = ask("GET /", &own, "");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.contains("content-security-policy: default-src 'none'; script-src 'sha256-"));
    assert!(page.contains("frame-ancestors 'none'"));
    assert!(ask("GET /look", &format!("localhost:{port}"), "").starts_with("HTTP/1.1 200"));
    for host in [
        "evil.example",
        "127.0.0.1",
        &format!("evil.example:{port}"),
        "",
    ] {
        for line in ["GET /", "GET /look", "GET /changes", "POST /proof"] {
            let answer = ask(line, host, "");
            assert!(
                answer.starts_with("HTTP/1.1 421"),
                "{host} {line}: {answer}"
            );
        }
    }
    for more in ["", "x-desk-token: 0\r\n", "x-desk-token: \r\n"] {
        let answer = ask("POST /proof", &own, more);
        assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    }
    let other = ask("GET /look", &own, "Origin: https://evil.example\r\n");
    assert!(!other.to_lowercase().contains("access-control-allow"));
    assert_eq!(world.letters(), [""; 0]);
    let taken = world.run(&["preview", "--serve", "--port", &port.to_string()]);
    assert_eq!(taken.code, 2);
    assert!(taken.err.contains("--port"), "{}", taken.err);
}

#[test]
fn an_article_full_of_script_runs_nowhere() {
    let world = newsletter();
    world.write(
        "articles/ond.md",
        "+++\ntitle = \"</script><script>document.title = 'x'</script><img src=x onerror=alert(1)>\"\nlede = \"<script>top.document.title = 'x'</script>\"\ndate = 2026-11-22\nkind = \"news\"\n+++\n\n<script>alert(1)</script> skole\n",
    );
    let desk = Desk::open(&world, &[]);
    let mut browser = Browser::open(&desk.url);
    browser.until(LETTER);
    assert_eq!(browser.eval("document.title"), "Overblik");
    assert_eq!(
        browser.eval("document.querySelector('#view iframe').getAttribute('sandbox')"),
        ""
    );
    let said = world.run(&["preview", "--date", DATE]);
    assert_eq!(said.code, 0, "{}", said.err);
    let mut browser = Browser::open_file(&world.path("preview").join(DATE).join("index.html"));
    browser.until(LETTER);
    assert_eq!(browser.eval("document.title"), "daily-2026-11-23");
    assert_eq!(browser.complaints, [""; 0]);
}

#[test]
fn the_same_page_works_as_a_file() {
    let world = World::demo();
    let said = world.run(&["preview", "--date", DATE]);
    assert_eq!(said.code, 0, "{}", said.err);
    let mut browser = Browser::open_file(&world.path("preview").join(DATE).join("index.html"));
    browser.until(LETTER);
    let editions = browser.eval("document.querySelectorAll('#letters input').length");
    assert!(editions.as_u64().unwrap() > 10);
    browser.eval("document.querySelectorAll('#letters input')[1].focus()");
    browser.press("ArrowDown");
    browser.until("document.querySelector('#view pre')");
    browser.press("ArrowUp");
    browser.until(&format!("{LETTER}.includes('lang=\"en\"')"));
    browser.until("document.querySelectorAll('#why li details').length > 10");
    assert_eq!(
        browser.eval("document.getElementById('proof').hidden"),
        true
    );
    for width in [320, 375, 700, 1280] {
        browser.resize(width, 800);
        assert_eq!(
            browser.eval("document.documentElement.scrollWidth <= innerWidth"),
            true,
            "{width}"
        );
    }
    assert_eq!(browser.complaints, [""; 0]);
}

#[test]
#[ignore = "wants axe-core: `tests/axe FOLDER` puts it there, and `OVERBLIK_TEST_AXE` names the file"]
fn axe_finds_nothing_to_say_about_the_desk() {
    let axe = Axe::there();
    let world = newsletter();
    let desk = Desk::open(&world, &["--env", "test"]);
    let mut browser = Browser::open("about:blank");
    browser.without_policy();
    browser.go(&desk.url);
    browser.until(&format!("{LETTER}.includes('En leder om ledelse')"));
    for width in [375, 1280] {
        browser.resize(width, 800);
        axe.finds_nothing(&mut browser, &format!("the letter at {width}"));
    }
    browser.click("#why summary");
    browser.click("input[name=scheme][value=dark]");
    axe.finds_nothing(&mut browser, "the reasons");
    browser.click("input[name=view][value=source]");
    browser.until("document.querySelector('#view dd')");
    axe.finds_nothing(&mut browser, "the source");
    browser.click("#tongue");
    browser.click("input[name=format][value=text]");
    browser.click("input[name=view][value=text]");
    browser.until("document.querySelector('#view pre')?.textContent.includes('ledelse')");
    axe.finds_nothing(&mut browser, "the text, in English");
    // The same page without a server.
    let said = world.run(&["preview", "--date", DATE]);
    assert_eq!(said.code, 0, "{}", said.err);
    let file = world.path(&format!("preview/{DATE}/index.html"));
    browser.go(&format!("file://{}", file.display()));
    browser.until("document.querySelector('#view iframe')");
    axe.finds_nothing(&mut browser, "the page of files");
}
