//! Words for what stands beside a case on the street, as staff read them: how far it may be seen,
//! which sort of trouble it is.

use crate::parts::{Icon, place_words};
use leptos::prelude::*;
use model::issue::Nature;
use model::place::Spot;
use model::street::Street;
use model::workflow::Publication;

/// Every publication, in the order of a case's life.
pub const PUBLICATIONS: [Publication; 4] = [
    Publication::Private,
    Publication::Reviewed,
    Publication::Public,
    Publication::Hidden,
];

/// How far it may be seen.
pub fn publication(of: Publication) -> &'static str {
    match of {
        Publication::Private => tr!(handling.publication.private),
        Publication::Reviewed => tr!(handling.publication.reviewed),
        Publication::Public => tr!(handling.publication.public),
        Publication::Hidden => tr!(handling.publication.hidden),
    }
}

/// Its name in addresses and on the wire.
pub fn publication_name(of: Publication) -> &'static str {
    match of {
        Publication::Private => "private",
        Publication::Reviewed => "reviewed",
        Publication::Public => "public",
        Publication::Hidden => "hidden",
    }
}

/// Which sort of trouble it is.
pub fn nature(of: Nature) -> &'static str {
    match of {
        Nature::Pain => tr!(handling.nature.pain),
        Nature::Hard => tr!(handling.nature.hard),
        Nature::Stuck => tr!(handling.nature.stuck),
    }
}

/// What that sort means.
pub fn nature_hint(of: Nature) -> &'static str {
    match of {
        Nature::Pain => tr!(handling.nature.pain_hint),
        Nature::Hard => tr!(handling.nature.hard_hint),
        Nature::Stuck => tr!(handling.nature.stuck_hint),
    }
}

/// Where it is, in one line: the resident's own words first, being the nearest to it.
pub fn place_line(spot: &Spot, street: &Street) -> String {
    let place = place_words(spot, street);
    match spot.words.as_deref().map(str::trim) {
        Some(words) if !words.is_empty() => {
            tr!(handling.spot.line, words = words, place = place)
        }
        _ => place,
    }
}

/// How far it may be seen: colour, icon and word.
#[component]
pub fn PublicationChip(
    /// How far.
    of: Publication,
) -> impl IntoView {
    let (tone, sign) = match of {
        Publication::Private => ("wait", "eye"),
        Publication::Reviewed => ("taken", "check"),
        Publication::Public => ("done", "people"),
        Publication::Hidden => ("closed", "lock"),
    };
    view! {
        <span class="status" data-tone=tone>
            <Icon name=sign size="s"/>
            {publication(of)}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_wire() {
        for of in PUBLICATIONS {
            let wire = serde_json::to_value(of).expect("a name");
            assert_eq!(wire, publication_name(of));
        }
    }
}
