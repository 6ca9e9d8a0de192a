//! What a public case shows: how it was and how it is now, each of which opens large.

use crate::parts::{Section, Sheet};
use leptos::prelude::*;
use model::api::report::PublicReport;
use model::api::{PhotoSize, path};
use model::id::{CaseId, PhotoId};

/// One picture and its name.
#[derive(Clone, Debug, PartialEq)]
struct Picture {
    case: CaseId,
    photo: PhotoId,
    name: String,
}

impl Picture {
    fn address(&self, size: PhotoSize) -> String {
        path::of_photo(path::REPORT_PHOTO, self.case, self.photo, size)
    }
}

/// Both groups, under their names; nothing where there are no pictures.
#[component]
pub fn Pictures(
    /// The case.
    report: PublicReport,
) -> impl IntoView {
    let shown = RwSignal::new(None::<Picture>);
    let open = RwSignal::new(false);
    let enlarge = Callback::new(move |picture: Picture| {
        shown.set(Some(picture));
        open.set(true);
    });
    let case = report.item.case;
    let group = move |photos: Vec<PhotoId>, title: &'static str| {
        (!photos.is_empty()).then(|| {
            let pictures = named(case, photos, title).into_iter();
            let pictures = pictures
                .map(|picture| thumb(picture, enlarge))
                .collect_view();
            view! {
                <Section title=title>
                    <ul class="event-photos report-photos">{pictures}</ul>
                </Section>
            }
        })
    };
    let large = move || shown.get().map(|picture| view! { <Large picture/> });
    view! {
        {group(report.before, tr!(reports.one.before))}
        {group(report.after, tr!(reports.one.after))}
        <Sheet id="report-photo" title=tr!(cases.photo.title) open=open wide=true>
            <div class="sheet-body">{large}</div>
        </Sheet>
    }
}

fn named(case: CaseId, photos: Vec<PhotoId>, title: &str) -> Vec<Picture> {
    let name = |at: usize| tr!(cases.photo.name, of = title.to_owned(), number = at + 1);
    let photos = photos.into_iter().enumerate();
    photos
        .map(|(at, photo)| Picture {
            case,
            photo,
            name: name(at),
        })
        .collect()
}

fn thumb(picture: Picture, enlarge: Callback<Picture>) -> impl IntoView {
    let lost = RwSignal::new(false);
    let picture = StoredValue::new(picture);
    let body = move || {
        let picture = picture.get_value();
        match lost.get() {
            // Without signal there is nothing to enlarge.
            true => view! {
                <button class="btn-link" type="button" on:click=move |_| lost.set(false)>{tr!(cases.photo.again)}</button>
            }
            .into_any(),
            false => view! {
                <button class="shot" type="button" on:click={
                    let picture = picture.clone();
                    move |_| enlarge.run(picture.clone())
                }>
                    <img src=picture.address(PhotoSize::Thumb) alt=tr!(cases.photo.enlarge, name = picture.name.clone())
                        on:error=move |_| lost.set(true)/>
                </button>
            }
            .into_any(),
        }
    };
    view! { <li>{body}</li> }
}

#[component]
fn Large(picture: Picture) -> impl IntoView {
    let lost = RwSignal::new(false);
    let (src, name) = (picture.address(PhotoSize::Full), picture.name);
    let heading = name.clone();
    let body = move || {
        match lost.get() {
        true => view! { <p role="alert">{tr!(cases.photo.failed)}</p> }.into_any(),
        false => view! { <img class="shot-full" src=src.clone() alt=name.clone() on:error=move |_| lost.set(true)/> }.into_any(),
    }
    };
    view! {
        <p>{heading}</p>
        {body}
    }
}
