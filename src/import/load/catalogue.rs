//! Loads organizations, authors, categories and tags.

use super::{Loader, slugs};
use crate::by_lang::ByLang;
use crate::catalogue::authors::model::{AuthorEdit, AuthorLink, Bio, NewAuthor};
use crate::catalogue::categories::model::NewCategory;
use crate::catalogue::organizations::model::{NewOrganization, OrganizationEdit, OrganizationName};
use crate::catalogue::site::public::own_language;
use crate::catalogue::tags::model::NewTag;
use crate::catalogue::terms::edit::{NewTerm, TermEdit};
use crate::catalogue::terms::model::NewTermName;
use crate::catalogue::{authors, organizations, terms};
use crate::db::Conn;
use crate::error::Result;
use crate::id::Id;
use crate::import::record::{Author, Category, Link, Organization, RecordKind, Tag, Term};
use crate::kind::Kind;
use crate::slugs::Owner;
use crate::text::in_one_line;
use crate::version::Seen;

impl Loader {
    pub(super) fn organization(
        &self,
        conn: &mut Conn,
        record: &Organization,
        id: Option<Id>,
    ) -> Result<Id> {
        let owner = owner(Kind::Organization, id);
        let slug = slugs::free(conn, owner, record.slug.as_deref(), &record.name)?;
        let lang = match (&record.lang, id) {
            // An organization that is there keeps its language.
            (None, None) => own_language(conn, &self.site)?,
            (lang, _) => lang.clone(),
        };
        let names = record.names.iter();
        let names =
            names.map(|(lang, name)| (lang.clone(), OrganizationName(in_one_line(name.clone()))));
        let new = NewOrganization {
            name: record.name.clone(),
            lang,
            names: Some(names.collect()),
            slug: Some(slug),
            url: record.url.clone(),
            country: record.country.clone(),
        };
        self.rules.organization.check(&new)?;
        let (by, seen) = (self.by(), Seen::default());
        let organization = match id {
            Some(id) => {
                organizations::store::update(conn, by, id, &seen, OrganizationEdit::Replace(new))?
            }
            None => organizations::store::insert(conn, by, new)?,
        };
        Ok(organization.id)
    }

    pub(super) fn author(&self, conn: &mut Conn, record: &Author, id: Option<Id>) -> Result<Id> {
        let owner = owner(Kind::Author, id);
        let slug = slugs::free(conn, owner, record.slug.as_deref(), &record.name)?;
        let organization = record.organization.as_deref();
        let organization = self.optional_id(
            conn,
            RecordKind::Organization,
            organization,
            "/organization",
        )?;
        let bio = record.bio.iter();
        let bio = bio.map(|(lang, text)| (lang.clone(), Bio(text.clone())));
        let new = NewAuthor {
            name: record.name.clone(),
            slug: Some(slug),
            organization,
            bio: Some(bio.collect()),
            links: Some(record.links.iter().map(AuthorLink::from).collect()),
        };
        self.rules.author.check(&new)?;
        let (by, seen) = (self.by(), Seen::default());
        let author = match id {
            Some(id) => authors::store::update(conn, by, id, &seen, AuthorEdit::Replace(new))?,
            None => authors::store::insert(conn, by, new)?,
        };
        Ok(author.id)
    }

    pub(super) fn category(
        &self,
        conn: &mut Conn,
        record: &Category,
        id: Option<Id>,
    ) -> Result<Id> {
        let translations = names(conn, owner(Kind::Category, id), &record.translations)?;
        let parent = record.parent.as_deref();
        let new = NewCategory {
            translations,
            parent: self.optional_id(conn, RecordKind::Category, parent, "/parent")?,
            position: record.position,
        };
        self.rules.category.check(&new)?;
        self.term(conn, Kind::Category, id, new)
    }

    pub(super) fn tag(&self, conn: &mut Conn, record: &Tag, id: Option<Id>) -> Result<Id> {
        let new = NewTag {
            translations: names(conn, owner(Kind::Tag, id), &record.translations)?,
        };
        self.rules.tag.check(&new)?;
        self.term(conn, Kind::Tag, id, new)
    }

    fn term<N>(&self, conn: &mut Conn, kind: Kind, id: Option<Id>, new: N) -> Result<Id>
    where
        N: Into<NewTerm> + Into<TermEdit>,
    {
        let (by, seen) = (self.by(), Seen::default());
        let term = match id {
            Some(id) => terms::store::update(conn, by, kind, id, &seen, new.into())?,
            None => terms::store::insert(conn, by, kind, new.into())?,
        };
        Ok(term.row.id)
    }
}

/// Returns the names of a term, each with a free slug.
fn names(
    conn: &mut Conn,
    owner: Owner<'_>,
    translations: &ByLang<Term>,
) -> Result<ByLang<NewTermName>> {
    let names = translations.iter().map(|(lang, term)| {
        let owner = Owner {
            lang: Some(lang),
            ..owner
        };
        let slug = slugs::free(conn, owner, term.slug.as_deref(), &term.name)?;
        let name = NewTermName {
            name: term.name.clone(),
            slug: Some(slug),
            description: term.description.clone(),
        };
        Ok((lang.clone(), name))
    });
    names.collect()
}

/// Returns the owner of a slug that is the same in all languages. A new resource has no id yet.
fn owner(kind: Kind, id: Option<Id>) -> Owner<'static> {
    Owner::whole(kind, id.unwrap_or_default())
}

impl From<&Link> for AuthorLink {
    fn from(link: &Link) -> Self {
        Self {
            rel: link.rel.clone(),
            url: link.url.clone(),
        }
    }
}
