//! The canonical form of the query parameters of lists, so that equivalent queries share their cursors.

use crate::kind::Kind;

/// Returns the canonical value of a parameter; `None` if the parameter is equivalent to omitting it.
pub fn canonical(path: &str, name: &str, value: &str) -> Option<String> {
    match name {
        "sort" if value == default_order(path) => None,
        "lang" => Some(value.to_ascii_lowercase()),
        // The order of fallbacks is significant.
        "fallback" => Some(names(&value.to_ascii_lowercase()).join(",")),
        "type" => Some(sorted(value)),
        "available_in" | "category" | "tag" | "author" | "organization" | "exclude"
        | "exclude_category" | "exclude_tag" => Some(sorted(&value.to_ascii_lowercase())),
        "parent" => Some(value.to_ascii_lowercase()),
        _ => Some(value.to_owned()),
    }
}

/// Returns the order of a list without `sort`: that of the posts that the public sees, that of their comments, or that of
/// any other list.
fn default_order(path: &str) -> &'static str {
    let posts = format!("/v1/{}", Kind::Post.plural());
    match path.strip_prefix(&posts) {
        Some("") => "-published_at",
        Some(below) if below.ends_with("/comments") => "thread",
        Some(_) | None => "-created_at",
    }
}

fn names(list: &str) -> Vec<&str> {
    list.split(',').map(str::trim).collect()
}

fn sorted(list: &str) -> String {
    let mut names = names(list);
    names.sort_unstable();
    names.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_that_mean_the_same_have_one_form() {
        for (name, value, expected) in [
            ("sort", "-published_at", None),
            ("sort", "-created_at", Some("-created_at")),
            ("sort", "title", Some("title")),
            ("lang", "FR", Some("fr")),
            ("fallback", "ES, en", Some("es,en")),
            ("available_in", "FR,en", Some("en,fr")),
            ("tag", "b, a", Some("a,b")),
            ("author", "B", Some("b")),
            ("parent", "About", Some("about")),
            ("type", "post,page", Some("page,post")),
            ("published_after", "2026-05-01", Some("2026-05-01")),
        ] {
            assert_eq!(
                canonical("/v1/posts", name, value).as_deref(),
                expected,
                "{name}"
            );
        }
        let comments = "/v1/posts/housing/comments";
        assert_eq!(canonical(comments, "sort", "thread"), None);
        let newest = canonical(comments, "sort", "-created_at");
        assert_eq!(newest.as_deref(), Some("-created_at"));
    }
}
