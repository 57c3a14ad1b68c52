//! In which order a list stands.

use std::cmp::Ordering;
use std::sync::OnceLock;

use icu_collator::CollatorBorrowed;
use icu_collator::options::CollatorOptions;
use tribuna::timestamp::Timestamp;

/// Where a thing stands in a list: what the list is ordered by, and the id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub key: Key,
    pub id: String,
}

/// What things are ordered by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    Instant(Timestamp),
    /// Its first 200 characters, by the CLDR's root collation.
    Text(String),
}

/// Sorts by `sort`: by the key, then the id; with a `-` before its name, the other way round.
pub fn order<T>(things: &mut [T], sort: &str, place: impl Fn(&T) -> Place) {
    things.sort_by(|a, b| compare(sort, &place(a), &place(b)));
}

/// Which of two stands first in a list.
pub fn compare(sort: &str, a: &Place, b: &Place) -> Ordering {
    let by_key = match (&a.key, &b.key) {
        (Key::Instant(a), Key::Instant(b)) => a.cmp(b),
        (Key::Text(a), Key::Text(b)) => by_collation(a, b),
        _ => Ordering::Equal,
    };
    let upwards = by_key.then(a.id.cmp(&b.id));
    if sort.starts_with('-') {
        upwards.reverse()
    } else {
        upwards
    }
}

fn by_collation(a: &str, b: &str) -> Ordering {
    static ROOT: OnceLock<CollatorBorrowed<'static>> = OnceLock::new();
    let root = || CollatorBorrowed::try_new(Default::default(), CollatorOptions::default());
    let collator = ROOT.get_or_init(|| root().expect("the root collation"));
    let first_200 = |text: &str| text.chars().take(200).collect::<String>();
    collator.compare(&first_200(a), &first_200(b))
}
