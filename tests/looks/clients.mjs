// Whether letters use only what mail clients know, by caniemail's data: node clients.mjs DATA FILE...
//
// A feature may be missing in a client where the letter is whole without it; each such has its reason below. What the
// data does not know is a fault as well, so that nothing new comes in unlooked at.
import { readFileSync } from "node:fs";
import { basename } from "node:path";

const [path, ...files] = process.argv.slice(2);
const features = new Map(JSON.parse(readFileSync(path, "utf8")).data.map((feature) => [feature.slug, feature]));

// The clients of nearly all readers.
const CLIENTS = {
  "apple-mail": ["macos", "ios"],
  gmail: ["desktop-webmail", "ios", "android", "mobile-webmail"],
  outlook: ["windows", "macos", "outlook-com", "ios", "android"],
  "samsung-email": ["android"],
  yahoo: ["desktop-webmail", "ios", "android"],
};

// What the letter is whole without.
const PROGRESSIVE = {
  "css-text-wrap": "lines of titles are of unequal length",
  "css-hyphens": "ledes are not hyphenated",
  "css-border-radius": "buttons have corners",
  "css-box-sizing": "columns stack a little earlier; Outlook has a table of the same widths",
  "css-max-width": "Outlook has a table of the same widths",
  "css-max-height": "the preheader is hidden by other means as well",
  "css-opacity": "likewise",
  "css-overflow": "likewise",
  "css-display-none": "likewise: `mso-hide`",
  "css-display": "Outlook has a table in place of inline blocks",
  "css-text-indent": "the quotation mark stands in the line",
  "css-at-media": "phones keep the sizes of wide screens",
  "css-at-media-prefers-color-scheme": "dark is the client's own inversion",
  "css-color-scheme": "likewise",
  "html-meta-color-scheme": "likewise",
  "css-important": "belongs to the two above",
  "css-selector-attribute": "Outlook's marks of its own dark mode",
  "css-selector-class": "belongs to media queries",
  "css-selector-descendant": "likewise",
  "css-selector-grouping": "likewise",
  "css-overflow-wrap": "`word-break` does the same",
  "css-word-break": "`overflow-wrap` does the same",
  "css-margin": "paddings of cells make the distances; Outlook has margins of its own",
  "css-padding": "on paragraphs and links; Outlook has margins of its own",
  "css-width": "Outlook has a table of the same widths",
  "css-height": "spacers have a line height as well",
  "css-letter-spacing": "titles are set a little wider",
  "css-background-color": "cells have `bgcolor` as well",
  "css-list-style": "Overblik of a week shows bullets",
  "css-list-style-type": "likewise",
  "css-border": "hairlines of lists are not drawn",
  "css-vertical-align": "cells have `valign` as well",
  "css-table-layout": "long words are broken by other means as well",
  "html-style": "all that matters stands inline",
  "html-anchor-links": "`overview_links = \"article\"` leads past them",
  "html-aria-label": "the words of the link say where it leads",
  "html-aria-hidden": "the mark is read aloud before its words",
  "html-role": "tables are announced",
  "html-lang": "words are read in the reader's own language",
  "html-semantics": "the wrapper is a plain block",
  "html-body": "the wrapper has the ground as well",
  "html-blockquote": "margins are set to none",
  "html-comments": "conditional comments are for Outlook alone",
  "css-comments": "there are none but in conditional comments",
  "css-sytem-ui": "another of the faces is taken",
};

// Properties of CSS whose feature goes by another name; `null`: known everywhere, without a test of its own.
const PROPERTIES = {
  color: null,
  "background-color": "css-background-color",
  "border-top": "css-border",
  "border-bottom": "css-border",
  "border-color": "css-border",
  "padding-top": "css-padding",
  "padding-right": "css-padding",
  "padding-left": "css-padding",
  "font-style": "css-font",
  "-webkit-hyphens": "css-hyphens",
  "-webkit-text-size-adjust": null,
  "text-size-adjust": null,
  "supported-color-schemes": "css-color-scheme",
  "margin-top": "css-margin",
};

const ELEMENTS = {
  a: null, b: "html-strong", br: null, div: "html-div", em: null, html: null, head: null, title: null, meta: null,
  body: "html-body", h1: "html-h1-h6", h2: "html-h1-h6", h3: "html-h1-h6", p: "html-p", span: "html-span",
  ul: "html-lists", ol: "html-lists", li: "html-lists", table: "html-table", tr: "html-table", td: "html-table",
  img: "html-img", style: "html-style", blockquote: "html-blockquote",
};

/** Everything a letter uses, without what stands in conditional comments: Outlook alone reads that. */
function used(html) {
  const plain = html.replace(/<!--[\s\S]*?-->/g, "");
  const found = new Set();
  const sheets = [...plain.matchAll(/<style>([\s\S]*?)<\/style>/g)].map((match) => match[1]);
  const inline = [...plain.matchAll(/ style="([^"]*)"/g)].map((match) => match[1]);
  for (const sheet of sheets) {
    if (/@media/.test(sheet)) found.add("css-at-media");
    if (/prefers-color-scheme/.test(sheet)) found.add("css-at-media-prefers-color-scheme");
    if (/!important/.test(sheet)) found.add("css-important");
    if (/\[data-/.test(sheet)) found.add("css-selector-attribute");
    for (const at of sheet.matchAll(/@([a-z-]+)/g)) if (at[1] !== "media") found.add(`css-at-${at[1]}`);
    found.add("css-selector-class");
  }
  const blocks = sheets.flatMap((sheet) => [...sheet.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1]));
  for (const block of [...inline, ...blocks])
    for (const declaration of block.split(";")) {
      const [name, value = ""] = declaration.split(":").map((part) => part.trim());
      if (!name || name.startsWith("mso-")) continue;
      const slug = name in PROPERTIES ? PROPERTIES[name] : `css-${name}`;
      if (slug) found.add(slug);
      const shown = /^(none|flex|grid)/.exec(value);
      if (name === "display" && shown) found.add(`css-display-${shown[1]}`);
      for (const unit of value.matchAll(/\d(px|em|rem|vw|vh|%)/g))
        found.add(unit[1] === "%" ? "css-unit-percent" : `css-unit-${unit[1]}`);
      for (const call of value.matchAll(/\b(calc|min|max|clamp|var|rgba?)\(/g)) found.add(`css-function-${call[1]}`);
    }
  for (const tag of plain.matchAll(/<([a-z][a-z0-9]*)/g)) {
    const slug = tag[1] in ELEMENTS ? ELEMENTS[tag[1]] : `html-${tag[1]}`;
    if (slug) found.add(slug);
  }
  const attributes = { "aria-label": 1, "aria-hidden": 1, role: 1, lang: 1, dir: 1, cellpadding: 1, cellspacing: 1, valign: 1 };
  for (const name of Object.keys(attributes)) if (plain.includes(` ${name}=`)) found.add(`html-${name}`);
  if (/href="#/.test(plain)) found.add("html-anchor-links");
  if (/href="mailto:/.test(plain)) found.add("html-mailto-links");
  if (/<img[^>]*src="data:/.test(plain)) found.add("image-base64");
  for (const type of plain.matchAll(/<img[^>]*src="[^"]*\.(webp|svg|avif|gif|png)"/g)) found.add(`image-${type[1]}`);
  return found;
}

/** The clients that do not know a feature by the newest test of each. */
function missing(feature) {
  const without = [];
  for (const [family, platforms] of Object.entries(CLIENTS))
    for (const platform of platforms) {
      const tests = feature.stats[family]?.[platform];
      if (!tests) continue;
      const versions = Object.keys(tests);
      const newest = tests[versions[versions.length - 1]];
      if (newest.startsWith("n")) without.push(`${family} ${platform}`);
    }
  return without;
}

const faults = new Set();
const seen = new Set();
for (const file of files)
  for (const slug of used(readFileSync(file, "utf8"))) {
    seen.add(slug);
    const feature = features.get(slug);
    if (!feature) {
      if (!(slug in PROGRESSIVE)) faults.add(`${basename(file)}: nothing is known of \`${slug}\``);
      continue;
    }
    const without = missing(feature);
    if (without.length && !(slug in PROGRESSIVE))
      faults.add(`${basename(file)}: \`${feature.title}\` is unknown to ${without.join(", ")}`);
  }
if (seen.size < 20) faults.add("hardly any feature was found: the letters were not read");
for (const fault of faults) console.error(fault);
console.log(`caniemail: ${files.length} letters use ${seen.size} features, ${faults.size} faults`);
process.exit(faults.size ? 1 : 0);
