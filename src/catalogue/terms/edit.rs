//! New terms and edits of terms, with the rules for names.

use super::model::{NewTermName, Term, TermName, TermNamePatch, TermRow};
use crate::by_lang::ByLang;
use crate::error::{Error, Fault, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::patch::{Edit, Patched};
use crate::timestamp::Timestamp;
use crate::version::Revised;

/// A new term.
#[derive(Debug, Clone)]
pub struct NewTerm {
    /// The names, at least one.
    pub translations: ByLang<NewTermName>,
    /// The parent category.
    pub parent: Option<Id>,
    /// The position among its siblings.
    pub position: i32,
}

/// Changes to a term.
#[derive(Debug, Clone)]
pub struct TermEdit {
    /// The changes to its names.
    pub translations: NamesEdit,
    /// The parent category.
    pub parent: Patched<Id>,
    /// The position among its siblings.
    pub position: Option<i32>,
}

/// A term as an edit leaves it, before it claims its slugs.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Edited {
    pub(super) row: TermRow,
    pub(super) names: ByLang<NewTermName>,
}

impl From<&Term> for Edited {
    fn from(term: &Term) -> Self {
        Self {
            row: term.row.clone(),
            names: unchanged(&term.translations),
        }
    }
}

impl Revised for Edited {
    fn revised(self, at: Timestamp) -> Self {
        Self {
            row: self.row.revised(at),
            ..self
        }
    }
}

/// Changes to the names of a term.
pub type NamesEdit = Edit<ByLang<NewTermName>, ByLang<Option<TermNamePatch>>>;

impl NamesEdit {
    /// Applies the edit to the old names. A language that is kept keeps its slug, unless the edit has another one.
    ///
    /// # Errors
    /// Returns [`Error::Invalid`] when no language would remain, too many would, or a new language has no name.
    pub fn over(self, old: &ByLang<TermName>) -> Result<ByLang<NewTermName>> {
        let names = match self {
            Self::Replace(names) => names.into_iter().map(|(lang, new)| {
                let kept = || old.get(&lang).map(|old| old.slug.clone());
                let slug = new.slug.clone().or_else(kept);
                (lang, NewTermName { slug, ..new })
            }),
            Self::Merge(changes) => return merged(old, changes),
        };
        Ok(names.collect())
    }
}

fn merged(
    old: &ByLang<TermName>,
    changes: ByLang<Option<TermNamePatch>>,
) -> Result<ByLang<NewTermName>> {
    let mut names = unchanged(old);
    let mut faults = Vec::new();
    for (lang, change) in changes {
        match change {
            None => names.remove(&lang),
            Some(change) => match change.over(names.get(&lang)) {
                Some(name) => names.set(lang, name),
                None => faults.push(nameless(&lang)),
            },
        }
    }
    if names.is_empty() && faults.is_empty() {
        let detail = "must keep at least one language";
        faults.push(Fault::pointer("/translations", "too_few", detail));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    names.check_size("/translations")?;
    Ok(names)
}

/// Returns the names as an edit that keeps them has them.
fn unchanged(names: &ByLang<TermName>) -> ByLang<NewTermName> {
    let names = names.iter();
    let name = |(lang, name): (&Lang, &TermName)| (lang.clone(), name.clone().into());
    names.map(name).collect()
}

fn nameless(lang: &Lang) -> Fault {
    let detail = "is required: the term has no name in this language yet";
    Fault::pointer(format!("/translations/{lang}/name"), "required", detail)
}

impl TermNamePatch {
    /// Applies the patch to the old name; returns `None` if there is no name.
    fn over(self, old: Option<&NewTermName>) -> Option<NewTermName> {
        let old_slug = old.and_then(|old| old.slug.clone());
        let old_description = || old.and_then(|old| old.description.clone());
        Some(NewTermName {
            name: self.name.or_else(|| old.map(|old| old.name.clone()))?,
            slug: self.slug.or(old_slug),
            description: self.description.unwrap_or_else(old_description),
        })
    }
}

impl From<TermName> for NewTermName {
    fn from(old: TermName) -> Self {
        Self {
            name: old.name,
            slug: Some(old.slug),
            description: old.description,
        }
    }
}
