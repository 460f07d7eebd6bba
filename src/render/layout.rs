//! The order of an edition: which forms of which items, with what between them.

use chrono::NaiveDate;

use super::{
    ads::{Ads, Placed},
    blocks as own_blocks,
    form::{Form, Mark, Pictures, Place, Side},
    manuscript::Manuscript,
};
use crate::domain::{
    issue::Frequency,
    section::Layout,
    theme::{Block, Part},
};

/// The items of a section that are printed whole; the rest have title and meta alone.
const WHOLE: usize = 5;
/// The same of pairs and opinions in the letter of a week.
const WHOLE_OF_A_WEEK: usize = 2;

/// The best-ranked item that may lead.
pub(super) fn lead(manuscript: &Manuscript<'_>, items: &[usize]) -> Option<usize> {
    items
        .iter()
        .copied()
        .filter(|item| manuscript.layout(*item) != Layout::Calendar)
        .min_by_key(|item| manuscript.digest.items[*item].rank)
}

/// The edition's items in the order they are printed: the lead, then section by section.
pub(super) fn printed(manuscript: &Manuscript<'_>, items: &[usize]) -> Vec<usize> {
    let lead = lead(manuscript, items);
    let others = items.iter().copied().filter(|item| Some(*item) != lead);
    lead.into_iter().chain(others).collect()
}

/// The forms of an edition, from the band at the top to the end.
pub(super) fn layout(
    manuscript: &Manuscript<'_>,
    items: &[usize],
    overview_lines: usize,
    topics: &[String],
) -> Vec<Form> {
    let lead = lead(manuscript, items);
    let printed = printed(manuscript, items);
    let band = Form::Band {
        lit: items
            .iter()
            .filter_map(|item| manuscript.cell(*item))
            .fold(1, |lit, cell| {
                lit | 1_u64.checked_shl(cell as u32).unwrap_or(0)
            }),
    };
    let mut forms = vec![band.clone(), Form::Masthead];
    // The ad at the end is the first that found no place between the items, wherever the end stands.
    let mut items = Vec::new();
    let ad_at_the_end = body(manuscript, &printed, lead, &mut items);
    for block in &manuscript.look.theme.blocks.order {
        match block {
            Block::Intro => forms.push(Form::Intro),
            Block::Overview if manuscript.has(Part::Overview) => {
                overview(manuscript, &printed, overview_lines, &mut forms);
            }
            Block::Items => {
                let under_head = matches!(forms.last(), Some(Form::Intro | Form::Masthead));
                if let (true, Some(Form::Lead { place, .. })) = (under_head, items.first_mut()) {
                    *place = Place::First;
                }
                forms.append(&mut items);
                // The only item of an edition is followed by what belongs to it.
                if printed.len() > 1 {
                    forms.extend(own_blocks::at_the_end(manuscript, &printed, lead));
                }
            }
            Block::Card if manuscript.has(Part::Card) && manuscript.digest.card.is_some() => {
                forms.push(Form::Card);
            }
            Block::Ad => forms.extend(ad_at_the_end.map(|ad| Form::Ad {
                ad,
                place: Place::First,
            })),
            Block::Overview | Block::Card => {}
        }
    }
    let why = Form::Why {
        topics: topics.to_vec(),
    };
    forms.extend([why, Form::Footer, band, Form::Close]);
    forms
}

fn overview(manuscript: &Manuscript<'_>, printed: &[usize], most: usize, forms: &mut Vec<Form>) {
    let mut best: Vec<usize> = printed
        .iter()
        .copied()
        .filter(|item| manuscript.layout(*item) != Layout::Calendar)
        .collect();
    best.sort_by_key(|item| manuscript.digest.items[*item].rank);
    best.truncate(most);
    if printed.len() < manuscript.look.theme.overview_from {
        return;
    }
    let lines = printed.iter().copied().filter(|item| best.contains(item));
    let lines = marked(manuscript, lines.collect());
    let Some((_, mark)) = lines.first().copied() else {
        return;
    };
    forms.push(Form::OverviewHead {
        items: printed.len(),
        minutes: manuscript.minutes(printed),
        lines: lines.len(),
        mark,
    });
    forms.extend(
        lines
            .into_iter()
            .map(|(item, mark)| Form::OverviewLine { item, mark }),
    );
    forms.push(Form::OverviewEnd { mark });
}

/// The lines of Overblik with their marks: numbers in the order of print, or in a weekly letter the days of its
/// week, when every line tells of one.
fn marked(manuscript: &Manuscript<'_>, lines: Vec<usize>) -> Vec<(usize, Mark)> {
    let days: Option<Vec<NaiveDate>> = lines
        .iter()
        .map(|item| manuscript.day_of_week(*item))
        .collect();
    match days.filter(|_| manuscript.digest.key.frequency == Frequency::Weekly) {
        Some(days) => {
            let mut dated: Vec<(NaiveDate, usize)> = days.into_iter().zip(lines).collect();
            dated.sort_by_key(|(day, _)| *day);
            let mut above = None;
            dated
                .into_iter()
                .map(|(day, item)| {
                    let place = above.map_or(Place::First, |_| Place::Following);
                    let other = above.replace(day) != Some(day);
                    (item, Mark::Day(other.then_some(day), place))
                })
                .collect()
        }
        None => lines
            .into_iter()
            .enumerate()
            .map(|(before, item)| (item, Mark::Number(before + 1)))
            .collect(),
    }
}

/// The lead, the sections and the ads between them; returns the ad that is left for the end.
fn body(
    manuscript: &Manuscript<'_>,
    printed: &[usize],
    lead: Option<usize>,
    forms: &mut Vec<Form>,
) -> Option<usize> {
    let alone = printed.len() == 1;
    let mut ads = Ads::new(manuscript);
    let mut rest = printed;
    let mut done = 0;
    if let (Some(item), [_, after @ ..]) = (lead, printed) {
        forms.push(Form::Lead {
            item,
            alone,
            place: Place::Following,
        });
        (rest, done) = (after, 1);
        number(manuscript, after, forms);
        ads.after(done, printed.len(), Place::First, forms);
    }
    while let Some(first) = rest.first() {
        let section = manuscript.section_place(*first);
        let length = rest
            .iter()
            .take_while(|item| manuscript.section_place(**item) == section)
            .count();
        let (group, after) = rest.split_at(length);
        // Only a lone event comes here alone: the calendar's name is its label.
        if let Some(section) = section {
            forms.push(Form::Opener { section });
        }
        let mut place = Place::First;
        let quoted = quoted(manuscript, group);
        let mut blocks = blocks(manuscript, group).into_iter().peekable();
        while let Some((size, block)) = blocks.next() {
            done += block.len();
            match size {
                Size::Whole if quoted.is_some() && quoted == block.first().copied() => {
                    // The quote belongs to the item right under it: no hairline parts them.
                    forms.push(Form::Quote {
                        item: block[0],
                        place,
                    });
                    set(manuscript, block, Place::First, forms);
                }
                Size::Whole => set(manuscript, block, place, forms),
                Size::Compact => forms.extend(
                    block
                        .iter()
                        .map(|item| Form::Compact { item: *item, place }),
                ),
            }
            let ad_place = match blocks.peek() {
                Some(_) => Place::Following,
                None => Place::First,
            };
            // After an ad the next row begins anew: the ad's border parts them.
            place = if manuscript.layout(block[0]) != Layout::Calendar || ad_place == Place::First {
                match ads.after(done, printed.len(), ad_place, forms) {
                    Placed::Ad => Place::First,
                    Placed::Nothing => Place::Following,
                }
            } else {
                Place::Following
            };
        }
        rest = after;
        if let Some(section) = section.filter(|_| !alone) {
            let section = &manuscript.digest.sections[section].id;
            forms.extend(own_blocks::after_section(manuscript, section));
        }
    }
    ads.at_the_end()
}

/// The number of the week: the best-ranked item's that has one, under the lead.
fn number(manuscript: &Manuscript<'_>, items: &[usize], forms: &mut Vec<Form>) {
    if !manuscript.weekly() || !manuscript.has(Part::Number) {
        return;
    }
    let counting = items.iter().filter(|item| manuscript.counts(**item));
    if let Some(item) = counting.min_by_key(|item| manuscript.digest.items[**item].rank) {
        forms.push(Form::Number { item: *item });
    }
}

/// The item of a section whose words stand out: the first printed whole that has some.
fn quoted(manuscript: &Manuscript<'_>, group: &[usize]) -> Option<usize> {
    let stands_out = |item: &usize| {
        manuscript.layout(*item) == Layout::Advice
            && manuscript.quoted(*item)
            && manuscript.has(Part::Quote)
    };
    group.iter().copied().take(WHOLE).find(stands_out)
}

/// How much of an item is printed.
#[derive(Debug, Clone, Copy)]
enum Size {
    Whole,
    Compact,
}

/// What may not be parted within a section: the two of a pair, else each item.
fn blocks<'i>(manuscript: &Manuscript<'_>, group: &'i [usize]) -> Vec<(Size, &'i [usize])> {
    let section = group.first().and_then(|item| manuscript.section(*item));
    let whole = match section {
        Some(section) if section.layout == Layout::Calendar => group.len(),
        Some(section) if manuscript.in_titles(section) => 0,
        Some(section)
            if section.layout == Layout::Row && !manuscript.digest.trim.leaves_row_ledes() =>
        {
            0
        }
        Some(section)
            if manuscript.weekly() && matches!(section.layout, Layout::Pair | Layout::Opinion) =>
        {
            WHOLE_OF_A_WEEK.min(group.len())
        }
        _ => WHOLE.min(group.len()),
    };
    let (whole, compact) = group.split_at(whole);
    let together = match section.map(|section| section.layout) {
        Some(Layout::Pair) => 2,
        _ => 1,
    };
    let whole = whole.chunks(together).map(|block| (Size::Whole, block));
    let compact = compact.chunks(1).map(|block| (Size::Compact, block));
    whole.chain(compact).collect()
}

fn set(manuscript: &Manuscript<'_>, block: &[usize], place: Place, forms: &mut Vec<Form>) {
    match *block {
        [left, right] => {
            let pictures = if manuscript.pictured(left) && manuscript.pictured(right) {
                Pictures::Shown
            } else {
                Pictures::Left
            };
            let cell = |item, side| Form::PairCell {
                item,
                side,
                pictures,
            };
            forms.extend([
                Form::PairOpen { place },
                cell(left, Side::Left),
                Form::PairGap,
                cell(right, Side::Right),
                Form::PairEnd,
            ]);
        }
        [item] => forms.push(match manuscript.layout(item) {
            Layout::Advice if manuscript.advises(item) => Form::Advice { item, place },
            Layout::Row | Layout::Pair | Layout::Advice => Form::Row { item, place },
            Layout::Opinion => Form::Opinion { item, place },
            Layout::Calendar => Form::Event { item, place },
        }),
        _ => {}
    }
}
