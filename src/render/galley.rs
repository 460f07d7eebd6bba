//! The galley: an issue's pieces as they are set, and the editions made up from them.

use std::borrow::Cow;

use super::{
    Look, RenderError, form::Form, html, layout, manuscript::Manuscript, pieces::Pieces, subject,
    text,
};
use crate::domain::{
    issue::Digest,
    language::Language,
    newsletter::Newsletter,
    piece::{Edition, Piece, PieceId},
    publisher::Publisher,
    subscriber::Format,
};

/// An issue's pieces, set as editions ask for them; each text is set once, however many editions print it.
///
/// The same digest, settings and order of calls give the same pieces under the same numbers.
#[derive(Debug)]
pub struct Galley<'a> {
    manuscript: Manuscript<'a>,
    overview_lines: usize,
    pieces: Pieces,
}

impl<'a> Galley<'a> {
    /// An empty galley for an issue, to be set in a look. `overview_lines` is the most lines Overblik has.
    pub fn new(
        digest: &'a Digest,
        newsletter: &'a Newsletter,
        publishers: &'a [Publisher],
        look: &'a Look,
        overview_lines: usize,
    ) -> Self {
        Self {
            manuscript: Manuscript::new(digest, newsletter, publishers, look),
            overview_lines,
            pieces: Pieces::default(),
        }
    }

    /// Makes up the edition with the given items: indexes into the digest's, ascending, which is the order of
    /// print. An HTML edition has both parts, a text edition the text part alone. The footer names the topics its readers
    /// chose, as they are called in its language; none is named where none is given.
    ///
    /// # Errors
    /// When there are no items, when one is not in the digest, or when a template or its words fail.
    pub fn edition(
        &mut self,
        items: &[usize],
        format: Format,
        language: Language,
        topics: &[String],
    ) -> Result<Edition, RenderError> {
        let known = self.manuscript.digest.items.len();
        if items.is_empty() {
            return Err(RenderError::Empty);
        }
        if let Some(index) = items.iter().copied().find(|index| *index >= known) {
            return Err(RenderError::NoSuchItem {
                index,
                items: known,
            });
        }
        let texts = self.manuscript.texts(language);
        let subject = subject::subject(&self.manuscript, items, language, texts);
        let preheader = subject::preheader(&self.manuscript, items, language, texts);
        let mut forms = vec![
            Form::Opening,
            Form::Title {
                subject: subject.clone(),
                preheader: preheader.clone(),
            },
        ];
        let overview_lines = self.overview_lines;
        forms.extend(layout::layout(
            &self.manuscript,
            items,
            overview_lines,
            topics,
        ));
        let html = match format {
            Format::Html => self.part(&forms, Format::Html, language)?,
            Format::Text => Vec::new(),
        };
        Ok(Edition {
            format,
            language,
            subject,
            preheader,
            html,
            text: self.part(&forms, Format::Text, language)?,
            items: items.to_vec(),
            topics: topics.to_vec(),
        })
    }

    /// The pieces of all editions made up so far, by number.
    pub fn pieces(&self) -> &[Piece] {
        self.pieces.list()
    }

    /// [`Galley::pieces`], taken out.
    pub fn into_pieces(self) -> Vec<Piece> {
        self.pieces.into_list()
    }

    fn part(
        &mut self,
        forms: &[Form],
        part: Format,
        language: Language,
    ) -> Result<Vec<PieceId>, RenderError> {
        let mut numbers = Vec::with_capacity(forms.len());
        for form in forms {
            let form = match part {
                Format::Html => Cow::Borrowed(form),
                Format::Text => form.in_text(),
            };
            let manuscript = &self.manuscript;
            let number = self.pieces.number(part, language, &form, || {
                set(manuscript, part, language, &form)
            });
            numbers.extend(number?);
        }
        Ok(numbers)
    }
}

/// Sets one piece.
fn set(
    manuscript: &Manuscript<'_>,
    part: Format,
    language: Language,
    form: &Form,
) -> Result<Option<Piece>, RenderError> {
    let rendered = match part {
        Format::Html => html::render(manuscript, form, language)?,
        Format::Text => text::render(manuscript, form, language)?,
    };
    Ok(rendered.map(|text| Piece {
        name: name(manuscript, form),
        format: part,
        text,
    }))
}

/// What a piece is, for people who look into an issue.
fn name(manuscript: &Manuscript<'_>, form: &Form) -> String {
    let item = |item: &usize, word: &str| {
        format!("item {} {word}", manuscript.digest.items[*item].article.id)
    };
    match form {
        Form::Opening => "opening".into(),
        Form::Title { .. } => "title".into(),
        Form::Band { .. } => "band".into(),
        Form::Masthead => "masthead".into(),
        Form::Intro => "intro".into(),
        Form::OverviewHead { .. } => "overview head".into(),
        Form::OverviewLine { item: index, .. } => item(index, "overview"),
        Form::OverviewEnd { .. } => "overview end".into(),
        Form::Lead { item: index, .. } => item(index, "lead"),
        Form::Number { item: index } => item(index, "number"),
        Form::Opener { section } => format!("section {}", manuscript.digest.sections[*section].id),
        Form::Row { item: index, .. } => item(index, "row"),
        Form::Compact { item: index, .. } => item(index, "compact"),
        Form::Advice { item: index, .. } => item(index, "advice"),
        Form::Quote { item: index, .. } => item(index, "quote"),
        Form::PairCell { item: index, .. } => item(index, "pair"),
        Form::PairOpen { .. } | Form::PairGap | Form::PairEnd => "pair glue".into(),
        Form::Opinion { item: index, .. } => item(index, "opinion"),
        Form::Event { item: index, .. } => item(index, "event"),
        Form::Ad { ad, .. } | Form::LoudAd { ad } => {
            format!("ad {}", manuscript.digest.ads[*ad].id)
        }
        Form::Panel { left, right } => {
            let names = std::iter::once(left).chain(right);
            let ids: Vec<&str> = names
                .map(|place| manuscript.digest.blocks[*place].id.as_str())
                .collect();
            format!("block {}", ids.join(" and "))
        }
        Form::Calendar { block } => format!("block {}", manuscript.digest.blocks[*block].id),
        Form::Card => "publisher card".into(),
        Form::Why { topics } if topics.is_empty() => "why".into(),
        Form::Why { topics } => format!("why {}", topics.join(", ")),
        Form::Footer => "footer".into(),
        Form::Close => "close".into(),
    }
}
