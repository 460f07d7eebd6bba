//! The rules of the theme.

use super::{Config, Key, Reading, one_line, web, within};
use crate::domain::{
    fault::Fault,
    theme::{Block, Theme},
};

pub(super) fn check(config: &Config, reading: &mut Reading) {
    let theme = &config.look.theme;
    let key = |name: &str| Key::of("theme").name(name);
    within(reading, &key("frame_px"), theme.frame_px, 600..=640);
    within(reading, &key("rail_px"), theme.rail_px, 96..=160);
    within(reading, &key("gutter_px"), theme.gutter_px, 12..=32);
    within(reading, &key("radius_px"), theme.radius_px, 0..=24);
    within(reading, &key("overview_from"), theme.overview_from, 2..=60);
    brand(theme, reading);
    blocks(theme, reading);
    let marks = [
        ("desk", &theme.marks.desk),
        ("publisher", &theme.marks.publisher),
    ];
    for (name, mark) in marks {
        let key = Key::of("theme.marks").name(name);
        one_line(reading, &key, mark);
        within(reading, &key, mark.chars().count(), 1..=3);
    }
    if theme.marks.desk == theme.marks.publisher {
        reading.fault(
            &Key::of("theme.marks.publisher"),
            Fault::error("the desk has the same mark: nobody could tell who answers for an item")
                .remedy("choose two marks"),
        );
    }
    let weight = theme.titles.weight;
    if !(400..=900).contains(&weight) || !weight.is_multiple_of(100) {
        reading.fault(
            &Key::of("theme.titles.weight"),
            Fault::error(format!("`{weight}` is no weight of a typeface"))
                .remedy("write 400, 500, 600, 700, 800 or 900"),
        );
    }
    limits(theme, reading);
}

fn brand(theme: &Theme, reading: &mut Reading) {
    let key = |name: &str| Key::of("theme.brand").name(name);
    let brand = &theme.brand;
    for (name, text) in [
        ("name", &brand.name),
        ("name_suffix_weekly", &brand.name_suffix_weekly),
    ] {
        if let Some(text) = text {
            one_line(reading, &key(name), text);
        }
    }
    if let Some(initials) = &brand.initials {
        one_line(reading, &key("initials"), initials);
        within(reading, &key("initials"), initials.chars().count(), 1..=2);
    }
    if let Some(logo) = &brand.logo {
        web(reading, &key("logo"), logo);
    }
    if let Some(home) = &brand.home {
        web(reading, &key("home"), home.as_str());
    }
    within(reading, &key("logo_width"), brand.logo_width, 16..=592);
    within(reading, &key("logo_height"), brand.logo_height, 16..=200);
}

/// Every block once: one left out of the order is not left out of the letter by chance.
fn blocks(theme: &Theme, reading: &mut Reading) {
    let order = &theme.blocks.order;
    let once = |block: &Block| order.iter().filter(|other| *other == block).count() == 1;
    if !Block::ALL.iter().all(once) || order.len() != Block::ALL.len() {
        reading.fault(
            &Key::of("theme.blocks.order"),
            Fault::error("the order does not name every block once")
                .remedy("write `intro`, `overview`, `items`, `card` and `ad` in the order they are to stand; what is not wanted goes in `off`"),
        );
    }
}

fn limits(theme: &Theme, reading: &mut Reading) {
    let limits = &theme.limits;
    for (name, limit) in [
        ("title", limits.title),
        ("overview", limits.overview),
        ("intro", limits.intro),
        ("lede_lead", limits.lede_lead),
        ("lede_pair", limits.lede_pair),
        ("lede_row", limits.lede_row),
        ("quote", limits.quote),
        ("blurb", limits.blurb),
    ] {
        within(
            reading,
            &Key::of("theme.limits").name(name),
            limit,
            40..=600,
        );
    }
}
