//! Categories and tags.

use serde_json::{Map, Value, json};

use super::super::world::{Kind, LANGS, Lang, Name, Term, TermName};
use super::{Newsroom, terse, words};
use crate::support::client::Answer;
use crate::support::content::{CATEGORIES, TAGS};

/// The path of the list that editors use.
fn list_of(kind: Kind) -> &'static str {
    if kind == Kind::Category {
        CATEGORIES
    } else {
        TAGS
    }
}

impl Newsroom<'_> {
    pub async fn makes_a_term(&mut self, kind: Kind) {
        let mut langs = self.random.some(&LANGS, 3);
        if langs.is_empty() {
            langs.push("en");
        }
        let mut names = Vec::new();
        let mut by_lang = Map::new();
        for lang in langs {
            let name = words::name(&mut self.random);
            let description = words::maybe(&mut self.random, &["What belongs here"]);
            let slug = self.slug(kind, lang, None);
            let body = json!({ "name": name, "slug": slug, "description": description });
            by_lang.insert(lang.into(), terse(body));
            let slug = String::new();
            names.push(TermName {
                lang,
                slug,
                name,
                description,
            });
        }
        let parent = if kind == Kind::Category {
            self.a_parent()
        } else {
            None
        };
        let mut body = terse(json!({ "translations": by_lang, "parent": parent }));
        let position = self.random.below(3);
        if kind == Kind::Category {
            body["position"] = json!(position);
        }
        let made = self.editor.post(list_of(kind), body).await.expect(201);
        let now = self.now();
        let mut term = Term {
            id: made.id(),
            kind,
            parent,
            position,
            names,
            created_at: now,
            updated_at: now,
        };
        self.take_slugs(&mut term, &made);
        self.world.terms.push(term);
    }

    /// Draws a category of the upper two of three levels, or none.
    fn a_parent(&mut self) -> Option<String> {
        if self.random.one_in(3) {
            return None;
        }
        let is_high = |term: &&Term| {
            let parent = term.parent.as_deref().map(|id| self.world.term(id));
            term.kind == Kind::Category && parent.is_none_or(|parent| parent.parent.is_none())
        };
        let high: Vec<&Term> = self.world.terms.iter().filter(is_high).collect();
        (!high.is_empty()).then(|| self.random.pick(&high).id.clone())
    }

    fn take_slugs(&mut self, term: &mut Term, made: &Answer) {
        for name in &mut term.names {
            name.slug = made
                .text(&format!("/data/translations/{}/slug", name.lang))
                .into();
            self.record_name(term.kind, name.lang, &name.slug, &term.id);
        }
    }

    /// Gives a term another slug and name, in an existing or a new language.
    pub async fn renames_a_term(&mut self) {
        let index = self.random.below(self.world.terms.len());
        let mut term = self.world.terms.swap_remove(index);
        let lang: Lang = *self.random.pick(&LANGS);
        let name = words::name(&mut self.random);
        let slug = self.slug(term.kind, lang, Some(&term.id));
        let mut names = Map::<String, Value>::new();
        names.insert(lang.into(), terse(json!({ "name": name, "slug": slug })));
        let path = format!("{}/{}", list_of(term.kind), term.id);
        let body = json!({ "translations": names });
        let made = self.editor.patch(&path, body).await.expect(200);
        match term.names.iter_mut().find(|one| one.lang == lang) {
            Some(old) => old.name = name,
            None => term.names.push(TermName {
                lang,
                slug: String::new(),
                name,
                description: None,
            }),
        }
        term.updated_at = self.now();
        self.take_slugs(&mut term, &made);
        self.world.terms.push(term);
    }

    /// Merges a term into another one of its kind, which takes over its uses and names.
    pub async fn merges_a_term(&mut self) {
        let (from, into) = (
            self.random.below(self.world.terms.len()),
            self.random.below(self.world.terms.len()),
        );
        let (from, into) = (&self.world.terms[from], &self.world.terms[into]);
        let few = self
            .world
            .terms
            .iter()
            .filter(|term| term.kind == from.kind)
            .count()
            < 5;
        if from.kind != into.kind || few || self.world.lineage(&into.id).contains(&from.id) {
            return;
        }
        let (kind, from, into) = (from.kind, from.id.clone(), into.id.clone());
        let path = format!("{}/{from}/merge", list_of(kind));
        self.editor
            .post(&path, json!({ "into": into }))
            .await
            .expect(200);
        let now = self.now();
        self.world.terms.retain(|term| term.id != from);
        for term in &mut self.world.terms {
            let is_child = term.parent.as_ref() == Some(&from);
            if is_child {
                term.parent = Some(into.clone());
            }
            if is_child || term.id == into {
                term.updated_at = now;
            }
        }
        for post in &mut self.world.posts {
            let replacements = post.replacements.values_mut();
            let publications = post.publications.values_mut().chain(replacements);
            let copies = publications.map(|one| &mut one.shared);
            for shared in copies.chain([&mut post.shared]) {
                replace(&mut shared.categories, &from, &into);
                replace(&mut shared.tags, &from, &into);
            }
        }
        for name in self
            .world
            .names
            .iter_mut()
            .filter(|name| name.owner == from)
        {
            name.owner.clone_from(&into);
        }
        self.world.names.push(Name {
            kind,
            lang: "",
            slug: from,
            owner: into,
            public_at: Some(now),
        });
    }
}

/// Replaces a term by its survivor, without duplicates.
fn replace(terms: &mut Vec<String>, from: &str, into: &str) {
    if terms.iter().any(|term| term == into) {
        terms.retain(|term| term != from);
    }
    for term in terms.iter_mut().filter(|term| *term == from) {
        into.clone_into(term);
    }
}
