//! The reasons for decisions, as the writers of comments read them.

use super::model::DecisionReason;
use crate::lang::Lang;

/// The languages of the texts, which are those of messages. The last resort is the first.
const LANGUAGES: [&str; 5] = ["en", "fr", "es", "pt", "ar"];

/// Returns the reason in a language, or else in English.
pub(super) fn text(reason: DecisionReason, lang: &Lang) -> &'static str {
    let [english, ..] = texts(reason);
    let at = |tag: &Lang| LANGUAGES.iter().position(|one| *one == tag.as_str());
    let nearest = lang.lookup().find_map(|tag| at(&tag));
    nearest
        .and_then(|at| texts(reason).get(at).copied())
        .unwrap_or(english)
}

fn texts(reason: DecisionReason) -> [&'static str; LANGUAGES.len()] {
    match reason {
        DecisionReason::Spam => [
            "It is advertising.",
            "C’est de la publicité.",
            "Es publicidad.",
            "É publicidade.",
            "إنه إعلان.",
        ],
        DecisionReason::OffTopic => [
            "It is about another subject.",
            "Il porte sur un autre sujet.",
            "Trata de otro tema.",
            "Trata de outro assunto.",
            "إنه يتناول موضوعًا آخر.",
        ],
        DecisionReason::Abuse => [
            "It insults or threatens somebody.",
            "Il insulte ou menace quelqu’un.",
            "Insulta o amenaza a alguien.",
            "Insulta ou ameaça alguém.",
            "إنه يسيء إلى أحد أو يهدده.",
        ],
        DecisionReason::PersonalData => [
            "It contains personal data of somebody.",
            "Il contient des données personnelles de quelqu’un.",
            "Contiene datos personales de alguien.",
            "Contém dados pessoais de alguém.",
            "إنه يتضمن بيانات شخصية لأحد.",
        ],
        DecisionReason::Illegal => [
            "It may be against the law.",
            "Il est peut-être contraire à la loi.",
            "Puede ser contrario a la ley.",
            "Pode ser contrário à lei.",
            "قد يكون مخالفًا للقانون.",
        ],
        DecisionReason::Duplicate => [
            "It was said before.",
            "Cela a déjà été dit.",
            "Ya se ha dicho antes.",
            "Já foi dito antes.",
            "لقد قيل ذلك من قبل.",
        ],
        DecisionReason::Other => [
            "It does not fit this discussion.",
            "Il ne convient pas à cette discussion.",
            "No encaja en esta conversación.",
            "Não se enquadra nesta conversa.",
            "إنه لا يناسب هذا النقاش.",
        ],
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_reason_is_told_in_the_nearest_language() {
        let told = |lang: &str| text(DecisionReason::OffTopic, &lang.parse().unwrap());
        assert_eq!(told("fr-CA"), "Il porte sur un autre sujet.");
        assert_eq!(told("de"), "It is about another subject.");
        for reason in DecisionReason::ALL {
            let mut all = texts(reason).to_vec();
            all.dedup();
            assert_eq!(all.len(), LANGUAGES.len(), "{reason}");
        }
    }
}
