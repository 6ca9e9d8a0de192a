//! `/notices`: what is going on in the street.

use crate::parts::{Empty, Page, loaded};
use crate::state::facts;
use crate::when;
use leptos::prelude::*;
use model::id::AreaId;
use model::street::{Notice, Street};
use model::time::TimeMs;

/// The notices in force.
#[component]
pub fn Notices() -> impl IntoView {
    let list = loaded(facts().street(), |street| {
        let notices: Vec<_> = in_force(&street.notices, when::now())
            .map(|notice| one(&street, notice))
            .collect();
        if notices.is_empty() {
            view! { <Empty sign="info" words=tr!(shell.notices_none)/> }.into_any()
        } else {
            view! { <ul class="cards">{notices}</ul> }.into_any()
        }
    });
    view! { <Page title=tr!(shell.notices) back="/">{list}</Page> }
}

/// The notices to show at `now`, in their order.
pub(super) fn in_force(notices: &[Notice], now: TimeMs) -> impl Iterator<Item = &Notice> {
    notices
        .iter()
        .filter(move |notice| notice.from <= now && now <= notice.until)
}

fn one(street: &Street, notice: &Notice) -> impl IntoView + use<> {
    let until = tr!(shell.notice_until, until = when::moment(notice.until));
    let place = area_name(street, &notice.area).unwrap_or_default();
    view! {
        <li class="card">
            <h2 class="card-title">{notice.title.clone()}</h2>
            <p>{notice.body.clone()}</p>
            <p class="card-line muted">{format!("{place} · {until}")}</p>
        </li>
    }
}

fn area_name(street: &Street, id: &AreaId) -> Option<String> {
    let area = street.areas.iter().find(|area| area.id == *id)?;
    Some(area.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_come_and_go() {
        let notice = Notice {
            title: "停水".into(),
            body: String::new(),
            area: AreaId::parse("hedong").expect("an id"),
            from: TimeMs(10),
            until: TimeMs(20),
        };
        let notices = [notice];
        for (now, shown) in [(9, 0), (10, 1), (20, 1), (21, 0)] {
            assert_eq!(in_force(&notices, TimeMs(now)).count(), shown, "{now}");
        }
    }
}
