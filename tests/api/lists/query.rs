//! Queries of lists, as values of the model and as parameters of an address.

use tribuna::timestamp::Timestamp;
use url::form_urlencoded::Serializer;

use super::world::{Kind, Lang};

/// The keyword in `fallback` for the original language of a resource.
pub const ORIGINAL: Lang = "original";

/// Names and values, in order.
pub type Pairs = Vec<(&'static str, String)>;

/// The languages that a reader accepts.
#[derive(Debug, Clone, Default)]
pub struct Reader {
    pub lang: Option<Lang>,
    /// Only sent together with `lang`.
    pub fallback: Vec<Lang>,
}

/// The filters and the order of a list of posts.
#[derive(Debug, Clone, Default)]
pub struct PostQuery {
    pub reader: Reader,
    pub available_in: Vec<Lang>,
    /// Names in one entry are ORed; the entries are ANDed.
    pub any_of: Vec<(Kind, Vec<String>)>,
    pub none_of: Vec<(Kind, Vec<String>)>,
    pub dates: Vec<Date>,
    pub featured: Option<bool>,
    /// The ids of posts to leave out.
    pub exclude: Vec<String>,
    /// The value of the parameter, such as `-title`.
    pub sort: Option<&'static str>,
}

/// The filters and the order of a list of categories, tags, authors or organizations.
#[derive(Debug, Clone)]
pub struct ThingQuery {
    pub kind: Kind,
    pub reader: Reader,
    pub dates: Vec<Date>,
    pub sort: Option<&'static str>,
}

/// A time bound.
#[derive(Debug, Clone)]
pub struct Date {
    /// `published_after`, `published_before`, `updated_after` or `updated_before`.
    pub parameter: &'static str,
    pub instant: Timestamp,
    /// The instant in one of the accepted formats.
    pub written: String,
}

impl Reader {
    pub fn pairs(&self) -> Pairs {
        let mut pairs: Pairs = self
            .lang
            .iter()
            .map(|lang| ("lang", (*lang).into()))
            .collect();
        if !self.fallback.is_empty() {
            pairs.push(("fallback", self.fallback.join(",")));
        }
        pairs
    }
}

impl PostQuery {
    /// The requested order, or the newest first.
    pub fn sort(&self) -> &'static str {
        self.sort.unwrap_or("-published_at")
    }

    pub fn pairs(&self) -> Pairs {
        let mut pairs = self.reader.pairs();
        if !self.available_in.is_empty() {
            pairs.push(("available_in", self.available_in.join(",")));
        }
        for (kind, names) in &self.any_of {
            pairs.push((parameter(*kind), names.join(",")));
        }
        for (kind, names) in &self.none_of {
            let parameter = if *kind == Kind::Tag {
                "exclude_tag"
            } else {
                "exclude_category"
            };
            pairs.push((parameter, names.join(",")));
        }
        let dates = self.dates.iter();
        pairs.extend(dates.map(|date| (date.parameter, date.written.clone())));
        pairs.extend(
            self.featured
                .map(|featured| ("featured", featured.to_string())),
        );
        if !self.exclude.is_empty() {
            pairs.push(("exclude", self.exclude.join(",")));
        }
        pairs.extend(self.sort.map(|sort| ("sort", sort.to_owned())));
        pairs
    }
}

impl ThingQuery {
    /// All resources of a kind, the newest first.
    pub fn all(kind: Kind, reader: Reader) -> Self {
        Self {
            kind,
            reader,
            dates: Vec::new(),
            sort: None,
        }
    }

    /// The requested order, or the newest first.
    pub fn sort(&self) -> &'static str {
        self.sort.unwrap_or("-created_at")
    }

    pub fn pairs(&self) -> Pairs {
        let mut pairs = self.reader.pairs();
        let dates = self.dates.iter();
        pairs.extend(dates.map(|date| (date.parameter, date.written.clone())));
        pairs.extend(self.sort.map(|sort| ("sort", sort.to_owned())));
        pairs
    }
}

fn parameter(kind: Kind) -> &'static str {
    match kind {
        Kind::Category => "category",
        Kind::Tag => "tag",
        Kind::Author => "author",
        Kind::Organization => "organization",
        Kind::Post => unreachable!("no list is filtered by posts"),
    }
}

impl Date {
    /// True if the times are within the bound. `_after` includes the bound itself.
    pub fn takes(&self, published: Timestamp, updated: Timestamp) -> bool {
        match self.parameter {
            "published_after" => published >= self.instant,
            "published_before" => published < self.instant,
            "updated_after" => updated >= self.instant,
            "updated_before" => updated < self.instant,
            other => panic!("unknown time parameter {other}"),
        }
    }
}

/// A path with its parameters.
pub fn address(path: &str, pairs: &[(&'static str, String)]) -> String {
    let mut query = Serializer::new(String::new());
    query.extend_pairs(pairs);
    match query.finish() {
        query if query.is_empty() => path.into(),
        query => format!("{path}?{query}"),
    }
}
