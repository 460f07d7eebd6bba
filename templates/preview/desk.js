'use strict';
const words = {
  da: {
    skip: 'Til brevet', choices: 'Valg', other: 'English', edition: 'Udgave', frequency: 'Udkommer', daily: 'Dagligt', weekly: 'Ugentligt',
    language: 'Sprog', format: 'Format', text: 'Tekst', topics: 'Emner (ingen valgt: alle)', sections: 'Sektioner (ingen valgt: alle)',
    reader: 'Som én læser ser det', address: 'Læserens mailadresse', readerHint: 'Skriv en adresse fra listerne, og tryk Enter. Tomt felt: valgene ovenfor.',
    show: 'Vis', source: 'Kilde', width: 'Bredde', light: 'Lys', bright: 'Lyst', dark: 'Mørkt', images: 'Billeder', shown: 'Vises',
    findings: 'Bemærkninger', none: 'Ingen bemærkninger.', held: 'Holdes tilbage', error: 'Fejl', warning: 'Advarsel',
    readers: 'Læsere', letters: 'får et brev', without: 'får intet brev', editions: 'forskellige udgaver', these: 'får netop denne udgave',
    difference: 'Siden sidst', first: 'Der er intet tidligere nummer at sammenligne med.', now: 'Nu', before: 'Før',
    subject: 'Emnelinje', preheader: 'Forlinje', bytes: 'HTML, byte', items: 'Indlæg', had: 'Det forrige nummer bragte',
    why: 'Hvorfor med, hvorfor ikke', in: 'Med', out: 'Ude', elsewhere: 'I nummeret, ikke i denne udgave', files: 'Filer',
    frozen: 'frosset, som det sendes', fresh: 'ikke sendt endnu', proof: 'Send en prøve', proving: 'Prøven er på vej …',
    nobody: 'Skriv issues.proof_to i config for at kunne sende en prøve', nothing: 'Intet i nummeret passer til valgene: sådan en læser får intet brev.',
    renewed: 'Opdateret', lost: 'Skrivebordet svarer ikke. Kører programmet endnu?', noHtml: 'Denne udgave er tekst alene.',
    accepted: 'afleveret', failed: 'afvist', deferred: 'udsat', doubtful: 'uvist', waiting: 'venter', letter: 'Brevet',
    oneReader: 'læser', manyReaders: 'læsere', articles: 'indlæg', da: 'dansk', en: 'engelsk',
  },
  en: {
    skip: 'To the letter', choices: 'Choices', other: 'Dansk', edition: 'Edition', frequency: 'Frequency', daily: 'Daily', weekly: 'Weekly',
    language: 'Language', format: 'Format', text: 'Text', topics: 'Topics (none chosen: all)', sections: 'Sections (none chosen: all)',
    reader: 'As one reader sees it', address: 'The reader’s address', readerHint: 'Write an address of the lists and press Enter. Empty: the choices above.',
    show: 'Show', source: 'Source', width: 'Width', light: 'Light', bright: 'Light', dark: 'Dark', images: 'Pictures', shown: 'Shown',
    findings: 'Findings', none: 'Nothing found.', held: 'Held', error: 'Error', warning: 'Warning',
    readers: 'Readers', letters: 'get a letter', without: 'get no letter', editions: 'different editions', these: 'get just this edition',
    difference: 'Since the last', first: 'There is no earlier issue to compare with.', now: 'Now', before: 'Before',
    subject: 'Subject', preheader: 'Preheader', bytes: 'HTML, bytes', items: 'Items', had: 'The issue before printed',
    why: 'Why in, why out', in: 'In', out: 'Out', elsewhere: 'In the issue, not in this edition', files: 'Files',
    frozen: 'frozen, as it is mailed', fresh: 'not sent yet', proof: 'Mail a proof', proving: 'The proof is on its way …',
    nobody: 'Write issues.proof_to in the config to mail proofs', nothing: 'Nothing of the issue is among these choices: such a reader gets no letter.',
    renewed: 'Renewed', lost: 'The desk does not answer. Is the program still running?', noHtml: 'This edition is text alone.',
    accepted: 'delivered', failed: 'refused', deferred: 'deferred', doubtful: 'doubtful', waiting: 'waiting', letter: 'The letter',
    oneReader: 'reader', manyReaders: 'readers', articles: 'items', da: 'Danish', en: 'English',
  },
};
const data = JSON.parse(document.getElementById('data').textContent);
const served = data.desk;
let tongue = data.language;
let sheet = data.sheet;
let options = null;
let version = null;
let chosen = 0;
let asked = 0;

const at = (id) => document.getElementById(id);
const say = (key) => words[tongue][key] || key;
const value = (name) => (document.querySelector(`input[name=${name}]:checked`) || {}).value;

// What comes from articles and lists is only ever text.
function element(name, content, attributes) {
  const made = document.createElement(name);
  for (const [key, text] of Object.entries(attributes || {})) made.setAttribute(key, text);
  for (const part of [].concat(content === undefined ? [] : content)) made.append(part);
  return made;
}

function tell(text, wrong) {
  at('said').textContent = text;
  at('said').className = wrong ? 'wrong' : '';
}

function speak() {
  document.documentElement.lang = tongue;
  for (const place of document.querySelectorAll('[data-w]')) place.textContent = say(place.dataset.w);
  for (const place of document.querySelectorAll('[data-l]')) place.setAttribute('aria-label', say(place.dataset.l));
  at('tongue').textContent = say('other');
  at('tongue').lang = tongue === 'da' ? 'en' : 'da';
}

function fill() {
  if (!sheet) return;
  const date = new Date(sheet.date + 'T12:00:00');
  const long = date.toLocaleDateString(tongue === 'da' ? 'da-DK' : 'en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  at('issue').textContent = long.charAt(0).toUpperCase() + long.slice(1);
  at('state').textContent = `${sheet.issue} · ${sheet.hash} · ${say(sheet.frozen ? 'frozen' : 'fresh')}`;
  const letter = sheet.letters[chosen] || sheet.letters[0];
  fillLetter(letter);
  fillFindings();
  fillReaders(letter);
  fillDifference();
  fillWhy(letter);
}

function fillLetter(letter) {
  at('subject').textContent = letter ? letter.subject : '';
  at('preheader').textContent = letter ? letter.preheader : say('nothing');
  const view = at('view');
  const scrolled = view.firstChild && view.firstChild.scrollTop;
  view.replaceChildren();
  if (!letter) return;
  if (value('view') === 'source') {
    const fields = element('dl');
    for (const [name, text] of letter.headers) fields.append(element('dt', name), element('dd', text));
    view.append(fields, element('pre', letter.source, { tabindex: '0' }));
  } else if (value('view') === 'text' || !letter.html) {
    if (value('view') === 'html') view.append(element('p', say('noHtml'), { class: 'hint' }));
    view.append(element('pre', letter.text, { tabindex: '0', lang: letter.language }));
  } else {
    const images = document.querySelector('input[name=images]').checked ? 'http: https: data:' : "'none'";
    const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src ${images}">`;
    // Nothing in a letter runs, and nothing in it knows the desk.
    const frame = element('iframe', [], { sandbox: '', title: `${say('letter')}: ${letter.subject}` });
    frame.style.width = value('width') + 'px';
    frame.style.colorScheme = value('scheme');
    // Where this machine has a picture, it need not be asked for.
    const own = Object.entries(sheet.pictures).reduce((html, [address, picture]) => html.replaceAll(address, picture), letter.html);
    frame.srcdoc = own.replace('<head>', '<head>' + policy);
    view.append(frame);
  }
  if (scrolled) view.firstChild.scrollTop = scrolled;
}

function fillFindings() {
  const held = sheet.held.map((fault) => ({ ...fault, word: 'held', severity: 'error' }));
  const all = held.concat(sheet.findings);
  at('findingsCount').textContent = all.length || '';
  at('findings').replaceChildren(...all.map((fault) => {
    const where = [fault.path && fault.path + (fault.line ? ':' + fault.line : ''), fault.key].filter(Boolean).join(' · ');
    const parts = [element('span', say(fault.word || fault.severity), { class: 'mark ' + fault.severity }), ' ', element('span', fault.reason, { lang: 'en' })];
    if (where) parts.push(element('span', where, { class: 'where' }));
    if (fault.remedy) parts.push(element('span', fault.remedy, { class: 'remedy', lang: 'en' }));
    return element('li', parts);
  }));
  if (!all.length) at('findings').append(element('li', say('none')));
}

function fillReaders(letter) {
  const lines = [['letters', sheet.readers.letters], ['without', sheet.readers.without], ['editions', sheet.readers.editions]];
  if (letter && letter.readers !== null) lines.push(['these', letter.readers]);
  at('readers').replaceChildren(...lines.flatMap(([key, count]) => [element('dt', say(key)), element('dd', String(count))]));
}

function fillDifference() {
  const place = at('difference');
  const difference = sheet.difference;
  place.replaceChildren();
  if (!difference) {
    place.append(element('p', say('first'), { class: 'hint' }));
    return;
  }
  const head = element('tr', [element('th', difference.since, { scope: 'col' }), element('th', say('now'), { scope: 'col' }), element('th', say('before'), { scope: 'col' })]);
  const rows = difference.rows.map((row) => element('tr', [
    element('th', say(row.what), { scope: 'row' }),
    element('td', row.now, row.now === row.before ? {} : { class: 'other' }),
    element('td', row.before),
  ]));
  place.append(element('table', [element('thead', head), element('tbody', rows)]));
  const titles = element('ul', difference.titles.map((title) => element('li', title)));
  place.append(element('details', [element('summary', say('had')), titles]));
}

function fillWhy(letter) {
  const articles = sheet.articles || [];
  const inside = new Set(letter ? letter.items : []);
  const place = (article) => (inside.has(article.article) ? 0 : article.printed ? 1 : 2);
  const ordered = [...articles].sort((one, other) => place(one) - place(other));
  at('whyCount').textContent = `${inside.size} / ${articles.length}`;
  at('why').replaceChildren(...ordered.map((article) => {
    const key = ['in', 'elsewhere', 'out'][place(article)];
    const head = element('summary', [element('span', say(key), { class: 'mark ' + (key === 'in' ? 'in' : 'out') }), ' ', article.title]);
    const reasons = article.reasons.map((reason) => element('li', `${reason.passed ? '+' : '–'} ${reason.rule}: ${reason.finding}`));
    return element('li', element('details', [head, element('span', article.article, { class: 'where' }), element('ul', reasons, { lang: 'en' })]));
  }));
}

function choices() {
  const wish = new URLSearchParams();
  for (const name of ['frequency', 'language', 'format']) if (value(name)) wish.set(name, value(name));
  for (const name of ['topics', 'sections']) {
    const ids = [...at(name).querySelectorAll('input:checked')].map((box) => box.value);
    if (ids.length) wish.set(name, ids.join(','));
  }
  if (at('reader').value.trim()) wish.set('reader', at('reader').value.trim());
  return wish;
}

function offer(given) {
  const text = JSON.stringify(given);
  if (text === JSON.stringify(options)) return;
  options = given;
  for (const name of ['topics', 'sections']) {
    const kept = new Set([...at(name).querySelectorAll('input:checked')].map((box) => box.value));
    at(name).replaceChildren(...given[name].map((one) => {
      const box = element('input', [], { type: 'checkbox', value: one.id });
      box.checked = kept.has(one.id);
      return element('label', [box, one.name]);
    }));
  }
  at('proof').disabled = !given.proof_to.length;
  at('proof').title = given.proof_to.length ? given.proof_to.join(', ') : say('nobody');
}

async function look(saying) {
  const number = ++asked;
  let answer;
  try {
    answer = await (await fetch('/look?' + choices(), { cache: 'no-store' })).json();
  } catch {
    tell(say('lost'), true);
    return;
  }
  // Whoever clicks twice sees the answer to the second.
  if (number !== asked) return;
  version = answer.version;
  if (answer.options) offer(answer.options);
  if (answer.error) {
    tell(answer.error.faults.map((fault) => [fault.path, fault.line, fault.reason, fault.remedy].filter(Boolean).join(': ')).join(' · '), true);
    return;
  }
  sheet = answer.sheet;
  tell(saying || '');
  fill();
}

async function prove() {
  at('proof').disabled = true;
  tell(say('proving'));
  try {
    const answer = await (await fetch('/proof?' + choices(), { method: 'POST', headers: { 'x-desk-token': served.token } })).json();
    if (answer.error) tell(answer.error.faults.map((fault) => fault.reason).join(' · '), true);
    else tell(answer.proofs.map((proof) => `${proof.to}: ${say(proof.state)} (${proof.reply})`).join(' · '), answer.proofs.some((proof) => proof.state !== 'accepted'));
  } catch {
    tell(say('lost'), true);
  }
  at('proof').disabled = !options || !options.proof_to.length;
}

function listLetters() {
  at('editions').hidden = false;
  at('letters').replaceChildren(...sheet.letters.map((letter, index) => {
    const button = element('input', [], { type: 'radio', name: 'edition', value: String(index) });
    button.checked = index === chosen;
    const own = /^e\d/.test(letter.name) ? [`${letter.readers} ${say(letter.readers === 1 ? 'oneReader' : 'manyReaders')}`] : [];
    const about = [letter.reader, ...own, `${letter.items.length} ${say('articles')}`, say(letter.frequency).toLowerCase(), say(letter.language), letter.html ? null : say('text').toLowerCase()];
    return element('label', [button, element('span', [letter.name, element('small', about.filter(Boolean).join(', '))])]);
  }));
}

at('tongue').addEventListener('click', () => {
  tongue = tongue === 'da' ? 'en' : 'da';
  speak();
  if (!served) listLetters();
  fill();
});
document.querySelector('.looks').addEventListener('change', fill);
for (const form of document.querySelectorAll('form')) form.addEventListener('submit', (event) => event.preventDefault());
speak();
if (served) {
  at('wishes').hidden = false;
  at('proof').hidden = false;
  document.querySelector(`input[name=language][value=${data.language}]`).checked = true;
  at('choose').addEventListener('change', () => look());
  at('proof').addEventListener('click', prove);
  const changes = new EventSource('/changes');
  changes.addEventListener('change', (event) => {
    if (version !== null && event.data !== String(version)) look(say('renewed'));
  });
  look();
} else {
  listLetters();
  at('letters').addEventListener('change', () => {
    chosen = Number(value('edition'));
    fill();
  });
  fill();
}
