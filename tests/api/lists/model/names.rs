//! Resolution of ids and slugs.

use super::super::world::{Kind, World};

impl World {
    /// The ids of all resources that an id, a present or former slug in any language, or the id of a merged term names.
    pub fn named(&self, kind: Kind, written: &str) -> Vec<&str> {
        let by_id = self.ids(kind).into_iter().filter(|id| *id == written);
        let names = self.names.iter();
        let led_to = names.filter(|name| name.kind == kind && name.slug == written);
        by_id
            .chain(led_to.map(|name| name.owner.as_str()))
            .collect()
    }

    pub fn ids(&self, kind: Kind) -> Vec<&str> {
        let terms = self.terms.iter().filter(|term| term.kind == kind);
        match kind {
            Kind::Category | Kind::Tag => terms.map(|term| term.id.as_str()).collect(),
            Kind::Author => self.authors.iter().map(|one| one.id.as_str()).collect(),
            Kind::Organization => self
                .organizations
                .iter()
                .map(|one| one.id.as_str())
                .collect(),
            Kind::Post => self.posts.iter().map(|post| post.id.as_str()).collect(),
        }
    }

    /// A category and its ancestors, from the bottom up.
    pub fn lineage(&self, id: &str) -> Vec<String> {
        let parent = self.term(id).parent.as_deref();
        let above = parent
            .map(|parent| self.lineage(parent))
            .unwrap_or_default();
        std::iter::once(id.to_owned()).chain(above).collect()
    }
}
