// One headless Chromium, driven over a pipe: no port, no library.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export class Browser {
  #next = 1;
  #waiting = new Map();
  #listeners = [];

  static async start() {
    const browser = new Browser();
    browser.profile = mkdtempSync(join(tmpdir(), "overblik-looks-"));
    const flags = [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--hide-scrollbars",
      "--remote-debugging-pipe",
      `--user-data-dir=${browser.profile}`,
      "about:blank",
    ];
    browser.process = spawn("chromium", flags, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    browser.process.on("error", (error) => browser.#fail(error));
    browser.process.on("exit", () => browser.#fail(new Error("chromium ended")));
    let rest = "";
    browser.process.stdio[4].setEncoding("utf8");
    browser.process.stdio[4].on("data", (text) => {
      const messages = (rest + text).split("\0");
      rest = messages.pop();
      for (const message of messages) browser.#take(JSON.parse(message));
    });
    const { targetInfos } = await browser.send("Target.getTargets");
    const { targetId } = targetInfos.find((target) => target.type === "page");
    const { sessionId } = await browser.send("Target.attachToTarget", { targetId, flatten: true });
    browser.session = sessionId;
    await browser.send("Page.enable");
    await browser.send("Network.enable");
    return browser;
  }

  #take(message) {
    if (message.id === undefined) {
      this.#listeners = this.#listeners.filter((listener) => !listener(message));
      return;
    }
    const { resolve, reject, method } = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.error) reject(new Error(`${method}: ${message.error.message}`));
    else resolve(message.result);
  }

  #fail(error) {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  send(method, params = {}) {
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#waiting.set(id, { resolve, reject, method });
      this.process.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId: this.session })}\0`);
    });
  }

  #event(method) {
    return new Promise((resolve) => {
      this.#listeners.push((message) => message.method === method && (resolve(message.params), true));
    });
  }

  /** Opens a file at a width, `light` or `dark`, with pictures or without. */
  async open(file, { width, scheme, pictures }) {
    const features = [{ name: "prefers-color-scheme", value: scheme }];
    await this.send("Emulation.setEmulatedMedia", { features });
    await this.send("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: false });
    const urls = pictures ? [] : ["*.jpg", "*.jpeg", "*.png", "*.gif", "*.webp", "data:image/*"];
    await this.send("Network.setBlockedURLs", { urls });
    const loaded = this.#event("Page.loadEventFired");
    await this.send("Page.navigate", { url: pathToFileURL(file).href });
    await loaded;
  }

  /** What an expression comes to in the page; promises are waited for. */
  async evaluate(expression) {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** The whole page as PNG. */
  async picture() {
    const { cssContentSize } = await this.send("Page.getLayoutMetrics");
    const clip = { x: 0, y: 0, width: cssContentSize.width, height: cssContentSize.height, scale: 1 };
    const { data } = await this.send("Page.captureScreenshot", { format: "png", captureBeyondViewport: true, clip });
    return Buffer.from(data, "base64");
  }

  async stop() {
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    await this.send("Browser.close").catch(() => {});
    await ended;
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The ways a letter is looked at. */
export const WIDTHS = [320, 375, 700];
export const SCHEMES = ["light", "dark"];
