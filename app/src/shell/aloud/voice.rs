//! The device's voice.
//!
//! Only voices that speak on the device itself: others send the page's words, and with them a
//! resident's answers, to whoever runs them.

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use gloo::utils::window;
use wasm_bindgen::JsCast;
use web_sys::{SpeechSynthesis, SpeechSynthesisUtterance, SpeechSynthesisVoice};

/// Some browsers know their voices only some time after they are first asked.
const ASK_EVERY_MS: u32 = 100;
const ASK_TIMES: usize = 10;

/// What becomes of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It is being said.
    Begun,
    /// It was said.
    Ended,
    /// It cannot be said.
    Failed,
}

/// A sentence on its way: kept as long as it is said, or the browser forgets to report its end.
pub struct Spoken {
    _utterance: SpeechSynthesisUtterance,
    _listeners: [EventListener; 3],
}

fn synthesis() -> Option<SpeechSynthesis> {
    window().speech_synthesis().ok()
}

/// Says nothing more.
pub fn hush() {
    if let Some(synthesis) = synthesis() {
        synthesis.cancel();
    }
}

/// Runs `then` once the voices are known, or a second has passed.
pub fn gathered(then: impl FnOnce() + 'static) {
    ask(ASK_TIMES, Box::new(then));
}

fn ask(times: usize, then: Box<dyn FnOnce()>) {
    let known = synthesis().is_some_and(|synthesis| synthesis.get_voices().length() > 0);
    match times.checked_sub(1) {
        Some(left) if !known => {
            Timeout::new(ASK_EVERY_MS, move || ask(left, then)).forget();
        }
        _ => then(),
    }
}

/// Says `words` at `rate`. None where no voice of the device speaks the language.
pub fn say(words: &str, rate: f32, heard: impl Fn(Heard) + Copy + 'static) -> Option<Spoken> {
    let synthesis = synthesis()?;
    let utterance = SpeechSynthesisUtterance::new_with_text(words).ok()?;
    let language = crate::when::language_tag();
    utterance.set_lang(language);
    utterance.set_rate(rate);
    let voices = synthesis.get_voices();
    // Where none is listed (Android's WebView) the language alone chooses.
    if voices.length() > 0 {
        let voices = voices.iter().map(|voice| voice.unchecked_into());
        let own = voices.filter(|voice: &SpeechSynthesisVoice| voice.local_service());
        let ranked = own.filter_map(|voice| Some((rank(&voice.lang(), language)?, voice)));
        let (_, voice) = ranked.min_by_key(|(rank, _)| *rank)?;
        utterance.set_voice(Some(&voice));
    }
    let on = |name: &'static str, what: Heard| {
        EventListener::new(&utterance, name, move |_| heard(what))
    };
    let listeners = [
        on("start", Heard::Begun),
        on("end", Heard::Ended),
        on("error", Heard::Failed),
    ];
    synthesis.speak(&utterance);
    Some(Spoken {
        _utterance: utterance,
        _listeners: listeners,
    })
}

/// How well a voice of `tag` speaks `language`, 0 the best; none where it does not. Cantonese
/// reads Mandarin text in a way that whoever speaks Mandarin does not understand.
fn rank(tag: &str, language: &str) -> Option<u8> {
    let tag = tag.replace('_', "-").to_ascii_lowercase();
    let first = tag.split('-').next().unwrap_or_default();
    match (language.starts_with("zh"), first) {
        (true, "zh" | "cmn") if tag.ends_with("-hk") => None,
        (true, "zh" | "cmn") if tag.ends_with("-cn") || tag == "zh" => Some(0),
        (true, "zh" | "cmn") => Some(1),
        (false, "en") => Some(0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::rank;

    #[test]
    fn which_voices_speak_the_language() {
        for (tag, language, expected) in [
            ("zh-CN", "zh-CN", Some(0)),
            ("zh_CN", "zh-CN", Some(0)),
            ("cmn-Hans-CN", "zh-CN", Some(0)),
            ("zh-TW", "zh-CN", Some(1)),
            ("zh-HK", "zh-CN", None),
            ("yue-HK", "zh-CN", None),
            ("en-US", "zh-CN", None),
            ("en-GB", "en", Some(0)),
            ("zh-CN", "en", None),
            ("", "zh-CN", None),
        ] {
            assert_eq!(rank(tag, language), expected, "{tag} {language}");
        }
    }
}
