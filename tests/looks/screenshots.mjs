// Pictures of letters: node screenshots.mjs OUT FILE...
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Browser, SCHEMES, WIDTHS } from "./browser.mjs";

const [out, ...files] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const browser = await Browser.start();
const faults = [];
let taken = 0;
try {
  for (const file of files)
    for (const width of WIDTHS)
      for (const scheme of SCHEMES)
        for (const pictures of [true, false]) {
          await browser.open(file, { width, scheme, pictures });
          const name = `${basename(file, ".html")}-${width}-${scheme}${pictures ? "" : "-noimages"}.png`;
          // What is called a letter with its pictures has them all, and one without has none.
          const shown = await browser.evaluate("[...document.images].map((image) => image.naturalWidth > 0)");
          if (shown.includes(!pictures)) faults.push(`${name}: a picture is ${pictures ? "missing" : "shown"}`);
          writeFileSync(join(out, name), await browser.picture());
          taken += 1;
        }
} finally {
  await browser.stop();
}
for (const fault of faults) console.error(fault);
console.log(`${taken} pictures in ${out}`);
process.exit(faults.length || !taken ? 1 : 0);
