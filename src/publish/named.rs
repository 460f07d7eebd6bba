//! What a footer says its readers chose: topics by name, where they are few.

use serde::{Deserialize, Serialize};

use crate::domain::{
    language::Language,
    topic::{Topic, TopicId},
};

/// More topics than these are not named: each set of names makes an edition of its own.
const FEW: usize = 3;

/// A newsletter's topics by name, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Named(Vec<Name>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Name {
    topic: TopicId,
    da: String,
    en: String,
}

impl Named {
    pub(super) fn new(topics: &[Topic]) -> Self {
        let names = topics.iter().map(|topic| Name {
            topic: topic.id.clone(),
            da: on_a_line(&topic.name),
            en: on_a_line(topic.name_en.as_ref().unwrap_or(&topic.name)),
        });
        Self(names.collect())
    }

    /// The names of the topics somebody chose; none where all were, or many.
    pub(super) fn chosen(&self, topics: &[&str], language: Language) -> Vec<String> {
        if topics.is_empty() || topics.len() > FEW {
            return Vec::new();
        }
        let names = self.0.iter();
        names
            .filter(|name| topics.contains(&name.topic.0.as_str()))
            .map(|name| match language {
                Language::Da => name.da.clone(),
                Language::En => name.en.clone(),
            })
            .collect()
    }
}

/// The ledger keeps a name a line.
fn on_a_line(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_topics_are_named_in_the_newsletters_order_and_the_letters_language() {
        let topic = |id: &str, name: &str, name_en: Option<&str>| -> Topic {
            let fields = serde_json::json!({ "id": id, "name": name, "name_en": name_en });
            serde_json::from_value(fields).unwrap()
        };
        let named = Named::new(&[
            topic("a", " Ledelse\n", Some("Leadership")),
            topic("b", "Velfærd", None),
            topic("c", "Klima", None),
            topic("d", "Skole", None),
        ]);
        let check = |topics: &[&str], language, expected: &[&str]| {
            assert_eq!(named.chosen(topics, language), expected);
        };
        check(&[], Language::Da, &[]);
        check(&["b", "a"], Language::Da, &["Ledelse", "Velfærd"]);
        check(&["b", "a", "x"], Language::En, &["Leadership", "Velfærd"]);
        check(&["a", "b", "c", "d"], Language::Da, &[]);
    }
}
