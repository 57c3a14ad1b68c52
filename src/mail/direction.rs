//! The direction in which a language is written (CLDR), for messages.

use icu_locale::{Direction, LanguageIdentifier, LocaleDirectionality};

use crate::lang::Lang;

/// Returns whether a language is written from right to left.
pub fn is_rtl(lang: &Lang) -> bool {
    let known = lang
        .lookup()
        .find_map(|tag| tag.as_str().parse::<LanguageIdentifier>().ok());
    let direction =
        known.and_then(|identifier| LocaleDirectionality::new_extended().get(&identifier));
    direction == Some(Direction::RightToLeft)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_script_decides() {
        let rtl = |tag: &str| is_rtl(&tag.parse().unwrap());
        assert!(rtl("ar") && rtl("ar-EG") && rtl("he") && rtl("fa-u-nu-latn"));
        assert!(!rtl("en") && !rtl("pt-BR") && !rtl("uz-Latn"));
    }
}
