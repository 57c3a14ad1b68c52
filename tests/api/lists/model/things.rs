//! Lists of categories, tags, authors and organizations.

use serde_json::{Value, json};
use tribuna::timestamp::Timestamp;

use super::super::query::{PostQuery, Reader, ThingQuery};
use super::super::world::{Author, Kind, Lang, Organization, Term, TermName, World};
use super::order::{Key, Place, order};
use super::shapes::best;

/// An item of a list and the time of its creation.
type Row = (Timestamp, Value);

impl World {
    /// The matching resources in order, each with its position.
    pub fn things(&self, query: &ThingQuery, now: Timestamp) -> Vec<(Place, Value)> {
        let reader = &query.reader;
        let terms = self.terms.iter().filter(|term| term.kind == query.kind);
        let rows: Vec<Row> = match query.kind {
            Kind::Author => self
                .authors
                .iter()
                .map(|one| self.author_row(one, reader, now))
                .collect(),
            Kind::Organization => self
                .organizations
                .iter()
                .map(|one| self.organization_row(one, reader, now))
                .collect(),
            _ => terms.map(|term| self.term_row(term, reader, now)).collect(),
        };
        let sort = query.sort();
        let places = rows
            .into_iter()
            .map(|(created_at, value)| placed(sort, created_at, value));
        let is_wanted = |(_, value): &(Place, Value)| {
            let updated = updated_at(value);
            query.dates.iter().all(|date| date.takes(updated, updated))
        };
        let mut things: Vec<(Place, Value)> = places.filter(is_wanted).collect();
        order(&mut things, sort, |(place, _)| place.clone());
        things
    }

    /// The number of posts that are shown with the resource.
    fn post_count(&self, kind: Kind, id: &str, reader: &Reader, now: Timestamp) -> usize {
        let query = PostQuery {
            reader: reader.clone(),
            any_of: vec![(kind, vec![id.to_owned()])],
            ..PostQuery::default()
        };
        self.posts(&query, now).len()
    }

    fn term_row(&self, term: &Term, reader: &Reader, now: Timestamp) -> Row {
        let mut value = self.term_value(term, reader, now);
        if term.kind == Kind::Category {
            let above = self.lineage(&term.id).into_iter().skip(1);
            let above = above.map(|id| term_ref(self.term(&id), reader));
            let mut ancestors: Vec<Value> = above.collect();
            value["parent"] = ancestors.first().cloned().unwrap_or_default();
            ancestors.reverse();
            value["ancestors"] = json!(ancestors);
            value["position"] = json!(term.position);
            let children = self.children(Some(&term.id), reader).into_iter();
            value["children"] = children.map(|child| term_ref(child, reader)).collect();
        }
        (term.created_at, value)
    }

    fn term_value(&self, term: &Term, reader: &Reader, now: Timestamp) -> Value {
        let name = term.shown(reader);
        let translation =
            |one: &TermName| json!({ "lang": one.lang, "slug": one.slug, "name": one.name });
        json!({
            "id": term.id, "slug": name.slug, "name": name.name, "description": name.description,
            "lang": name.lang, "requested_lang": reader.lang,
            "is_fallback": reader.lang.is_some_and(|lang| lang != name.lang),
            "translations": term.names.iter().map(translation).collect::<Vec<_>>(),
            "post_count": self.post_count(term.kind, &term.id, reader, now), "updated_at": term.updated_at,
            "site_url": null
        })
    }

    /// The children of a category, or the roots, each with its subtree.
    pub fn tree(&self, parent: Option<&str>, reader: &Reader, now: Timestamp) -> Vec<Value> {
        let node = |term: &Term| {
            let mut value = self.term_value(term, reader, now);
            value["position"] = json!(term.position);
            value["children"] = json!(self.tree(Some(&term.id), reader, now));
            value
        };
        self.children(parent, reader)
            .into_iter()
            .map(node)
            .collect()
    }

    /// Ordered by position, then name, then id.
    fn children(&self, parent: Option<&str>, reader: &Reader) -> Vec<&Term> {
        let categories = self.terms.iter().filter(|term| term.kind == Kind::Category);
        let children = categories.filter(|term| term.parent.as_deref() == parent);
        let mut children: Vec<&Term> = children.collect();
        order(&mut children, "name", |child| Place {
            key: Key::Text(child.shown(reader).name.clone()),
            id: child.id.clone(),
        });
        children.sort_by_key(|child| child.position);
        children
    }

    fn author_row(&self, author: &Author, reader: &Reader, now: Timestamp) -> Row {
        let own = author.bio.first().map(|(lang, _)| *lang);
        let chain = own.map(|own| match reader.lang {
            Some(_) => reader.chain(own),
            None => vec![own.to_owned()],
        });
        let in_lang = |lang: &String| author.bio.iter().find(|(there, _)| there == lang);
        let bio = chain.iter().flatten().find_map(in_lang);
        let organization = author
            .organization
            .as_ref()
            .map(|id| self.organization_ref(id, None, reader));
        let value = json!({
            "id": author.id, "slug": author.slug, "name": author.name,
            "bio": bio.map(|(_, text)| text), "lang": bio.map(|(lang, _)| lang),
            "organization": organization, "links": [],
            "post_count": self.post_count(Kind::Author, &author.id, reader, now),
            "updated_at": author.updated_at, "site_url": null
        });
        (author.created_at, value)
    }

    fn organization_row(&self, one: &Organization, reader: &Reader, now: Timestamp) -> Row {
        let (name, lang) = best((one.lang, &one.name), &one.names, None, reader);
        let value = json!({
            "id": one.id, "slug": one.slug, "name": name, "lang": lang, "official": one.name, "url": one.url, "country": one.country,
            "post_count": self.post_count(Kind::Organization, &one.id, reader, now),
            "updated_at": one.updated_at, "site_url": null
        });
        (one.created_at, value)
    }
}

impl Term {
    /// The name that a reader gets. Every reader gets one.
    pub fn shown(&self, reader: &Reader) -> &TermName {
        self.beside(None, reader)
    }

    /// The name beside something in a language.
    pub fn beside(&self, lang: Option<Lang>, reader: &Reader) -> &TermName {
        let in_lang = |lang: &String| self.names.iter().find(|name| name.lang == lang);
        let chain = reader.chain_of_text(lang, self.names[0].lang);
        chain.iter().find_map(in_lang).unwrap_or(&self.names[0])
    }
}

fn term_ref(term: &Term, reader: &Reader) -> Value {
    let name = term.shown(reader);
    json!({ "id": term.id, "lang": name.lang, "slug": name.slug, "name": name.name })
}

/// A resource with its position. Organizations are sorted by their official name, which no answer has as such.
fn placed(sort: &str, created_at: Timestamp, mut value: Value) -> (Place, Value) {
    let official = value.as_object_mut().unwrap().shift_remove("official");
    let name = official.unwrap_or_else(|| value["name"].clone());
    (place(sort, created_at, (&value, &name)), value)
}

fn place(sort: &str, created_at: Timestamp, (value, name): (&Value, &Value)) -> Place {
    let key = match sort.trim_start_matches('-') {
        "created_at" => Key::Instant(created_at),
        "updated_at" => Key::Instant(updated_at(value)),
        "name" => Key::Text(name.as_str().unwrap().to_owned()),
        other => panic!("unknown order {other}"),
    };
    Place {
        key,
        id: value["id"].as_str().unwrap().to_owned(),
    }
}

/// The time of the last change.
pub fn updated_at(value: &Value) -> Timestamp {
    value["updated_at"].as_str().unwrap().parse().unwrap()
}
