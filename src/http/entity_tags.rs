//! Lists of entity-tags in `If-Match` and `If-None-Match` (RFC 9110 section 13.1).

use actix_web::http::header::{EntityTag, HeaderMap, HeaderName};

/// A member of a list of entity-tags.
#[derive(Debug, PartialEq, Eq)]
pub enum Member {
    /// `*`, which matches any current representation.
    Any,
    /// An entity-tag.
    Tag(EntityTag),
}

/// Returns the members in all lines of a header. Malformed members match nothing and are skipped.
pub fn members(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = Member> {
    texts(headers, name).filter_map(member)
}

/// Returns the members in all lines of a header; `None` if one is malformed, if there is none, or if `*` is not the only
/// one.
pub fn strict_members(headers: &HeaderMap, name: HeaderName) -> Option<Vec<Member>> {
    let given = texts(headers, name).filter(|text| !text.trim_ascii().is_empty());
    let members: Vec<Member> = given.map(member).collect::<Option<_>>()?;
    let is_list = !members.is_empty() && !members.contains(&Member::Any);
    (is_list || members == [Member::Any]).then_some(members)
}

/// The list parser of actix-web splits at every comma, although a comma is an ordinary character in an entity-tag
/// (section 8.8.3).
fn texts(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &[u8]> {
    let lines = headers.get_all(name).map(|line| line.as_bytes());
    lines.flat_map(split)
}

fn split(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut is_quoted = false;
    list.split(move |byte| {
        is_quoted ^= *byte == b'"';
        *byte == b',' && !is_quoted
    })
}

fn member(text: &[u8]) -> Option<Member> {
    match text.trim_ascii() {
        b"*" => Some(Member::Any),
        // An entity-tag may contain any of the bytes 80 to FF (section 8.8.3). No tag of this server does, so it makes no
        // difference which characters stand for them.
        tag => String::from_utf8_lossy(tag).parse().ok().map(Member::Tag),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use actix_web::http::header::{HeaderValue, IF_MATCH};

    use super::*;

    fn read(lines: &[&'static str]) -> Vec<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(IF_MATCH, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        let text = |member| match member {
            Member::Any => "*".to_owned(),
            Member::Tag(tag) => tag.to_string(),
        };
        members(&headers, IF_MATCH).map(text).collect()
    }

    #[test]
    fn the_members_of_all_lines_are_read() {
        assert_eq!(read(&[]), [""; 0]);
        assert_eq!(read(&[" * "]), ["*"]);
        assert_eq!(
            read(&["\"a\" ,W/\"b\",, \"\"", "\"é\""]),
            ["\"a\"", "W/\"b\"", "\"\"", "\"é\""]
        );
    }

    #[test]
    fn a_comma_within_an_entity_tag_belongs_to_it() {
        assert_eq!(
            read(&["\"a,b\", W/\",\", \"a,*,b\",\"c\""]),
            ["\"a,b\"", "W/\",\"", "\"a,*,b\"", "\"c\""]
        );
    }

    #[test]
    fn an_entity_tag_may_contain_any_byte_above_ascii() {
        for tag in [
            &b"\"\xe9,\xe9\""[..],
            b"W/\"\x80\xff\"",
            b"\"v1\", \"\xc3\"",
        ] {
            let mut headers = HeaderMap::new();
            headers.append(IF_MATCH, HeaderValue::from_bytes(tag).unwrap());
            assert!(strict_members(&headers, IF_MATCH).is_some(), "{tag:?}");
        }
    }

    #[test]
    fn malformed_members_are_left_out() {
        for line in ["", "v1", "\"", "W/\"", "w/\"a\"", "\"a\" \"b\"", "\"a"] {
            assert_eq!(read(&[line]), [""; 0], "{line}");
        }
        assert_eq!(read(&["v1, \"v2\""]), ["\"v2\""]);
    }

    #[test]
    fn a_list_with_a_malformed_member_is_no_list() {
        let is_list = |lines: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(IF_MATCH, HeaderValue::from_static(line));
            }
            strict_members(&headers, IF_MATCH).is_some()
        };
        for lines in [&["\"a\""][..], &["*"], &["W/\"a\", ,\"b,c\"", "\"\""]] {
            assert!(is_list(lines), "{lines:?}");
        }
        for lines in [
            &[][..],
            &[""],
            &[" ,"],
            &["v7"],
            &["\"v7"],
            &["w/\"v7\""],
            &["\"a\", v7"],
            &["\"a\"", "v7"],
            &["*, \"a\""],
            &["*", "*"],
            &["\"a b\""],
        ] {
            assert!(!is_list(lines), "{lines:?}");
        }
    }
}
