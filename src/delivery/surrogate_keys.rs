//! The surrogate keys of the delivery surface. Responses have keys, and changes invalidate them.
//!
//! | key | responses that have it |
//! |---|---|
//! | `post:<id>`, `category:<id>`, `tag:<id>`, `author:<id>`, `organization:<id>` | those that show the resource |
//! | `posts:<lang>` | those that depend on the set of posts in a language; each publication in it invalidates them |
//! | `posts:any` | those that depend on the set of posts in any language; each publication invalidates them |
//! | `categories`, `tags`, `authors`, `organizations`, `comments` | those that depend on the set of these resources |
//! | `comments:<id>` | those that show comments of a post |
//! | `site` | those that show what is stored about the site: its description, and the credits of posts |
//! | `posts` | those with a key `posts:…`; for manual purges |
//! | `slug:<slug>` | those requested by a slug that several resources may have in different languages; each change to a post or term that has or had it invalidates them |
//! | `lang:<lang>` | those that show texts in a language; for manual purges |

use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::languages::{Fallback, Languages};
use crate::surrogate_keys::SurrogateKeys;

/// Returns the key of a resource.
pub fn thing(kind: Kind, id: Id) -> String {
    format!("{kind}:{id}")
}

/// Returns the key of all resources of a kind.
pub fn all(kind: Kind) -> &'static str {
    kind.plural()
}

/// Returns the key of the set of posts in a language.
pub fn posts_in(lang: &Lang) -> String {
    format!("posts:{lang}")
}

/// Returns the key of the comments of a post.
pub fn comments_of(post: Id) -> String {
    format!("comments:{post}")
}

/// The key of the set of posts in any language.
pub const POSTS_IN_ANY: &str = "posts:any";

/// Returns the key of the posts and terms that have or had a slug.
pub fn slug(slug: &str) -> String {
    format!("slug:{slug}")
}

/// Returns the key of all texts in a language.
pub fn lang(lang: &Lang) -> String {
    format!("lang:{lang}")
}

/// Returns the keys of a response that lists or counts the posts shown to a reader of these languages.
///
/// Without `lang`, or with `original` in the chain, a post in any language may be shown or may hide another one.
/// Otherwise only the languages of the chain are relevant.
pub fn posts_for(languages: &Languages) -> SurrogateKeys {
    let keys = SurrogateKeys::new().with(all(Kind::Post));
    let own = languages.fallback().contains(&Fallback::Original);
    if languages.wanted().is_none() || own {
        return keys.with(POSTS_IN_ANY);
    }
    let chain = languages.chain().filter_map(|one| match one {
        Fallback::Lang(lang) => Some(posts_in(&lang)),
        Fallback::Original => None,
    });
    chain.fold(keys, SurrogateKeys::with)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn for_readers(lang: Option<&str>, fallback: &[&str]) -> Vec<String> {
        let fallback = fallback.iter().map(|one| match *one {
            "original" => Fallback::Original,
            lang => Fallback::Lang(lang.parse().unwrap()),
        });
        let lang = lang.map(|lang| lang.parse().unwrap());
        let languages = Languages::new(lang, fallback.collect()).unwrap();
        posts_for(&languages).iter().map(str::to_owned).collect()
    }

    #[test]
    fn a_list_depends_on_the_languages_that_it_may_show() {
        assert_eq!(for_readers(None, &[]), ["posts", "posts:any"]);
        assert_eq!(for_readers(Some("en"), &[]), ["posts", "posts:en"]);
        assert_eq!(
            for_readers(Some("es-MX"), &["fr"]),
            ["posts", "posts:es", "posts:es-MX", "posts:fr"]
        );
        assert_eq!(
            for_readers(Some("en"), &["original", "fr"]),
            ["posts", "posts:any"]
        );
    }
}
