//! Licences of records. A source may have written anything there, so an unknown one keeps no post from being imported.

use super::Noted;
use super::record::Record;
use crate::licence;

/// Removes the licences that are not known, and returns a note of each.
pub fn without_unknown(records: &mut [Record]) -> Vec<Noted> {
    records.iter_mut().filter_map(without_unknown_one).collect()
}

fn without_unknown_one(record: &mut Record) -> Option<Noted> {
    let what = format!("{} {}", record.kind(), record.key());
    let (Record::Post(post) | Record::Page(post)) = record else {
        return None;
    };
    let written = post.licence.take()?;
    match licence::canonical(&written) {
        Ok(known) => {
            post.licence = Some(known);
            None
        }
        Err(problem) => Some(Noted {
            what,
            reason: format!("was imported without its licence {written:?}, which {problem}"),
        }),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    #[test]
    fn an_unknown_licence_is_left_out_and_noted() {
        let post = |key: &str, licence: &str| {
            let post = json!({ "type": "post", "key": key, "original_lang": "en", "licence": licence,
                "translations": {} });
            serde_json::from_value::<Record>(post).unwrap()
        };
        let mut records = [
            post("a", "cc-by-4.0"),
            post("b", "CC-BY-4"),
            post("c", "ours"),
        ];
        let notes = without_unknown(&mut records);
        let [a, b] = notes.as_slice() else {
            panic!("{notes:?}");
        };
        assert_eq!((a.what.as_str(), b.what.as_str()), ("post b", "post c"));
        assert!(
            a.reason.ends_with("did you mean CC-BY-4.0?"),
            "{}",
            a.reason
        );
        let kept = records.iter().map(|record| match record {
            Record::Post(post) => post.licence.as_deref(),
            _ => None,
        });
        assert_eq!(kept.collect::<Vec<_>>(), [Some("CC-BY-4.0"), None, None]);
    }
}
