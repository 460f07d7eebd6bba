//! Which section an article belongs in, and which rule put it there.

use crate::domain::{
    article::{Article, Kind},
    overlay::Overlay,
    section::{Section, SectionId},
    topic::{MatchingSettings, ReadArticle, Terms, Vocabulary},
    words::plainly,
};

/// The sections of a config, prepared once.
#[derive(Debug)]
pub struct Sorter<'a> {
    sections: &'a [Section],
    vocabulary: Vocabulary,
}

/// What was found of an article's section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placing<'a> {
    /// The section; `None` where no rule has one.
    pub section: Option<&'a SectionId>,
    /// The rule that said so, in words.
    pub finding: String,
    /// What is wrong with the section the article names itself.
    pub doubt: Option<String>,
}

impl<'a> Sorter<'a> {
    /// Prepares the sections.
    pub fn new(sections: &'a [Section], settings: &MatchingSettings) -> Self {
        let terms: Vec<Terms<'_>> = sections
            .iter()
            .map(|section| Terms {
                words: section.words.iter().map(String::as_str).collect(),
                ..Terms::default()
            })
            .collect();
        Self {
            sections,
            vocabulary: Vocabulary::new(&terms, settings),
        }
    }

    /// Places an article. Asked in this order: the day file, the article, its source; of an opinion and an event the
    /// kind, for a writer's own view is none of the news whatever it is about; then theme, words and kind.
    pub fn place(
        &self,
        article: &Article,
        read: &ReadArticle,
        overlay: Option<&Overlay>,
    ) -> Placing<'a> {
        let mut doubt = None;
        let placing = |section: &'a Section, how: String| Placing {
            section: Some(&section.id),
            finding: format!("`{}`, {how}", section.id),
            doubt: None,
        };
        if let Some((section, path, line)) = overlay.and_then(|it| {
            let (named, id) = it.section_of(&article.id)?;
            Some((self.known(id)?, &it.path, named.line))
        }) {
            return placing(section, format!("as {path}:{line} says"));
        }
        if let Some(stated) = &article.section {
            if let Some(section) = self.known(stated) {
                return placing(section, "as the article says".into());
            }
            doubt = Some(format!(
                "the article names `{stated}`, which is no section; the rules decide"
            ));
        }
        let ruled = self
            .by_source(article)
            .or_else(|| match article.kind {
                Kind::Opinion | Kind::Event => self.by_kind(article),
                _ => None,
            })
            .or_else(|| self.by_theme(article))
            .or_else(|| self.by_words(read))
            .or_else(|| self.by_kind(article))
            .map(|(section, how)| placing(section, how));
        let none = || Placing {
            section: None,
            finding: format!("no section takes the kind `{}`", article.kind.word()),
            doubt: None,
        };
        Placing {
            doubt,
            ..ruled.unwrap_or_else(none)
        }
    }

    fn known(&self, id: &SectionId) -> Option<&'a Section> {
        self.sections.iter().find(|section| section.id == *id)
    }

    fn by_source(&self, article: &Article) -> Option<(&'a Section, String)> {
        let section = self
            .sections
            .iter()
            .find(|section| section.sources.contains(&article.source))?;
        Some((section, format!("by its source `{}`", article.source)))
    }

    fn by_theme(&self, article: &Article) -> Option<(&'a Section, String)> {
        let theme = article.theme.as_deref()?;
        let plain = plainly(theme);
        let has = |section: &&Section| section.themes.iter().any(|it| plainly(it) == plain);
        let section = self.sections.iter().find(has)?;
        Some((section, format!("by its theme `{theme}`")))
    }

    /// The section whose words weigh most; of two that weigh alike the first.
    fn by_words(&self, read: &ReadArticle) -> Option<(&'a Section, String)> {
        let findings = self.vocabulary.find(read).into_iter().enumerate();
        let enough =
            findings.filter(|(place, found)| found.weight >= self.vocabulary.threshold(*place));
        let (place, found) =
            enough.max_by_key(|(place, found)| (found.weight, std::cmp::Reverse(*place)))?;
        let threshold = self.vocabulary.threshold(place);
        let how = format!(
            "by its words, {} of {threshold}: {}",
            found.weight,
            found.in_words()
        );
        Some((&self.sections[place], how))
    }

    fn by_kind(&self, article: &Article) -> Option<(&'a Section, String)> {
        let takes = |section: &&Section| section.kinds.contains(&article.kind);
        let section = self.sections.iter().find(takes)?;
        Some((section, format!("by its kind `{}`", article.kind.word())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{article::ArticleId, overlay::Named};

    fn sections() -> Vec<Section> {
        let mut sections = Section::defaults();
        let list = |words: &[&str]| words.iter().map(ToString::to_string).collect();
        sections[0].themes = list(&["Forskning"]);
        sections[1].sources = list(&["ritzau"]);
        sections[2].words = list(&["gode råd", "sådan gør"]);
        sections
    }

    #[test]
    fn each_rule_is_asked_in_its_turn() {
        let sections = sections();
        let sorter = Sorter::new(&sections, &MatchingSettings::default());
        let check = |change: &dyn Fn(&mut Article), overlay: Option<&Overlay>, expected: &str| {
            let mut article = Article::new(ArticleId("a/b".into()), "Nyt", "b.md", "a");
            change(&mut article);
            let placing = sorter.place(&article, &ReadArticle::of(&article), overlay);
            assert_eq!(placing.finding, expected);
        };
        check(&|_| {}, None, "`videndeling`, by its kind `article`");
        check(
            &|it| it.kind = Kind::News,
            None,
            "`nyheder`, by its kind `news`",
        );
        let advice = |it: &mut Article| it.title = "Seks gode råd til møder".into();
        check(
            &advice,
            None,
            "`inspiration`, by its words, 4 of 3: `gode råd` in title (4)",
        );
        let researched = |it: &mut Article| {
            advice(it);
            it.theme = Some("forskning".into());
        };
        check(&researched, None, "`videndeling`, by its theme `forskning`");
        check(
            &|it| {
                researched(it);
                it.kind = Kind::Opinion;
            },
            None,
            "`debat`, by its kind `opinion`",
        );
        let wired = |it: &mut Article| {
            researched(it);
            it.source = "ritzau".into();
        };
        check(&wired, None, "`nyheder`, by its source `ritzau`");
        let stated = |it: &mut Article| {
            wired(it);
            it.section = Some(SectionId("kalender".into()));
        };
        check(&stated, None, "`kalender`, as the article says");
        let overlay = Overlay {
            path: "issues/2026-11-23.toml".into(),
            sections: vec![(
                Named {
                    id: "b".into(),
                    line: 4,
                },
                SectionId("debat".into()),
            )],
            ..Overlay::default()
        };
        check(
            &stated,
            Some(&overlay),
            "`debat`, as issues/2026-11-23.toml:4 says",
        );
    }

    #[test]
    fn an_unknown_section_is_doubted_and_the_rules_decide() {
        let sections = Section::defaults();
        let sorter = Sorter::new(&sections, &MatchingSettings::default());
        let mut article = Article::new(ArticleId("a".into()), "Nyt", "a.md", "a");
        article.section = Some(SectionId("nyhder".into()));
        let placing = sorter.place(&article, &ReadArticle::of(&article), None);
        assert_eq!(placing.section.map(|id| id.0.as_str()), Some("videndeling"));
        assert!(
            placing
                .doubt
                .is_some_and(|doubt| doubt.contains("`nyhder`"))
        );
    }
}
