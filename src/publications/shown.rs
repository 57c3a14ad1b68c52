//! Posts as responses show them: what depends on the settings of the site, surrogate keys, languages and links.

use super::model::{Attribution, PublicPost, PublicPostSummary};
use crate::delivery::reader::Shown;
use crate::delivery::site_pages::SitePages;
use crate::delivery::surrogate_keys;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::licence;
use crate::slugs::addresses;
use crate::surrogate_keys::SurrogateKeys;
use crate::timestamp::Timestamp;

impl Shown for PublicPostSummary {
    fn complete(&mut self, pages: &SitePages<'_>) {
        self.site_url = pages.post(self.r#type, &self.slug, &self.lang);
        if let Some(site) = &mut self.site {
            site.complete(pages.site, &self.lang);
        }
        let licence = self.licence_in_force();
        self.can_republish =
            pages.site.may_republish || licence.is_some_and(licence::allows_republication);
        self.attribution = self.site.as_ref().map(|site| Attribution::new(self, site));
    }

    /// Other languages have the key of the post itself.
    fn keys(&self, keys: &mut SurrogateKeys) {
        keys.add(surrogate_keys::thing(Kind::Post, self.id));
        match (&self.parent, self.parent_id) {
            (Some(parent), _) => keys.add(surrogate_keys::thing(Kind::Post, parent.id)),
            // The page above may become public. Its key would tell that it exists.
            (None, Some(_)) => keys.add(surrogate_keys::POSTS_IN_ANY),
            (None, None) => {}
        }
        for byline in &self.authors {
            keys.add(surrogate_keys::thing(Kind::Author, byline.id));
            let organization = byline.organization.as_ref();
            keys.extend(organization.map(|one| surrogate_keys::thing(Kind::Organization, one.id)));
        }
        let translators = self.translators.iter();
        keys.extend(translators.map(|one| surrogate_keys::thing(Kind::Author, one.id)));
        keys.extend(
            self.categories
                .iter()
                .map(|one| surrogate_keys::thing(Kind::Category, one.id)),
        );
        keys.extend(
            self.tags
                .iter()
                .map(|one| surrogate_keys::thing(Kind::Tag, one.id)),
        );
        if self.site.is_some() || self.comments_open.is_some() {
            keys.add(surrogate_keys::all(Kind::Site));
        }
    }

    fn languages<'a>(&'a self, found: &mut Vec<&'a Lang>) {
        found.push(&self.lang);
    }

    fn changes_at(&self) -> Option<Timestamp> {
        self.comments_close_at
    }

    fn links(&self) -> Option<String> {
        let languages = self.translations.iter().map(|one| &one.lang);
        let others = languages.filter(|lang| **lang != self.lang);
        let licence = self.licence_in_force().and_then(licence::url);
        let related = [
            ("canonical", self.home_url()),
            ("license", licence.as_deref()),
        ];
        addresses::links(Kind::Post, self.id, &related, others)
    }
}

impl Shown for PublicPost {
    fn complete(&mut self, pages: &SitePages<'_>) {
        self.summary.complete(pages);
    }

    fn keys(&self, keys: &mut SurrogateKeys) {
        self.summary.keys(keys);
    }

    fn languages<'a>(&'a self, found: &mut Vec<&'a Lang>) {
        self.summary.languages(found);
    }

    fn changes_at(&self) -> Option<Timestamp> {
        self.summary.changes_at()
    }

    fn links(&self) -> Option<String> {
        self.summary.links()
    }
}
