//! The order of lists.

use std::cmp::Ordering;
use std::sync::OnceLock;

use icu_collator::CollatorBorrowed;
use icu_collator::options::CollatorOptions;
use tribuna::timestamp::Timestamp;

/// The position of a resource in a list: its sort key and its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub key: Key,
    pub id: String,
}

/// The sort key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    Instant(Timestamp),
    /// The first 200 characters, in the root collation of the CLDR.
    Text(String),
}

/// Sorts by the key and then by the id. A `-` before the name of the order reverses both.
pub fn order<T>(things: &mut [T], sort: &str, place: impl Fn(&T) -> Place) {
    things.sort_by(|a, b| compare(sort, &place(a), &place(b)));
}

/// Compares two positions in a list.
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
