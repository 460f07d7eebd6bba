//! Debian's Chromium, driven over its DevTools protocol: what a reader or an editor sees is asked of a real browser.
//!
//! It speaks through a pair of pipes (`--remote-debugging-pipe`), JSON documents that each end with a zero octet, so no
//! port is opened. Nothing here sleeps: what is waited for is waited for in the page.

use std::{
    collections::HashMap,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use tempfile::TempDir;

/// How long a browser may take for one thing, on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// One browser with one page, closed when it is dropped.
pub struct Browser {
    process: Child,
    orders: ChildStdin,
    answers: Receiver<Value>,
    /// What the page is called in the protocol.
    session: String,
    asked: u64,
    /// How often the page has loaded.
    loads: u64,
    /// What the page complained of: refused by its policy, thrown, not found.
    pub complaints: Vec<String>,
    _profile: TempDir,
}

impl Browser {
    /// Opens an address: `http://…`, `file:///…` or `about:blank`. The window is 1280 by 800, light.
    pub fn open(url: &str) -> Self {
        let profile = tempfile::tempdir().unwrap();
        // The protocol's pipes are descriptors 3 and 4; the shell puts them there.
        let mut process = Command::new("sh")
            .args(["-c", "exec \"$@\" 3<&0 4>&1 >/dev/null 2>&1", "sh"])
            .arg(program())
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
                "--hide-scrollbars",
                "--force-color-profile=srgb",
                "--remote-debugging-pipe",
                "about:blank",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .env("HOME", profile.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let orders = process.stdin.take().unwrap();
        let mut reader = BufReader::new(process.stdout.take().unwrap());
        let (tell, answers) = channel();
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            while reader.read_until(0, &mut bytes).is_ok_and(|read| read > 0) {
                bytes.pop();
                let Ok(answer) = serde_json::from_slice(&bytes) else {
                    break;
                };
                if tell.send(answer).is_err() {
                    break;
                }
                bytes.clear();
            }
        });
        let mut browser = Self {
            process,
            orders,
            answers,
            session: String::new(),
            asked: 0,
            loads: 0,
            complaints: Vec::new(),
            _profile: profile,
        };
        let targets = browser.call("Target.getTargets", &json!({}));
        let page = targets["targetInfos"]
            .as_array()
            .unwrap()
            .iter()
            .find(|target| target["type"] == "page")
            .map_or_else(
                || browser.call("Target.createTarget", &json!({ "url": "about:blank" })),
                Clone::clone,
            );
        let attached = browser.call(
            "Target.attachToTarget",
            &json!({ "targetId": page["targetId"], "flatten": true }),
        );
        browser.session = attached["sessionId"].as_str().unwrap().to_owned();
        for domain in ["Page", "Runtime", "Network", "Log"] {
            browser.call(&format!("{domain}.enable"), &json!({}));
        }
        browser.resize(1280, 800);
        browser.go(url);
        browser
    }

    /// Opens a file of this machine.
    pub fn open_file(path: &Path) -> Self {
        Self::open(&format!(
            "file://{}",
            path.canonicalize().unwrap().display()
        ))
    }

    /// Goes to an address, and waits until it has loaded.
    pub fn go(&mut self, url: &str) {
        let before = self.loads;
        let answer = self.call("Page.navigate", &json!({ "url": url }));
        assert!(answer["errorText"].is_null(), "{url}: {answer}");
        let begun = Instant::now();
        while self.loads == before {
            assert!(begun.elapsed() < PATIENCE, "{url} does not load");
            self.listen(PATIENCE);
        }
    }

    /// What an expression comes to in the page; a promise is waited for.
    pub fn eval(&mut self, expression: &str) -> Value {
        match self.try_eval(expression) {
            Ok(value) => value,
            Err(why) => panic!("{expression}: {why}"),
        }
    }

    /// Waits until an expression is true in the page, also across a reload of it.
    pub fn until(&mut self, expression: &str) {
        let waiting = format!(
            "new Promise(done => {{ const end = Date.now() + 2000; const look = () => {{ let is = false; \
             try {{ is = !!({expression}) }} catch {{}} \
             is || Date.now() > end ? done(is) : setTimeout(look, 20) }}; look() }})"
        );
        let begun = Instant::now();
        // A page that goes away takes its promises with it; the next one is asked anew.
        while self.try_eval(&waiting).ok() != Some(Value::Bool(true)) {
            if begun.elapsed() > PATIENCE {
                let shown = self.eval("document.body.innerText");
                panic!(
                    "never came true: {expression}\n{:?}\n{shown}",
                    self.complaints
                );
            }
        }
    }

    /// Clicks what a selector finds, as a mouse would.
    pub fn click(&mut self, selector: &str) {
        let at = self.eval(&format!(
            "(() => {{ const found = document.querySelector({selector:?}); found.scrollIntoView({{block: 'center'}}); \
             const box = found.getBoundingClientRect(); \
             return [box.left + box.width / 2, box.top + box.height / 2] }})()"
        ));
        for kind in ["mousePressed", "mouseReleased"] {
            self.call(
                "Input.dispatchMouseEvent",
                &json!({ "type": kind, "x": at[0], "y": at[1], "button": "left", "clickCount": 1 }),
            );
        }
    }

    /// Presses a key that is no letter: `Tab`, `Enter`, `ArrowDown`.
    pub fn press(&mut self, key: &str) {
        let code = match key {
            "Tab" => 9,
            "Enter" => 13,
            "ArrowLeft" => 37,
            "ArrowUp" => 38,
            "ArrowRight" => 39,
            "ArrowDown" => 40,
            _ => 0,
        };
        for kind in ["rawKeyDown", "keyUp"] {
            self.call(
                "Input.dispatchKeyEvent",
                &json!({ "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code }),
            );
        }
    }

    /// Gives the window another size in CSS pixels.
    pub fn resize(&mut self, width: u32, height: u32) {
        self.call(
            "Emulation.setDeviceMetricsOverride",
            &json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false }),
        );
    }

    /// A reader who prefers dark.
    pub fn dark(&mut self) {
        self.prefer("dark");
    }

    /// A reader who prefers light.
    pub fn light(&mut self) {
        self.prefer("light");
    }

    fn prefer(&mut self, scheme: &str) {
        self.call(
            "Emulation.setEmulatedMedia",
            &json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] }),
        );
    }

    /// From the next load on no picture is fetched.
    pub fn without_images(&mut self) {
        let endings = ["png", "jpg", "jpeg", "gif", "webp", "svg", "ico"];
        let urls: Vec<String> = endings.map(|ending| format!("*.{ending}*")).into();
        self.call("Network.setBlockedURLs", &json!({ "urls": urls }));
    }

    /// From the next load on the page's own content policy does not bind what a test puts into it.
    pub fn without_policy(&mut self) {
        self.call("Page.setBypassCSP", &json!({ "enabled": true }));
    }

    /// Writes the whole page as a PNG, however tall it is.
    pub fn screenshot(&mut self, path: &Path) {
        let size = self.call("Page.getLayoutMetrics", &json!({}));
        let content = &size["cssContentSize"];
        let shot = self.call(
            "Page.captureScreenshot",
            &json!({
                "format": "png",
                "captureBeyondViewport": true,
                "clip": { "x": 0, "y": 0, "width": content["width"], "height": content["height"], "scale": 1 },
            }),
        );
        let bytes = STANDARD.decode(shot["data"].as_str().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// One call of the protocol, for what has no method here.
    pub fn call(&mut self, method: &str, parameters: &Value) -> Value {
        match self.try_call(method, parameters) {
            Ok(result) => result,
            Err(why) => panic!("{method}: {why}"),
        }
    }

    fn try_eval(&mut self, expression: &str) -> Result<Value, String> {
        let mut answer = self.try_call(
            "Runtime.evaluate",
            &json!({ "expression": expression, "awaitPromise": true, "returnByValue": true }),
        )?;
        if !answer["exceptionDetails"].is_null() {
            return Err(answer["exceptionDetails"].to_string());
        }
        Ok(answer["result"]["value"].take())
    }

    fn try_call(&mut self, method: &str, parameters: &Value) -> Result<Value, String> {
        self.asked += 1;
        let number = self.asked;
        let mut order = json!({ "id": number, "method": method, "params": parameters });
        if !self.session.is_empty() {
            order["sessionId"] = json!(self.session);
        }
        let mut bytes = order.to_string().into_bytes();
        bytes.push(0);
        self.orders.write_all(&bytes).unwrap();
        let begun = Instant::now();
        loop {
            let left = PATIENCE.saturating_sub(begun.elapsed());
            if let Some((answered, result)) = self.listen(left)
                && answered == number
            {
                return result;
            }
        }
    }

    /// Takes one message: an answer with its number, or an event.
    fn listen(&mut self, patience: Duration) -> Option<(u64, Result<Value, String>)> {
        let mut message = self
            .answers
            .recv_timeout(patience)
            .expect("the browser went away or does not answer");
        if let Some(number) = message["id"].as_u64() {
            let result = match message["error"].take() {
                Value::Null => Ok(message["result"].take()),
                error => Err(error.to_string()),
            };
            return Some((number, result));
        }
        let said = &message["params"];
        match message["method"].as_str().unwrap_or_default() {
            "Page.loadEventFired" => self.loads += 1,
            "Log.entryAdded" => self.complaints.push(format!(
                "{} {}",
                said["entry"]["text"], said["entry"]["url"]
            )),
            "Runtime.exceptionThrown" => self.complaints.push(said["exceptionDetails"].to_string()),
            _ => {}
        }
        None
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Its own processes go with it; the profile's folder after them.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Where the browser is.
fn program() -> PathBuf {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let names = ["chromium", "chromium-browser"];
    std::env::split_paths(&folders)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|path| path.exists())
        .expect("Chromium is missing; install it as root: apt-get install chromium")
}

/// A page of one's own, for a test that has no server.
pub fn page(html: &str) -> String {
    let escaped: HashMap<char, &str> = [('%', "%25"), ('#', "%23"), ('"', "%22")].into();
    let html: String = html
        .chars()
        .map(|letter| {
            escaped
                .get(&letter)
                .map_or_else(|| letter.to_string(), |&text| text.to_owned())
        })
        .collect();
    format!("data:text/html;charset=utf-8,{html}")
}

#[test]
fn a_browser_reads_a_page_in_any_width_light_and_dark() {
    let mut browser = Browser::open(&page(
        "<style>@media (prefers-color-scheme: dark) { p { color: rgb(1, 2, 3) } }</style><title>Prøve</title>\
         <p>Hej</p><button onclick='document.title += \"!\"'>Tryk</button>",
    ));
    let color = "getComputedStyle(document.querySelector('p')).color";
    assert_eq!(browser.eval("document.title"), "Prøve");
    assert_eq!(browser.eval(color), "rgb(0, 0, 0)");
    browser.dark();
    assert_eq!(browser.eval(color), "rgb(1, 2, 3)");
    browser.light();
    assert_eq!(browser.eval(color), "rgb(0, 0, 0)");
    browser.resize(320, 600);
    assert_eq!(browser.eval("innerWidth"), 320);
    browser.click("button");
    browser.until("document.title == 'Prøve!'");
    let folder = tempfile::tempdir().unwrap();
    let shot = folder.path().join("page.png");
    browser.screenshot(&shot);
    assert!(fs::read(&shot).unwrap().starts_with(b"\x89PNG"));
}
