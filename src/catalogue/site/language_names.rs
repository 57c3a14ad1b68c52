//! The names of languages in the languages themselves, and the directions in which they are written.

use crate::db::sql_types::words;
use crate::lang::Lang;

words! {
    /// The direction of a script.
    pub enum Direction {
        /// From left to right.
        LeftToRight = "ltr",
        /// From right to left.
        RightToLeft = "rtl",
    }
}

/// Returns what a language calls itself: the name of the longest known beginning of the tag, or else the tag.
pub fn name_of(lang: &Lang) -> &str {
    let mut tag = lang.as_str();
    loop {
        if let Ok(place) = NAMES.binary_search_by_key(&tag, |(known, _)| known) {
            return NAMES.get(place).map_or(lang.as_str(), |(_, name)| name);
        }
        match tag.rsplit_once('-') {
            Some((shorter, _)) => tag = shorter,
            None => return lang.as_str(),
        }
    }
}

/// Returns the direction of a language: that of the script in the tag, or else of the script in which the language is
/// mostly written.
pub fn direction_of(lang: &Lang) -> Direction {
    let mut subtags = lang.as_str().split('-');
    let primary = subtags.next().unwrap_or_default();
    let script = subtags
        .take_while(|subtag| subtag.len() > 1)
        .find(|subtag| subtag.len() == 4 && subtag.bytes().all(|byte| byte.is_ascii_alphabetic()));
    let is_rtl = match script {
        Some(script) => RTL_SCRIPTS.contains(&script),
        None => RTL_LANGUAGES.contains(&primary),
    };
    if is_rtl {
        Direction::RightToLeft
    } else {
        Direction::LeftToRight
    }
}

/// The scripts that are written from right to left (ISO 15924), of those in use today.
const RTL_SCRIPTS: [&str; 12] = [
    "Adlm", "Arab", "Aran", "Hebr", "Mand", "Mend", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi",
];

/// The languages that are mostly written in one of these scripts.
const RTL_LANGUAGES: [&str; 35] = [
    "aii", "ar", "arc", "arz", "azb", "bal", "bgn", "bqi", "ckb", "dv", "fa", "glk", "haz", "he",
    "khw", "ks", "lrc", "luz", "mzn", "nqo", "pbu", "pes", "pnb", "prs", "ps", "rhg", "sd", "sdh",
    "skr", "syr", "tru", "ug", "ur", "uzs", "yi",
];

/// Languages and what they call themselves, as in a list (CLDR), in the order of their tags.
#[rustfmt::skip]
const NAMES: [(&str, &str); 128] = [
    ("af", "Afrikaans"), ("am", "አማርኛ"), ("an", "Aragonés"), ("ar", "العربية"), ("as", "অসমীয়া"), ("ast", "Asturianu"),
    ("ay", "Aymar aru"), ("az", "Azərbaycanca"), ("be", "Беларуская"), ("bg", "Български"), ("bm", "Bamanakan"),
    ("bn", "বাংলা"), ("bo", "བོད་སྐད་"), ("br", "Brezhoneg"), ("bs", "Bosanski"), ("ca", "Català"), ("ckb", "کوردیی ناوەندی"),
    ("co", "Corsu"), ("cs", "Čeština"), ("cy", "Cymraeg"), ("da", "Dansk"), ("de", "Deutsch"), ("dv", "ދިވެހިބަސް"),
    ("el", "Ελληνικά"), ("en", "English"), ("eo", "Esperanto"), ("es", "Español"), ("et", "Eesti"), ("eu", "Euskara"),
    ("fa", "فارسی"), ("ff", "Pulaar"), ("fi", "Suomi"), ("fil", "Filipino"), ("fo", "Føroyskt"), ("fr", "Français"),
    ("fy", "Frysk"), ("ga", "Gaeilge"), ("gd", "Gàidhlig"), ("gl", "Galego"), ("gn", "Avañe’ẽ"), ("gu", "ગુજરાતી"),
    ("ha", "Hausa"), ("haw", "ʻŌlelo Hawaiʻi"), ("he", "עברית"), ("hi", "हिन्दी"), ("hr", "Hrvatski"), ("ht", "Kreyòl ayisyen"),
    ("hu", "Magyar"), ("hy", "Հայերեն"), ("id", "Indonesia"), ("ig", "Igbo"), ("is", "Íslenska"), ("it", "Italiano"),
    ("iu", "ᐃᓄᒃᑎᑐᑦ"), ("ja", "日本語"), ("jv", "Jawa"), ("ka", "ქართული"), ("kk", "Қазақ тілі"), ("kl", "Kalaallisut"),
    ("km", "ខ្មែរ"), ("kn", "ಕನ್ನಡ"), ("ko", "한국어"), ("ku", "Kurdî"), ("ky", "Кыргызча"), ("la", "Latina"),
    ("lb", "Lëtzebuergesch"), ("ln", "Lingála"), ("lo", "ລາວ"), ("lt", "Lietuvių"), ("lv", "Latviešu"), ("mg", "Malagasy"),
    ("mi", "Māori"), ("mk", "Македонски"), ("ml", "മലയാളം"), ("mn", "Монгол"), ("mr", "मराठी"), ("ms", "Melayu"),
    ("mt", "Malti"), ("my", "မြန်မာ"), ("nb", "Norsk bokmål"), ("ne", "नेपाली"), ("nl", "Nederlands"), ("nn", "Norsk nynorsk"),
    ("no", "Norsk"), ("oc", "Occitan"), ("om", "Oromoo"), ("or", "ଓଡ଼ିଆ"), ("pa", "ਪੰਜਾਬੀ"), ("pa-Arab", "پنجابی"), ("pl", "Polski"), ("ps", "پښتو"),
    ("pt", "Português"), ("pt-BR", "Português (Brasil)"), ("qu", "Runasimi"), ("rm", "Rumantsch"), ("ro", "Română"),
    ("ru", "Русский"), ("rw", "Ikinyarwanda"), ("sa", "संस्कृतम्"), ("sc", "Sardu"), ("sd", "سنڌي"), ("se", "Davvisámegiella"),
    ("si", "සිංහල"), ("sk", "Slovenčina"), ("sl", "Slovenščina"), ("so", "Soomaali"), ("sq", "Shqip"), ("sr", "Српски"),
    ("sr-Latn", "Srpski"), ("st", "Sesotho"), ("sv", "Svenska"), ("sw", "Kiswahili"), ("ta", "தமிழ்"), ("te", "తెలుగు"),
    ("th", "ไทย"), ("ti", "ትግርኛ"), ("tr", "Türkçe"), ("uk", "Українська"), ("ur", "اردو"), ("vi", "Tiếng Việt"),
    ("wo", "Wolof"), ("xh", "IsiXhosa"), ("yi", "ייִדיש"), ("yo", "Èdè Yorùbá"), ("zh", "中文"), ("zh-Hans", "简体中文"),
    ("zh-Hant", "繁體中文"), ("zu", "IsiZulu"),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_table_is_in_order_and_its_tags_are_languages() {
        assert!(NAMES.is_sorted_by(|(a, _), (b, _)| a < b));
        for (tag, name) in NAMES {
            assert_eq!(tag.parse::<Lang>().unwrap().as_str(), tag);
            assert!(!name.trim().is_empty());
        }
        assert!(RTL_SCRIPTS.is_sorted() && RTL_LANGUAGES.is_sorted());
    }

    #[test]
    fn a_language_has_a_name_and_a_direction() {
        for (tag, name, direction) in [
            ("en", "English", "ltr"),
            ("fr-CA", "Français", "ltr"),
            ("pt-BR", "Português (Brasil)", "ltr"),
            ("pt-AO", "Português", "ltr"),
            ("ar", "العربية", "rtl"),
            ("ar-Latn", "العربية", "ltr"),
            ("pa-Arab-PK", "پنجابی", "rtl"),
            ("zh-Hant-TW", "繁體中文", "ltr"),
            ("az-x-arab", "Azərbaycanca", "ltr"),
            ("ur", "اردو", "rtl"),
            ("tlh", "tlh", "ltr"),
        ] {
            let lang: Lang = tag.parse().unwrap();
            let found = (name_of(&lang), direction_of(&lang).as_str());
            assert_eq!(found, (name, direction), "{tag}");
        }
    }
}
