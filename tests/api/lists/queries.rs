//! Random queries: parameters in any combination, with values that usually match something.

use tribuna::timestamp::Timestamp;

use super::asker::Asker;
use super::model::things::updated_at;
use super::query::{Date, ORIGINAL, PostQuery, Reader, ThingQuery};
use super::world::{Kind, LANGS, Lang, Name, Post};

/// Languages in which nothing is written. Some match a written language by their prefix.
const OTHER_LANGS: [Lang; 8] = [
    "de",
    "fr-CA",
    "en-GB",
    "es-MX-x-foo",
    "zh-Hant-TW",
    "pt-PT",
    "zh-x-a-b",
    "ar-Arab-EG",
];

/// The sort orders of posts.
pub const POST_SORTS: [&str; 6] = [
    "-published_at",
    "published_at",
    "-updated_at",
    "updated_at",
    "title",
    "-title",
];

/// The sort orders of categories, tags, authors and organizations.
pub const THING_SORTS: [&str; 6] = [
    "-created_at",
    "created_at",
    "-updated_at",
    "updated_at",
    "name",
    "-name",
];

impl Asker<'_> {
    pub fn a_reader(&mut self) -> Reader {
        let mut reader = Reader::default();
        if self.random.one_in(2) {
            reader.lang = Some(self.a_lang());
            while self.random.one_in(2) {
                let own = self.random.one_in(3);
                let lang = if own { ORIGINAL } else { self.a_lang() };
                reader.fallback.push(lang);
            }
        }
        reader
    }

    fn a_lang(&mut self) -> Lang {
        let written: &[Lang] = &LANGS;
        let is_other = self.random.one_in(4);
        let among = if is_other { &OTHER_LANGS } else { written };
        among[self.random.below(among.len())]
    }

    /// Draws a query for posts.
    pub fn a_post_query(&mut self) -> PostQuery {
        let mut query = PostQuery {
            reader: self.a_reader(),
            ..PostQuery::default()
        };
        while self.random.one_in(8) {
            query.available_in.push(self.a_lang());
        }
        for kind in [Kind::Category, Kind::Tag, Kind::Author, Kind::Organization] {
            while self.random.one_in(6) {
                query.any_of.push((kind, self.names(kind)));
            }
        }
        for kind in [Kind::Category, Kind::Tag] {
            while self.random.one_in(10) {
                query.none_of.push((kind, self.names(kind)));
            }
        }
        let publications = self.world.posts.iter().flat_map(Post::all_publications);
        let instants: Vec<Timestamp> = publications
            .flat_map(|one| [one.from, one.updated_at])
            .collect();
        for bound in [
            "published_after",
            "published_before",
            "updated_after",
            "updated_before",
        ] {
            if self.random.one_in(10) {
                query.dates.push(self.a_date(bound, &instants));
            }
        }
        if self.random.one_in(8) {
            query.featured = Some(self.random.one_in(2));
        }
        while self.random.one_in(6) {
            let post = self.random.pick(&self.world.posts);
            query.exclude.push(post.id.clone());
        }
        if self.random.one_in(2) {
            query.sort = Some(*self.random.pick(&POST_SORTS));
        }
        query
    }

    /// Draws a query for categories, tags, authors or organizations.
    pub fn a_thing_query(&mut self, kind: Kind) -> ThingQuery {
        let mut query = ThingQuery::all(kind, self.a_reader());
        let things = self.world.things(&query, self.now());
        let instants: Vec<Timestamp> = things.iter().map(|(_, thing)| updated_at(thing)).collect();
        for bound in ["updated_after", "updated_before"] {
            if self.random.one_in(6) {
                query.dates.push(self.a_date(bound, &instants));
            }
        }
        if self.random.one_in(2) {
            query.sort = Some(*self.random.pick(&THING_SORTS));
        }
        query
    }

    /// Draws one to four names of resources of this kind. Their case does not matter.
    fn names(&mut self, kind: Kind) -> Vec<String> {
        let count = self.random.between(1, 4);
        let names = (0..count).map(|_| match self.random.one_in(8) {
            true => self.a_name(kind).to_ascii_uppercase(),
            false => self.a_name(kind),
        });
        names.collect()
    }

    /// Draws an id or a slug. The slug can be present, former or shared; some values match nothing.
    pub fn a_name(&mut self, kind: Kind) -> String {
        let names = self.world.names.iter().filter(|name| name.kind == kind);
        let names: Vec<&Name> = names.collect();
        let is_shared = |one: &&&Name| {
            let mut others = names.iter().filter(|other| other.slug == one.slug);
            others.any(|other| other.owner != one.owner)
        };
        match self.random.below(12) {
            0 => "does-not-exist".into(),
            1 => "0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11".into(),
            2 => self.random.pick(&self.world.posts).id.clone(),
            3..7 => self.random.pick(&names).owner.clone(),
            7..10 => self.random.pick(&names).slug.clone(),
            _ => {
                let shared: Vec<&&Name> = names.iter().filter(is_shared).collect();
                let any = names.iter().collect();
                let among = if shared.is_empty() { any } else { shared };
                self.random.pick(&among).slug.clone()
            }
        }
    }

    /// Draws one of the times, a time beside it, or its day, in one of the accepted formats.
    fn a_date(&mut self, parameter: &'static str, instants: &[Timestamp]) -> Date {
        let beside = *self.random.pick(&[0, 0, 1, -1]);
        let millis = self.random.pick(instants).millis() + beside;
        let instant = Timestamp::from_millis(millis);
        let in_utc = instant.to_string();
        let two_hours_on = Timestamp::from_millis(millis + 2 * 3_600_000).to_string();
        let day = &in_utc[..10];
        let (instant, written) = match self.random.below(3) {
            0 => (format!("{day}T00:00:00Z").parse().unwrap(), day.into()),
            1 => (instant, two_hours_on.replace('Z', "+02:00")),
            _ => (instant, in_utc),
        };
        Date {
            parameter,
            instant,
            written,
        }
    }
}
