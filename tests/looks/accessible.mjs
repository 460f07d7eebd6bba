// What axe-core finds, and what a thumb and a narrow screen need: node accessible.mjs AXE FILE...
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { Browser, SCHEMES, WIDTHS } from "./browser.mjs";

const [axe, ...files] = process.argv.slice(2);
const source = readFileSync(axe, "utf8");

// Best practices are among the rules, so headings, lists and landmarks are looked at; target-size is not there by default.
const RUN = `axe.run(document, { rules: { "target-size": { enabled: true } } })
  .then((found) => ({
    passed: found.passes.length,
    violations: found.violations.map((v) => v.id + ": " + v.help + " " + v.nodes.map((n) => n.target.join(" ")).slice(0, 3).join(", ")),
    // The marks before publishers and the cells of the band are no text.
    contrast: found.incomplete
      .filter((v) => v.id === "color-contrast")
      .flatMap((v) => v.nodes.map((n) => n.any[0]?.message))
      .filter((message) => !/only non-text characters/.test(message)),
  }))`;

const MEASURE = `(() => {
  const small = [...document.querySelectorAll("a[href]")].filter((a) => a.getBoundingClientRect().height < 44);
  return {
    wide: document.documentElement.scrollWidth - window.innerWidth,
    small: small.map((a) => a.textContent.trim().slice(0, 40)),
    text: [...document.querySelectorAll("p, li, h1, h2, h3")]
      .filter((e) => parseFloat(getComputedStyle(e).fontSize) < 14 && e.textContent.trim()).length,
  };
})()`;

const faults = [];
let runs = 0;
const browser = await Browser.start();
try {
  for (const file of files)
    for (const width of WIDTHS)
      for (const scheme of SCHEMES) {
        await browser.open(file, { width, scheme, pictures: true });
        await browser.evaluate(source);
        const found = await browser.evaluate(RUN);
        const measured = await browser.evaluate(MEASURE);
        const where = `${basename(file)} at ${width} px, ${scheme}`;
        runs += 1;
        if (found.passed < 10) faults.push(`${where}: axe looked at nothing`);
        for (const violation of found.violations) faults.push(`${where}: ${violation}`);
        for (const doubt of found.contrast) faults.push(`${where}: contrast cannot be told: ${doubt}`);
        if (measured.wide > 0) faults.push(`${where}: scrolls sideways by ${measured.wide} px`);
        if (measured.text) faults.push(`${where}: ${measured.text} texts are smaller than 14 px`);
        for (const link of measured.small) faults.push(`${where}: a link is less than 44 px high: ${link}`);
      }
} finally {
  await browser.stop();
}
for (const fault of faults) console.error(fault);
console.log(`axe-core: ${files.length} letters, ${runs} runs, ${faults.length} faults`);
process.exit(faults.length || !runs ? 1 : 0);
