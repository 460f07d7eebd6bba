//! What every letter owes its reader: a way to leave (markedsføringsloven § 10, RFC 8058) and who sends it from where
//! (e-handelsloven § 7), in both parts.

use super::{Look, Place, Read, Report, Rule, plain::bare};
use crate::domain::piece::Slot;

pub(super) fn check(look: &Look<'_>, read: &Read<'_>, report: &mut Report<'_>) {
    let leave = Slot::Unsubscribe.mark();
    let parts = [
        (
            "html",
            read.page
                .links
                .iter()
                .any(|link| link.address.starts_with(leave) && !link.text.is_empty()),
            bare(
                &read
                    .page
                    .words
                    .iter()
                    .map(|words| words.text.as_str())
                    .collect::<String>(),
            ),
        ),
        (
            "text",
            read.plain.links.iter().any(|link| link.starts_with(leave)),
            read.plain.bare.clone(),
        ),
    ];
    let address = look.newsletter.postal_address.as_deref().map(bare);
    for (part, has_way, words) in parts {
        if !has_way {
            report.find(
                Rule::Unsubscribe,
                Place::edition(read.rendered.name, part),
                "the part has no link to unsubscribe by",
                "put it back into the footer's template",
            );
        }
        if let Some(address) = address.as_deref().filter(|address| !address.is_empty())
            && !words.contains(address)
        {
            report.find(
                Rule::PostalAddress,
                Place::edition(read.rendered.name, part),
                "the part does not print the sender's postal address",
                "put it back into the footer's template",
            );
        }
    }
    if address.is_none_or(|address| address.is_empty()) {
        report.find(
            Rule::PostalAddress,
            Place::key("newsletter.postal_address"),
            "the letters do not say where their sender is",
            "state `postal_address` under `[newsletter]` (e-handelsloven § 7)",
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        domain::piece::Slot,
        lint::{Level, Rule, sample::Day},
    };

    #[test]
    fn both_parts_have_a_way_to_leave() {
        let leave = Slot::Unsubscribe.mark();
        let mut day = Day::sound();
        day.settings.parity = Level::Off;
        day.rendered.html = day.rendered.html.replace(leave, "#");
        assert_eq!(day.rules(), [Rule::Unsubscribe]);
        let mut day = Day::sound();
        day.settings.parity = Level::Off;
        day.rendered.text = day.rendered.text.replace(leave, "");
        assert_eq!(day.rules(), [Rule::Unsubscribe]);
    }

    #[test]
    fn both_parts_say_where_the_sender_is() {
        let mut day = Day::sound();
        day.rendered.html = day.rendered.html.replace("Havnegade", "Havnevej");
        assert_eq!(day.rules(), [Rule::PostalAddress]);
        let mut day = Day::sound();
        day.newsletter.postal_address = None;
        assert_eq!(day.rules(), [Rule::PostalAddress]);
    }
}
