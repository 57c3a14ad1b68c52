//! Known names that a caller may have meant by an unknown one.

/// The minimum similarity between an unknown name and a suggestion: 1 for equal names, 0 for entirely different ones.
const ALIKE: f64 = 0.6;

/// Returns the known name that is most like an unknown one: one that has a word in common, one that it is a plural of, or
/// the one with the most similar letters.
pub fn likeliest<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let name = name.to_lowercase();
    let mut same = known.clone();
    same.find(|known| known.to_lowercase() == name)
        .or_else(|| known.clone().find(|known| share_a_word(&name, known)))
        .or_else(|| known.clone().find(|known| abbreviates(&name, known)))
        .or_else(|| nearest(&name, known, ALIKE))
}

/// Lists names as errors quote them.
pub fn quoted_list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted = names.into_iter().map(|name| format!("`{name}`"));
    quoted.collect::<Vec<_>>().join(", ")
}

/// Returns whether `name` is the plural of `known`, or of an abbreviation of it, as with `langs` and `lang`.
fn abbreviates(name: &str, known: &str) -> bool {
    name.strip_suffix('s')
        .is_some_and(|start| start.len() > 2 && known.starts_with(start))
}

/// Returns whether one name is a word of the other, as with `after` and `published_after`.
fn share_a_word(name: &str, known: &str) -> bool {
    let is_word = |word: &str, of: &str| of.split('_').any(|one| one == word);
    is_word(name, known) || is_word(known, name)
}

/// Returns the known name with the most similar letters, if its similarity is at least `alike`.
pub fn nearest<'a>(
    name: &str,
    known: impl Iterator<Item = &'a str>,
    alike: f64,
) -> Option<&'a str> {
    known
        .map(|known| (strsim::normalized_damerau_levenshtein(name, known), known))
        .filter(|(likeness, _)| *likeness >= alike)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_for_the_one_that_is_most_like_it() {
        let known = ["publish_at", "time_zone", "title", "subtitle", "slug"];
        for (name, meant) in [
            ("timezone", Some("time_zone")),
            ("zone", Some("time_zone")),
            ("titel", Some("title")),
            ("Slugs", Some("slug")),
            ("TITLE", Some("title")),
            ("publishAt", Some("publish_at")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(likeliest(name, known.into_iter()), meant, "{name}");
        }
        assert_eq!(likeliest("x", std::iter::empty()), None);
    }
}
