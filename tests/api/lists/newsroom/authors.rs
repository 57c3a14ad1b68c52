//! Organizations and authors.

use serde_json::{Map, Value, json};

use super::super::world::{Author, Kind, LANGS, Lang, Organization};
use super::{Newsroom, terse, words};
use crate::support::content::{AUTHORS, ORGANIZATIONS};

impl Newsroom<'_> {
    pub async fn founds_an_organization(&mut self) {
        let name = words::name(&mut self.random);
        let slug = self.slug(Kind::Organization, "", None);
        let url = words::maybe(
            &mut self.random,
            &["https://org.example/", "https://b.example/x"],
        );
        let country = words::maybe(&mut self.random, &["ES", "NG", "BR"]);
        let (lang, names) = self.names_in_languages();
        let by_lang: Map<String, Value> = names
            .iter()
            .map(|(lang, name)| ((*lang).into(), json!(name)))
            .collect();
        let body = json!({ "name": name, "lang": lang, "names": by_lang, "slug": slug, "url": url, "country": country });
        let made = self
            .editor
            .post(ORGANIZATIONS, terse(body))
            .await
            .expect(201);
        let (id, slug) = (made.id(), made.text("/data/slug").to_owned());
        self.record_name(Kind::Organization, "", &slug, &id);
        let now = self.now();
        self.world.organizations.push(Organization {
            id,
            slug,
            name,
            lang,
            names,
            url,
            country,
            created_at: now,
            updated_at: now,
        });
    }

    /// Draws the language of an official name, if it is known, and names in others.
    fn names_in_languages(&mut self) -> (Option<Lang>, Vec<(Lang, String)>) {
        let lang = (!self.random.one_in(4)).then(|| *self.random.pick(&LANGS));
        let others = self.random.some(&LANGS, 4).into_iter();
        let names = others
            .filter(|other| Some(*other) != lang)
            .map(|other| (other, words::name(&mut self.random)));
        (lang, names.collect())
    }

    pub async fn meets_an_author(&mut self) {
        let name = words::name(&mut self.random);
        let slug = self.slug(Kind::Author, "", None);
        let organization = self.an_organization();
        let langs = self.random.some(&LANGS, 3);
        let bio: Vec<_> = langs
            .into_iter()
            .map(|lang| (lang, format!("Bio in {lang}")))
            .collect();
        let by_lang: Map<String, Value> = bio
            .iter()
            .map(|(lang, text)| ((*lang).into(), json!(text)))
            .collect();
        let body =
            json!({ "name": name, "slug": slug, "organization": organization, "bio": by_lang });
        let made = self.editor.post(AUTHORS, terse(body)).await.expect(201);
        let (id, slug) = (made.id(), made.text("/data/slug").to_owned());
        self.record_name(Kind::Author, "", &slug, &id);
        let now = self.now();
        self.world.authors.push(Author {
            id,
            slug,
            name,
            organization,
            bio,
            created_at: now,
            updated_at: now,
        });
    }

    /// Draws any organization, or none.
    pub fn an_organization(&mut self) -> Option<String> {
        if self.random.one_in(4) {
            return None;
        }
        let all = &self.world.organizations;
        Some(self.random.pick(all).id.clone())
    }

    /// Gives an author another slug, name and present affiliation.
    pub async fn renames_an_author(&mut self) {
        let index = self.random.below(self.world.authors.len());
        let id = self.world.authors[index].id.clone();
        let name = words::name(&mut self.random);
        let slug = self.slug(Kind::Author, "", Some(&id));
        let organization = self.an_organization();
        let mut body = terse(json!({ "name": name, "slug": slug }));
        body["organization"] = json!(organization);
        let made = self
            .editor
            .patch(&format!("{AUTHORS}/{id}"), body)
            .await
            .expect(200);
        let slug = made.text("/data/slug").to_owned();
        self.record_name(Kind::Author, "", &slug, &id);
        let now = self.now();
        let author = &mut self.world.authors[index];
        (author.name, author.slug, author.organization) = (name, slug, organization);
        author.updated_at = now;
    }

    /// Gives an organization another slug and name.
    pub async fn renames_an_organization(&mut self) {
        let index = self.random.below(self.world.organizations.len());
        let id = self.world.organizations[index].id.clone();
        let name = words::name(&mut self.random);
        let slug = self.slug(Kind::Organization, "", Some(&id));
        let body = terse(json!({ "name": name, "slug": slug }));
        let made = self
            .editor
            .patch(&format!("{ORGANIZATIONS}/{id}"), body)
            .await
            .expect(200);
        let slug = made.text("/data/slug").to_owned();
        self.record_name(Kind::Organization, "", &slug, &id);
        let now = self.now();
        let organization = &mut self.world.organizations[index];
        (organization.name, organization.slug) = (name, slug);
        organization.updated_at = now;
    }
}
