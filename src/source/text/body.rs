//! The running text as blocks: paragraphs, sub-heads, spoken words, lists, fact boxes, further reading.

use url::Url;

use super::super::prose::{
    ends_sentence, folded, is_heading, is_running, is_shouted, is_spoken, sentences,
};
use super::{
    Manner,
    lines::{Line, Mark},
    words::{CONTACTS, FURTHER},
};
use crate::domain::article::{Attachment, Block, BlockType};

/// The blocks of the lines, in order, and the documents named among them.
pub(super) fn blocks(lines: &[Line], manner: Manner) -> (Vec<Block>, Vec<Attachment>) {
    let mut builder = Builder {
        lines,
        manner,
        at: 0,
        blocks: Vec::new(),
        attachments: Vec::new(),
    };
    while builder.at < lines.len() {
        let before = builder.at;
        builder.step();
        // Every step takes a line, so the work ends with the lines.
        builder.at = builder.at.max(before + 1);
    }
    (builder.blocks, builder.attachments)
}

struct Builder<'a> {
    lines: &'a [Line],
    manner: Manner,
    at: usize,
    blocks: Vec<Block>,
    attachments: Vec<Attachment>,
}

impl Builder<'_> {
    fn step(&mut self) {
        let line = &self.lines[self.at];
        if let Some(ready) = &line.ready {
            self.blocks.push(Block::clone(ready));
        } else if line.mark == Mark::Caption {
            self.blocks.push(Block::text(BlockType::Image, &line.text));
        } else if line.mark != Mark::None {
            self.marked();
        } else if let Some(label) = fact_label(&line.text) {
            self.fact(label);
        } else if let Some(first) = self.further_label() {
            self.further(first);
        } else if is_reference(&line.text) && begins_as_call(&line.text) {
            self.reference(line.text.clone());
        } else if self.numbered() > 0 {
            let count = self.numbered();
            let items = self.lines[self.at..self.at + count]
                .iter()
                .map(|line| after_number(line).1.to_owned());
            self.blocks
                .push(Block::items(BlockType::List, items.collect()));
            self.at += count;
        } else if self.rows() >= 2 {
            let count = self.rows();
            let rows = self.lines[self.at..self.at + count]
                .iter()
                .map(|line| line.text.clone());
            self.blocks
                .push(Block::items(BlockType::Table, rows.collect()));
            self.at += count;
        } else {
            let kind = if self.is_sub_head(self.at) {
                BlockType::Heading
            } else {
                BlockType::Paragraph
            };
            self.blocks.push(Block::text(kind, &line.text));
        }
    }

    /// Whether the line heads what follows it.
    fn is_sub_head(&self, at: usize) -> bool {
        let line = &self.lines[at];
        let last = at + 1 >= self.lines.len();
        if !line.is_plain() || last {
            return false;
        }
        match self.manner {
            Manner::Deck => is_shouted(&line.text) && line.text.chars().count() <= 120,
            Manner::Article => {
                is_heading(&line.text)
                    && line.text.chars().count() <= 100
                    && (line.bold || !line.text.ends_with(['!', '…', '.']))
            }
        }
    }

    /// A run of dashes or bullets: a list, or spoken words.
    fn marked(&mut self) {
        let start = self.at;
        let same = |line: &Line, first: &Line| match (line.mark, first.mark) {
            (Mark::Dash, Mark::Dash) => true,
            (Mark::Bullet(_), Mark::Dash) | (Mark::Dash, Mark::Bullet(_)) => !line.gap,
            (Mark::Bullet(a), Mark::Bullet(b)) => a == b || !line.gap,
            _ => false,
        };
        let lines = self.lines;
        let first = &lines[start];
        let is_list = |run: &[Line]| self.manner == Manner::Deck || !is_talk(run);
        let adjacent = lines[start + 1..]
            .iter()
            .take_while(|line| !line.gap && same(line, first))
            .count()
            + 1;
        let run = &lines[start..start + adjacent];
        if !is_list(run) {
            for line in run {
                self.blocks.push(Block::text(BlockType::Quote, &line.text));
            }
            self.at = start + adjacent;
            return;
        }
        // Entries with blank lines between them are one list too.
        let mut end = start + adjacent;
        while end < lines.len() && same(&lines[end], first) && lines[end].gap {
            let more = lines[end + 1..]
                .iter()
                .take_while(|line| !line.gap && same(line, first))
                .count()
                + 1;
            let slides_apart =
                self.manner == Manner::Deck && adjacent + more > 2 && !(adjacent == 1 && more == 1);
            if slides_apart || !is_list(&lines[end..end + more]) {
                break;
            }
            end += more;
        }
        let items = lines[start..end]
            .iter()
            .map(|line| line.text.clone())
            .collect();
        self.blocks.push(Block::items(BlockType::List, items));
        self.at = end;
    }

    /// How many numbered entries begin here: `1.`, `2.` … in order, at least two.
    fn numbered(&self) -> usize {
        let mut count = 0;
        for line in &self.lines[self.at..] {
            let (number, rest) = after_number(line);
            if number != Some(count + 1) || rest.is_empty() {
                break;
            }
            count += 1;
        }
        if count >= 2 { count } else { 0 }
    }

    /// How many rows of a table begin here.
    fn rows(&self) -> usize {
        self.lines[self.at..]
            .iter()
            .enumerate()
            .take_while(|(index, line)| {
                line.is_plain() && line.text.contains(" | ") && (*index == 0 || !line.gap)
            })
            .count()
    }

    /// A fact box. At the end of a text it goes on to the end or the next sub-head; within it, over the lines that
    /// stand together.
    fn fact(&mut self, (title, first): (String, Option<String>)) {
        let mut items: Vec<String> = first.into_iter().collect();
        let letters = |lines: &[Line]| lines.iter().map(|line| line.text.len()).sum::<usize>();
        let late = letters(&self.lines[self.at..]) * 5 <= letters(self.lines) * 2;
        let start = self.at + 1;
        let mut end = start;
        while end < self.lines.len() {
            let line = &self.lines[end];
            let apart = line.gap && end > start;
            let lower = line.text.to_lowercase();
            if apart && CONTACTS.iter().any(|words| lower.starts_with(words)) {
                break;
            }
            let heads = line.is_plain() && is_heading(&line.text);
            let runs_on = self
                .lines
                .get(end + 1)
                .is_some_and(|next| is_running(&next.text));
            if line.mark == Mark::Caption
                || line.ready.is_some()
                || heads && runs_on && (line.gap || late)
                || apart && !late && line.is_plain()
            {
                break;
            }
            if line.is_plain()
                && (fact_label(&line.text).is_some()
                    || FURTHER.contains(&folded(&line.text).as_str()))
            {
                break;
            }
            if line.is_plain() && is_reference(&line.text) {
                self.attachments.extend(attachment(&line.text));
            }
            items.push(line.text.clone());
            end += 1;
        }
        self.blocks.push(Block {
            kind: BlockType::Fact,
            text: title,
            items,
        });
        self.at = end;
    }

    /// `Læs mere:` with what follows it on the line, if anything.
    fn further_label(&self) -> Option<Option<String>> {
        let text = &self.lines[self.at].text;
        if let Some((label, rest)) = text.split_once(':')
            && FURTHER.contains(&label.to_lowercase().as_str())
        {
            let rest = rest.trim();
            return Some((!rest.is_empty()).then(|| rest.to_owned()));
        }
        let follows = self
            .lines
            .get(self.at + 1)
            .is_some_and(|next| is_reference(&next.text));
        (FURTHER.contains(&folded(text).as_str()) && follows).then_some(None)
    }

    fn further(&mut self, first: Option<String>) {
        let alone = first.is_none();
        if let Some(text) = first {
            self.reference(text);
        }
        let mut end = self.at + 1;
        while alone && end < self.lines.len() {
            let line = &self.lines[end];
            let first = end == self.at + 1;
            if line.ready.is_some() {
                break;
            }
            let short = !is_running(&line.text) && fact_label(&line.text).is_none();
            let runs_on = self
                .lines
                .get(end + 1)
                .is_some_and(|next| is_running(&next.text) && !is_reference(&next.text));
            // One line under another reference, as one sentence: a reference without its format.
            let listed = !first
                && !line.gap
                && line.text.chars().count() <= 200
                && sentences(&line.text) <= 1
                && fact_label(&line.text).is_none();
            let fits = is_reference(&line.text)
                || listed && !(is_heading(&line.text) && runs_on)
                || short && (!line.is_plain() || first || !line.gap && !runs_on);
            if !fits {
                break;
            }
            self.reference(line.text.clone());
            end += 1;
        }
        self.at = end;
    }

    /// Adds to the further reading, and to the documents where it names one.
    fn reference(&mut self, text: String) {
        let found = attachment(&text);
        match (self.attachments.last_mut(), found) {
            // An address alone on the line under a document is the document's.
            (Some(last), Some(found))
                if last.url.is_none() && found.url.as_deref() == Some(text.as_str()) =>
            {
                last.url = found.url;
            }
            (_, found) => self.attachments.extend(found),
        }
        match self.blocks.last_mut() {
            Some(last) if last.kind == BlockType::Further => last.items.push(text),
            _ => self
                .blocks
                .push(Block::items(BlockType::Further, vec![text])),
        }
    }
}

/// Whether a run of dashes is spoken words rather than a list.
fn is_talk(run: &[Line]) -> bool {
    if run.iter().any(|line| line.mark != Mark::Dash) {
        return false;
    }
    let whole = |line: &Line| {
        ends_sentence(&line.text) || line.text.ends_with([':', ',']) || sentences(&line.text) >= 2
    };
    if run
        .iter()
        .any(|line| is_spoken(&line.text) && (whole(line) || line.text.contains(',')))
    {
        return true;
    }
    // Alone it is spoken when it is a sentence; several together are spoken only if one answers another.
    match run {
        [line] => whole(line),
        _ => run.iter().all(whole) && run.iter().any(|line| line.text.ends_with('?')),
    }
}

/// The number of an entry and its text; a day of a month is no number of an entry.
fn after_number(line: &Line) -> (Option<usize>, &str) {
    let text = line.text.as_str();
    if !line.is_plain() {
        return (None, text);
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let Some(rest) = text[digits..].strip_prefix(['.', ')']) else {
        return (None, text);
    };
    if !(1..=2).contains(&digits) || !rest.starts_with(' ') {
        return (None, text);
    }
    (text[..digits].parse().ok(), rest.trim_start())
}

/// The title of a fact box and what follows it on its line.
fn fact_label(text: &str) -> Option<(String, Option<String>)> {
    let lower = folded(text);
    if matches!(
        lower.as_str(),
        "fakta" | "faktaboks" | "fakta-boks" | "blå bog"
    ) {
        return Some((text.trim_end_matches(':').to_owned(), None));
    }
    if let Some((label, rest)) = text.split_once(':')
        && label.to_lowercase().starts_with("fakta")
        && label.split_whitespace().count() <= 6
    {
        let rest = rest.trim();
        return Some((
            label.to_owned(),
            (!rest.is_empty()).then(|| rest.to_owned()),
        ));
    }
    (lower.starts_with("fakta om ") && is_heading(text)).then(|| (text.to_owned(), None))
}

const FORMATS: [&str; 9] = [
    "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "zip",
];

/// Whether the text names a document or an address.
fn is_reference(text: &str) -> bool {
    text.chars().count() <= 300
        && (bracketed_format(text).is_some()
            || address(text).is_some()
            || text.split_whitespace().any(|word| word.starts_with("www.")))
}

fn begins_as_call(text: &str) -> bool {
    let lower = text.to_lowercase();
    bracketed_format(text).is_some() && !is_running(text)
        || ["læs ", "se ", "hent ", "find ", "download ", "www.", "http"]
            .iter()
            .any(|verb| lower.starts_with(verb))
}

/// `(pdf)`: where it begins, where it ends, and the format.
fn bracketed_format(text: &str) -> Option<(usize, usize, String)> {
    let open = text.find(['(', '['])?;
    let close = open + text[open..].find([')', ']'])?;
    let inner = text[open + 1..close].to_lowercase();
    let word = inner
        .split([' ', ','])
        .next()?
        .trim_start_matches('.')
        .to_owned();
    FORMATS
        .contains(&word.as_str())
        .then_some((open, close + 1, word))
}

fn address(text: &str) -> Option<String> {
    text.split_whitespace()
        .map(|word| word.trim_matches(['(', ')', '<', '>', ',', '.', ';', '"', '”']))
        .filter(|word| word.starts_with("http://") || word.starts_with("https://"))
        .find(|word| Url::parse(word).is_ok())
        .map(str::to_owned)
}

/// The document a reference names: its title before the format, the rest as a note.
fn attachment(text: &str) -> Option<Attachment> {
    let url = address(text);
    let trim = |text: &str| {
        text.trim_matches([' ', '-', '–', '—', ':', ',', '.', '(', ')'])
            .to_owned()
    };
    let without_url = |part: &str| {
        url.as_deref()
            .map_or_else(|| part.to_owned(), |url| part.replace(url, ""))
    };
    if let Some((open, close, format)) = bracketed_format(text) {
        let title = trim(&without_url(&text[..open]));
        let note = trim(&without_url(&text[close..]));
        return (!title.is_empty()).then(|| Attachment {
            title,
            url,
            format: Some(format),
            note: (!note.is_empty()).then_some(note),
        });
    }
    let found = url.clone()?;
    let end = found.rsplit_once('.')?.1.to_lowercase();
    let title = trim(&without_url(text));
    FORMATS.contains(&end.as_str()).then(|| Attachment {
        title: if title.is_empty() {
            found.clone()
        } else {
            title
        },
        url: Some(found),
        format: Some(end),
        note: None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::lines::split;
    use super::*;
    use BlockType::{Fact, Further, Heading, List, Paragraph, Quote, Table};

    fn check(text: &str, expected: &[(BlockType, &str, &[&str])]) -> Vec<Attachment> {
        let (seen, attachments) = blocks(&split(text), Manner::Article);
        let expected: Vec<Block> = expected
            .iter()
            .map(|(kind, text, items)| Block {
                kind: *kind,
                text: (*text).into(),
                items: items.iter().map(|item| (*item).to_owned()).collect(),
            })
            .collect();
        assert_eq!(seen, expected, "{text}");
        attachments
    }

    #[test]
    fn a_dash_is_a_bullet_or_spoken_words() {
        check(
            "- Broen er vigtig for os alle, siger Ida Holm.",
            &[(Quote, "Broen er vigtig for os alle, siger Ida Holm.", &[])],
        );
        check(
            "Hun fortsætter:\n\n- Vi har ventet længe. Nu er den her.",
            &[
                (Paragraph, "Hun fortsætter:", &[]),
                (Quote, "Vi har ventet længe. Nu er den her.", &[]),
            ],
        );
        check(
            "Broen giver:\n- kortere vej\n- mere luft\n - og lys",
            &[
                (Paragraph, "Broen giver:", &[]),
                (List, "", &["kortere vej", "mere luft", "og lys"]),
            ],
        );
        check(
            "- kortere vej\n\n- mere luft",
            &[(List, "", &["kortere vej", "mere luft"])],
        );
        check(
            "1. Byg broen.\n2. Mal broen.",
            &[(List, "", &["Byg broen.", "Mal broen."])],
        );
        check(
            "15. november åbnede broen for alle.",
            &[(Paragraph, "15. november åbnede broen for alle.", &[])],
        );
    }

    #[test]
    fn sub_heads_need_no_blank_line_before_their_paragraph() {
        check(
            "Broen er lang, og den er dyr.\n\nHvem betaler broen\nDet gør kommunen over ti år.\n- Det er fair, siger Ida Holm.",
            &[
                (Paragraph, "Broen er lang, og den er dyr.", &[]),
                (Heading, "Hvem betaler broen", &[]),
                (Paragraph, "Det gør kommunen over ti år.", &[]),
                (Quote, "Det er fair, siger Ida Holm.", &[]),
            ],
        );
    }

    #[test]
    fn further_reading_and_the_fact_box_at_the_end() {
        let prose = "Broen er lang, og den er dyr. ".repeat(12);
        let prose = prose.trim();
        let attachments = check(
            &format!(
                "{prose}\n\nLæs mere:\n\nBroer i byer (pdf) - en samling, Brolauget, maj 2014.\nEt brev om broer, Brolauget, juni 2014.\n\nFakta\nBroen er et fællesskab mellem to byer.\n\nDen åbnede i maj.\nLæs mere på www.broen.example."
            ),
            &[
                (Paragraph, prose, &[]),
                (
                    Further,
                    "",
                    &[
                        "Broer i byer (pdf) - en samling, Brolauget, maj 2014.",
                        "Et brev om broer, Brolauget, juni 2014.",
                    ],
                ),
                (
                    Fact,
                    "Fakta",
                    &[
                        "Broen er et fællesskab mellem to byer.",
                        "Den åbnede i maj.",
                        "Læs mere på www.broen.example.",
                    ],
                ),
            ],
        );
        assert_eq!(
            attachments,
            [Attachment {
                title: "Broer i byer".into(),
                url: None,
                format: Some("pdf".into()),
                note: Some("en samling, Brolauget, maj 2014".into()),
            }]
        );
    }

    #[test]
    fn an_address_under_a_document_is_its_own() {
        let prose = "Broen er lang, og den er dyr. Det er alt.";
        let attachments = check(
            &format!("{prose}\n\nLæs mere:\nBroer (pdf)\nhttps://a.example/b.pdf"),
            &[
                (Paragraph, prose, &[]),
                (Further, "", &["Broer (pdf)", "https://a.example/b.pdf"]),
            ],
        );
        assert_eq!(
            (attachments.len(), attachments[0].url.as_deref()),
            (1, Some("https://a.example/b.pdf"))
        );
    }

    #[test]
    fn a_fact_box_within_the_body_ends_with_its_lines() {
        let prose = "Broen er lang, og den er dyr. ".repeat(12);
        let prose = prose.trim();
        check(
            &format!("Fakta om broen\n- 40 meter\n- åbner i maj\n\n{prose}"),
            &[
                (Fact, "Fakta om broen", &["40 meter", "åbner i maj"]),
                (Paragraph, prose, &[]),
            ],
        );
        check(
            "År | Biler\n2015 | 40\n2016 | 50",
            &[(Table, "", &["År | Biler", "2015 | 40", "2016 | 50"])],
        );
    }
}
