use crate::parts::Icon;
use leptos::prelude::*;

/// A person and how to call them. `<Contact name=… role=… phone=…/>`
#[component]
pub fn Contact(
    /// Who.
    #[prop(into)]
    name: String,
    /// As what.
    #[prop(optional_no_strip, into)]
    role: Option<String>,
    /// Their number; no button without one.
    #[prop(optional_no_strip, into)]
    phone: Option<String>,
) -> impl IntoView {
    let role = role.map(|role| view! { <p class="contact-role">{role}</p> });
    let call = phone.map(|phone| view! { <CallButton phone=phone name=name.clone()/> });
    view! {
        <div class="contact">
            <Icon name="person" size="l"/>
            <div class="contact-words">
                <p class="contact-name">{name}</p>
                {role}
            </div>
            {call}
        </div>
    }
}

/// A button that dials. The number itself is its word, so that it can be read out and dialled by
/// hand. `<CallButton phone="12345" name="…"/>`
#[component]
pub fn CallButton(
    /// As people dial it.
    #[prop(into)]
    phone: String,
    /// Whom one calls, for a screen reader.
    #[prop(into)]
    name: String,
    /// An emergency number, shown in red.
    #[prop(optional)]
    urgent: bool,
) -> impl IntoView {
    let class = if urgent { "btn btn-danger" } else { "btn" };
    let dialled = dial(&phone);
    view! {
        <a class=class href=dialled>
            <Icon name="phone"/>
            <span class="sr-only">{format!("{} {name} ", tr!(shell.call_number))}</span>
            <span class="num nowrap">{phone}</span>
        </a>
    }
}

/// The address that dials a number: digits and `+` alone.
fn dial(phone: &str) -> String {
    let digits = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+');
    "tel:".chars().chain(digits).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_dialled_without_their_spaces() {
        for (written, dialled) in [
            ("12345", "tel:12345"),
            ("0573-0000 0000", "tel:057300000000"),
            ("+86 10 0000", "tel:+86100000"),
        ] {
            assert_eq!(super::dial(written), dialled);
        }
    }
}
