//! Working copies: texts and relations.

use serde_json::{Map, Value, json};

use super::super::world::{Byline, Kind, LANGS, Lang, Post, Shared, Text};
use super::{Newsroom, terse, words};
use crate::support::content::{POSTS, translation};

impl Newsroom<'_> {
    /// Writes a post in some languages, and publishes some of them.
    pub async fn writes_and_publishes_a_post(&mut self) {
        let mut langs = self.random.some(&LANGS, 4);
        if langs.is_empty() {
            langs.push(if self.random.one_in(2) { "en" } else { "fr" });
        }
        let post = self.writes_a_post(langs[0]).await;
        for lang in &langs[1..] {
            self.writes(post, lang).await;
        }
        for lang in langs {
            self.pass_time();
            if !self.random.one_in(5) {
                self.publishes(post, lang).await;
            }
        }
    }

    /// Writes a draft of a new post. Returns its index in the world.
    pub async fn writes_a_post(&mut self, lang: Lang) -> usize {
        let text = self.a_text(lang, None);
        let (shared, mut body) = self.some_relations(&Shared::default(), lang);
        body["translation"] = written(&text, !text.slug.is_empty());
        body["translation"]["lang"] = json!(lang);
        let made = self.editor.post(POSTS, body).await.expect(201);
        let slug = made.text("/data/translation/slug").to_owned();
        let post = Post {
            id: made.id(),
            original: lang,
            shared,
            texts: [(lang, Text { slug, ..text })].into(),
            publications: [].into(),
            beginnings: [].into(),
            replacements: [].into(),
            in_trash: false,
        };
        self.record_name(Kind::Post, lang, &post.texts[lang].slug, &post.id);
        self.world.posts.push(post);
        self.world.posts.len() - 1
    }

    /// Writes a new or an existing translation.
    pub async fn writes(&mut self, post: usize, lang: Lang) {
        let id = self.world.posts[post].id.clone();
        let is_new = !self.world.posts[post].texts.contains_key(lang);
        let text = self.a_text(lang, Some(&id));
        let body = written(&text, !text.slug.is_empty());
        let made = self.editor.put(&translation(&id, lang), body).await;
        let made = made.expect(if is_new { 201 } else { 200 });
        let slug = made.text("/data/slug").to_owned();
        self.record_name(Kind::Post, lang, &slug, &id);
        let texts = &mut self.world.posts[post].texts;
        let mut text = Text { slug, ..text };
        if let Some(was) = texts.get(lang) {
            text.edition = was.edition;
            text.edition += usize::from(text != *was);
        }
        texts.insert(lang, text);
        self.free_slugs(post, lang);
    }

    pub async fn rewrites_a_translation(&mut self) {
        if let Some(post) = self.a_post(false) {
            let texts = &self.world.posts[post].texts;
            let langs: Vec<Lang> = texts.keys().copied().collect();
            let among = if self.random.one_in(4) {
                &LANGS[..]
            } else {
                &langs
            };
            let lang = *self.random.pick(among);
            self.writes(post, lang).await;
        }
    }

    pub async fn changes_shared_members(&mut self) {
        if let Some(post) = self.a_post(false) {
            let was = self.world.posts[post].shared.clone();
            let original = self.world.posts[post].original;
            let (mut shared, body) = self.some_relations(&was, original);
            shared.edition = was.edition;
            shared.edition += usize::from(shared != was);
            let path = format!("{POSTS}/{}", self.world.posts[post].id);
            self.editor.patch(&path, body).await.expect(200);
            self.world.posts[post].shared = shared;
        }
    }

    /// The index of a post that is, or is not, in the trash.
    pub fn a_post(&mut self, in_trash: bool) -> Option<usize> {
        let posts = self.world.posts.iter().enumerate();
        let places = posts.filter(|(_, post)| post.in_trash == in_trash);
        let places: Vec<usize> = places.map(|(place, _)| place).collect();
        (!places.is_empty()).then(|| *self.random.pick(&places))
    }

    /// Draws a text. The slug is empty if the server is to derive it.
    fn a_text(&mut self, lang: Lang, owner: Option<&str>) -> Text {
        let slug = self.slug(Kind::Post, lang, owner).unwrap_or_default();
        let translators = self.some_authors(2);
        let random = &mut self.random;
        Text {
            slug,
            title: words::title(random),
            subtitle: words::maybe(random, &["Sub", "Sous"]),
            excerpt: words::maybe(random, &["In short", "Bref."]),
            body: words::body(random),
            seo_title: words::maybe(random, &["For engines"]),
            seo_description: words::maybe(random, &["About it"]),
            translators,
            edition: 0,
        }
    }

    /// What a post is related to, and how that is said in a request.
    fn some_relations(&mut self, was: &Shared, original: Lang) -> (Shared, Value) {
        let ids = |kind| {
            let of_kind = self
                .world
                .terms
                .iter()
                .filter(move |term| term.kind == kind);
            of_kind.map(|term| term.id.clone()).collect::<Vec<_>>()
        };
        let (categories, tags) = (ids(Kind::Category), ids(Kind::Tag));
        let authors = self.some_authors(3);
        let bylines = authors
            .into_iter()
            .map(|author| self.a_byline(author, was, original));
        let (bylines, authors): (Vec<Byline>, Vec<Value>) = bylines.unzip();
        let shared = Shared {
            bylines,
            categories: self.random.some(&categories, 3),
            tags: self.random.some(&tags, 3),
            featured: self.random.one_in(3),
            licence: words::maybe(&mut self.random, &["CC-BY-4.0", "CC0-1.0"]),
            canonical_url: words::maybe(&mut self.random, &["https://first.example/a"]),
            edition: 0,
        };
        let body = json!({
            "authors": authors, "categories": shared.categories, "tags": shared.tags,
            "featured": shared.featured, "licence": shared.licence, "canonical_url": shared.canonical_url
        });
        (shared, body)
    }

    /// Draws authors. Returns their ids.
    fn some_authors(&mut self, most: usize) -> Vec<String> {
        let authors = self.world.authors.iter().map(|one| one.id.clone());
        let authors: Vec<String> = authors.collect();
        self.random.some(&authors, most)
    }

    /// An affiliation that is left out is the one there was, else the author's present one.
    fn a_byline(&mut self, author: String, was: &Shared, original: Lang) -> (Byline, Value) {
        let role = words::maybe(&mut self.random, &["Mayor", "Editor"]);
        let langs = self.random.some(&LANGS, 3).into_iter();
        let roles = langs.filter(|lang| *lang != original && role.is_some());
        let roles: Vec<(Lang, String)> = roles
            .map(|lang| (lang, format!("Role in {lang}")))
            .collect();
        let by_lang: Map<String, Value> = roles
            .iter()
            .map(|(lang, role)| ((*lang).into(), json!(role)))
            .collect();
        let mut said = json!({ "author": author, "role": role, "roles": by_lang });
        let organization = if self.random.one_in(2) {
            let given = self.an_organization();
            said["organization"] = json!(given);
            given
        } else {
            let before = was.bylines.iter().find(|byline| byline.author == author);
            let present = &self.world.author(&author).organization;
            before
                .map_or(present, |before| &before.organization)
                .clone()
        };
        let byline = Byline {
            author,
            organization,
            role,
            roles,
        };
        (byline, said)
    }
}

fn written(text: &Text, with_slug: bool) -> Value {
    terse(json!({
        "title": text.title, "slug": with_slug.then_some(&text.slug), "subtitle": text.subtitle, "excerpt": text.excerpt,
        "body": { "format": "markdown", "source": text.body },
        "seo": { "title": text.seo_title, "description": text.seo_description }, "translators": text.translators
    }))
}
