//! What of a case is to be shown to everybody, while it is being decided: words, and for each
//! picture whether it is shown, which copy of it, and whether it shows how it is now.

use model::api::{Entry, Party, StaffCase};
use model::id::PhotoId;
use model::workflow::{Face, Shown};
use serde::{Deserialize, Serialize};

/// The field of pictures that are covered copies of others.
pub const COPY: &str = "public";
/// Characters everybody may read of one case.
pub const WORDS_MAX: usize = 1000;

/// A picture of the case, and what is decided of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// As it was handed in.
    pub photo: PhotoId,
    /// Its copy with faces and plates covered.
    pub copy: Option<PhotoId>,
    /// Everybody may see it.
    pub shown: bool,
    /// It shows how it is now, not how it was.
    pub after: bool,
}

impl Picture {
    /// The version everybody would see.
    pub fn version(&self) -> PhotoId {
        self.copy.unwrap_or(self.photo)
    }

    fn shown(&self) -> Shown {
        Shown {
            photo: self.version(),
            covers: self.copy.map(|_| self.photo),
            after: self.after,
        }
    }

    fn of(shown: &Shown) -> Picture {
        Picture {
            photo: shown.covers.unwrap_or(shown.photo),
            copy: shown.covers.map(|_| shown.photo),
            shown: true,
            after: shown.after,
        }
    }
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faces {
    /// Words.
    pub words: String,
    /// Pictures, in the order in which they are shown.
    pub pictures: Vec<Picture>,
}

impl Faces {
    /// As last decided; at first the resident's own words, and no picture: each is shown only
    /// after somebody has looked at it and said so.
    pub fn begin(case: &StaffCase) -> Faces {
        let words = match &case.face {
            Some(face) => face.words.clone(),
            None => case.view.answers.text("words").to_owned(),
        };
        let decided = case.face.iter().flat_map(|face| &face.photos);
        let mut faces = Faces {
            words: words.chars().take(WORDS_MAX).collect(),
            pictures: decided.map(Picture::of).collect(),
        };
        faces.meet(case);
        faces
    }

    /// Takes in the pictures that came meanwhile, at the end.
    pub fn meet(&mut self, case: &StaffCase) {
        let own = case.view.photos.iter().filter(|photo| photo.field != COPY);
        for photo in own {
            if !self
                .pictures
                .iter()
                .any(|picture| picture.photo == photo.id)
            {
                self.pictures.push(Picture {
                    photo: photo.id,
                    copy: None,
                    shown: false,
                    after: is_by_staff(&case.view.timeline, photo.id),
                });
            }
        }
    }

    /// Changes what is decided of one picture.
    pub fn change(&mut self, photo: PhotoId, change: impl FnOnce(&mut Picture)) {
        let mut pictures = self.pictures.iter_mut();
        if let Some(picture) = pictures.find(|picture| picture.photo == photo) {
            change(picture);
        }
    }

    /// The decision, as it is sent.
    pub fn face(&self) -> Face {
        let shown = self.pictures.iter().filter(|picture| picture.shown);
        Face {
            words: self.words.trim().to_owned(),
            photos: shown.map(Picture::shown).collect(),
        }
    }

    /// The covered copies; some of them the server may not have yet.
    pub fn copies(&self) -> impl Iterator<Item = PhotoId> {
        self.pictures.iter().filter_map(|picture| picture.copy)
    }
}

/// Staff photograph what they have done; residents what is wrong.
fn is_by_staff(timeline: &[Entry], photo: PhotoId) -> bool {
    let by_staff = |entry: &&Entry| matches!(entry.fact.actor, Party::Staff { .. });
    let mut entries = timeline.iter().filter(by_staff);
    entries.any(|entry| !entry.fact.on_word && entry.fact.photos.contains(&photo))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::staff::samples;

    fn photo(n: u128) -> PhotoId {
        PhotoId(uuid::Uuid::from_u128(n))
    }

    fn shown(n: u128, covers: Option<u128>, after: bool) -> Shown {
        Shown {
            photo: photo(n),
            covers: covers.map(photo),
            after,
        }
    }

    /// Two photos of the resident, one of staff, and a covered copy of the first.
    fn case() -> StaffCase {
        samples::report(&[(1, "photos"), (2, "photos"), (3, "event"), (9, COPY)])
    }

    #[test]
    fn at_first_the_residents_words_and_no_picture() {
        let faces = Faces::begin(&case());
        assert_eq!(faces.words, samples::WORDS);
        let decided: Vec<_> = faces
            .pictures
            .iter()
            .map(|picture| (picture.photo, picture.shown, picture.after))
            .collect();
        assert_eq!(
            decided,
            [
                (photo(1), false, false),
                (photo(2), false, false),
                (photo(3), false, true)
            ]
        );
        assert_eq!(faces.face().photos, []);
    }

    #[test]
    fn what_was_decided_stays_decided_in_its_order() {
        let mut case = case();
        let face = Face {
            words: "灯坏了".to_owned(),
            photos: vec![shown(2, None, true), shown(9, Some(1), false)],
        };
        case.face = Some(face.clone());
        let mut faces = Faces::begin(&case);
        assert_eq!(faces.face(), face);
        assert_eq!(faces.copies().collect::<Vec<_>>(), [photo(9)]);
        faces.change(photo(3), |picture| picture.shown = true);
        faces.change(photo(1), |picture| picture.copy = None);
        assert_eq!(
            faces.face().photos,
            [
                shown(2, None, true),
                shown(1, None, false),
                shown(3, None, true)
            ]
        );
    }

    #[test]
    fn long_words_begin_as_long_as_they_may_be() {
        let mut case = case();
        case.view.answers.set("words", &"好".repeat(3000));
        assert_eq!(Faces::begin(&case).words.chars().count(), WORDS_MAX);
    }
}
