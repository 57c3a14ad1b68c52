//! The pages of the site that displays the content, as the settings describe it.

use crate::config::Site;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::languages::Languages;
use crate::post_type::PostType;
use crate::slug::Slug;
use crate::slugs::addresses::site_url;

/// The settings of the site, for a reader of these languages.
#[derive(Debug, Clone, Copy)]
pub struct SitePages<'a> {
    /// The settings.
    pub site: &'a Site,
    languages: &'a Languages,
}

impl<'a> SitePages<'a> {
    /// Creates the pages for a reader.
    pub fn new(site: &'a Site, languages: &'a Languages) -> Self {
        Self { site, languages }
    }

    /// Returns the absolute URL of a post in a language.
    pub fn post(&self, post_type: PostType, slug: &Slug, lang: &Lang) -> Option<String> {
        site_url(self.site, Kind::Post, Some(post_type), slug, Some(lang))
    }

    /// Returns the absolute URL of a term with a slug per language.
    pub fn term(&self, kind: Kind, slug: &Slug, lang: &Lang) -> Option<String> {
        site_url(self.site, kind, None, slug, Some(lang))
    }

    /// Returns the absolute URL of a resource with one slug for all languages: in the language that the reader wants, else
    /// in that of the resource, else in the first of the site.
    pub fn thing(&self, kind: Kind, slug: &Slug, lang: Option<&Lang>) -> Option<String> {
        let first = self.site.languages.first();
        let lang = self.languages.wanted().or(lang).or(first);
        site_url(self.site, kind, None, slug, lang)
    }
}
