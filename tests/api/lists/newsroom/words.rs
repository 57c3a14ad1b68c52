//! Words for texts and names. Many differ only in accents, case, script or Unicode form, and some are equal.

use super::super::random::Random;

const TITLES: &str = "Zebra, zebra, ZEBRA, Éclair, eclair, E\u{301}clair, Eclair, éclair au chocolat, Öl, Ol, Ångström, angstrom, \
    L'été, L’été, lete, Le droit, le Droit, coop, co-op, co op, 2, 10, 2 rue, ¡Hola!, Hola, «Hola», straße, strasse, \
    ﬁn, fin, Ελλάδα, ελλαδα, Яблоко, яблоко, الحق في السكن, الحقّ, 住房权, 住房權, 日本, ニホン, 🏠, 🏠 home, _, a";

const NAMES: &str = "Rent, rent, Loyer, Vivienda, vivienda, Habitação, habitacao, 住房, سكن, Climate, Éco, Eco, Water, Wasser, \
    Peace, paz";

/// Draws a title. Some differ only at the 200th character, or only after it.
pub fn title(random: &mut Random) -> String {
    if random.one_in(6) {
        let alike = random.between(199, 200);
        let begins = "Long é ".chars().cycle().take(alike).collect::<String>();
        return format!("{begins}{}", random.pick(&["a", "b", "é"]));
    }
    let title = one_of(random, TITLES);
    if random.one_in(3) {
        return format!("{title} {}", random.below(3));
    }
    title
}

/// Draws the name of a term, an author or an organization.
pub fn name(random: &mut Random) -> String {
    one_of(random, NAMES)
}

fn one_of(random: &mut Random, list: &str) -> String {
    let all: Vec<&str> = list.split(", ").collect();
    (*random.pick(&all)).into()
}

/// Draws a paragraph of plain words, which is unchanged by rendering.
pub fn body(random: &mut Random) -> String {
    let words = ["Alpha", "beta", "gamma", "delta", "rent", "water"];
    let count = random.between(1, 6);
    format!("{}.", words[..count].join(" "))
}

/// Draws one of the texts, or none.
pub fn maybe(random: &mut Random, of: &[&str]) -> Option<String> {
    random.one_in(2).then(|| (*random.pick(of)).into())
}
