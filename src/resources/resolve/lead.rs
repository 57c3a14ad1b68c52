//! Which of the things that have or had a slug it leads to, and what that one is called now. Pure.

use super::model::Question;
use crate::id::Id;
use crate::lang::Lang;
use crate::resources::slugs::{Kind, Lead};
use crate::slug::Slug;

/// What a thing is called now, where the public can see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The thing.
    pub id: Id,
    /// The language of the slug; `None` for kinds with one slug.
    pub lang: Option<Lang>,
    /// The slug.
    pub slug: Slug,
}

/// Where a slug leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Led {
    /// The thing's name now.
    pub name: Name,
    /// Whether that is the very one that was asked for.
    pub is_present: bool,
}

/// Follows `leads` to one of `names`, in each of which things stand by preference. Somebody's present name goes before
/// another's former one, what can be seen in the slug's language before what can be seen in others only.
pub fn follow(question: &Question, leads: &[Lead], names: &[Name]) -> Option<Led> {
    let in_its_language = || leads.iter().filter_map(|lead| name(names, lead));
    let present = in_its_language().find(|name| name.slug == question.slug);
    let led = |name: &Name| Led {
        name: name.clone(),
        is_present: present.is_some(),
    };
    // A language of a post that was asked for and taken down is gone; a term always has a name.
    let elsewhere = question.kind != Kind::Post || question.lang.is_none();
    let in_another = || {
        leads
            .iter()
            .find_map(|lead| names.iter().find(|name| name.id == lead.id))
    };
    present
        .or_else(|| in_its_language().next())
        .or_else(|| elsewhere.then(in_another)?)
        .map(led)
}

fn name<'a>(names: &'a [Name], lead: &Lead) -> Option<&'a Name> {
    names
        .iter()
        .find(|name| name.id == lead.id && name.lang.as_ref().map_or("", Lang::as_str) == lead.lang)
}
