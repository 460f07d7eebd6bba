//! What a page says of itself as linked data (JSON-LD, schema.org).

use serde_json::Value;

use crate::{
    domain::article::{Author, Image},
    source::{
        markup::{self, Tree},
        prose::label_line,
    },
};

/// The types that are articles.
const ARTICLES: [&str; 12] = [
    "Article",
    "NewsArticle",
    "OpinionNewsArticle",
    "ReportageNewsArticle",
    "AnalysisNewsArticle",
    "BackgroundNewsArticle",
    "ReviewNewsArticle",
    "BlogPosting",
    "Report",
    "TechArticle",
    "ScholarlyArticle",
    "SocialMediaPosting",
];
/// How many objects are looked at.
const MAX_OBJECTS: usize = 500;

/// What the data states.
#[derive(Debug, Default)]
pub(super) struct Linked {
    /// Whether there is an article in it.
    pub(super) is_article: bool,
    /// Whether it says that the page is an event's.
    pub(super) is_event: bool,
    /// Whether it says that the page is a list of others.
    pub(super) is_listing: bool,
    /// Whether it is an opinion by its type.
    pub(super) is_opinion: bool,
    /// Whether it says that not everybody may read it.
    pub(super) is_closed: bool,
    pub(super) headline: Option<String>,
    pub(super) description: Option<String>,
    pub(super) published: Option<String>,
    pub(super) modified: Option<String>,
    pub(super) authors: Vec<Author>,
    pub(super) publisher: Option<String>,
    pub(super) section: Option<String>,
    pub(super) keywords: Vec<String>,
    pub(super) image: Option<Image>,
    pub(super) url: Option<String>,
}

/// Reads all of a page's linked data. What is no JSON is passed over: pages are not to be refused for it.
pub(super) fn read(tree: &Tree) -> Linked {
    let mut objects = Vec::new();
    for (at, element) in tree.elements() {
        let is_data = element
            .attribute("type")
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/ld+json"));
        if element.name == "script"
            && is_data
            && let Ok(value) = serde_json::from_str::<Value>(tree.raw_text(at).trim())
        {
            gather(value, &mut objects);
        }
    }
    let is = |object: &Value, names: &[&str]| {
        types(object)
            .iter()
            .any(|name| names.contains(&name.as_str()))
    };
    let any = |names: &[&str]| objects.iter().any(|object| is(object, names));
    let mut linked = Linked {
        is_event: any(&[
            "Event",
            "EducationEvent",
            "BusinessEvent",
            "SocialEvent",
            "CourseInstance",
        ]),
        is_listing: any(&["CollectionPage", "SearchResultsPage"]),
        ..Linked::default()
    };
    let Some(article) = objects.iter().find(|object| is(object, &ARTICLES)) else {
        return linked;
    };
    linked.is_article = true;
    linked.is_opinion = is(article, &["OpinionNewsArticle"]);
    linked.is_closed = article.get("isAccessibleForFree").is_some_and(|free| {
        *free == Value::Bool(false)
            || free
                .as_str()
                .is_some_and(|word| word.eq_ignore_ascii_case("false"))
    });
    linked.headline = text(article, "headline").or_else(|| text(article, "name"));
    linked.description = text(article, "description");
    linked.published = text(article, "datePublished");
    linked.modified = text(article, "dateModified");
    linked.section = text(article, "articleSection");
    linked.url = text(article, "url").or_else(|| match article.get("mainEntityOfPage") {
        Some(Value::String(url)) => Some(url.clone()),
        Some(page) => text(page, "@id"),
        None => None,
    });
    linked.publisher =
        resolved(article.get("publisher"), &objects).and_then(|publisher| text(publisher, "name"));
    linked.keywords = match article.get("keywords") {
        Some(Value::String(words)) => words.split(',').map(label_line).collect(),
        Some(Value::Array(words)) => words
            .iter()
            .filter_map(Value::as_str)
            .map(label_line)
            .collect(),
        _ => Vec::new(),
    };
    linked.keywords.retain(|word| !word.is_empty());
    linked.authors = each(article.get("author"))
        .filter_map(|author| person(author, &objects))
        .collect();
    linked.image = each(article.get("image")).find_map(|image| picture(image, &objects));
    linked
}

/// All objects, those within lists and graphs too.
fn gather(value: Value, objects: &mut Vec<Value>) {
    if objects.len() >= MAX_OBJECTS {
        return;
    }
    match value {
        Value::Array(values) => values.into_iter().for_each(|value| gather(value, objects)),
        Value::Object(mut object) => {
            let graph = object.remove("@graph");
            let main = object
                .get("mainEntity")
                .filter(|main| main.is_object())
                .cloned();
            objects.push(Value::Object(object));
            for inner in graph.into_iter().chain(main) {
                gather(inner, objects);
            }
        }
        _ => {}
    }
}

fn types(object: &Value) -> Vec<String> {
    let bare = |name: &str| {
        name.rsplit(['/', '#', ':'])
            .next()
            .unwrap_or(name)
            .to_owned()
    };
    each(object.get("@type"))
        .filter_map(Value::as_str)
        .map(bare)
        .collect()
}

/// One value, or each of a list.
fn each(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let values = match value {
        Some(Value::Array(values)) => values.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    values.iter()
}

/// The object that an `@id` alone points to.
fn resolved<'a>(value: Option<&'a Value>, objects: &'a [Value]) -> Option<&'a Value> {
    let value = each(value).next()?;
    let Some(id) = value.get("@id").and_then(Value::as_str) else {
        return Some(value);
    };
    if value.get("name").is_some() || value.get("url").is_some() {
        return Some(value);
    }
    objects
        .iter()
        .find(|object| object.get("@id").and_then(Value::as_str) == Some(id))
        .or(Some(value))
}

fn text(object: &Value, key: &str) -> Option<String> {
    let value = each(object.get(key)).find_map(Value::as_str)?;
    Some(label_line(&markup::words(value))).filter(|text| !text.is_empty())
}

/// A person who wrote it; an organisation is no writer.
fn person(value: &Value, objects: &[Value]) -> Option<Author> {
    if let Some(name) = value.as_str() {
        let name = label_line(name);
        return (!name.is_empty() && !name.contains("://")).then_some(Author { name, role: None });
    }
    let object = resolved(Some(value), objects)?;
    if types(object)
        .iter()
        .any(|name| name.ends_with("Organization"))
    {
        return None;
    }
    Some(Author {
        name: text(object, "name")?,
        role: text(object, "jobTitle"),
    })
}

fn picture(value: &Value, objects: &[Value]) -> Option<Image> {
    if let Some(url) = value.as_str() {
        return Some(Image {
            url: Some(url.to_owned()),
            ..Image::default()
        });
    }
    let object = resolved(Some(value), objects)?;
    let url = object
        .get("url")
        .or_else(|| object.get("contentUrl"))
        .and_then(Value::as_str)?;
    Some(Image {
        url: Some(url.to_owned()),
        caption: text(object, "caption"),
        credit: text(object, "creditText"),
        ..Image::default()
    })
}
