//! Serde's messages in plain words. Its own name Rust types, which mean nothing to those who write JSON.

/// Returns what the value must be, if the message names a Rust type. Returns any other message unchanged.
pub fn plain(message: &str) -> String {
    let expected = message
        .split_once(", expected ")
        .map(|(_, expected)| expected);
    let Some(expected) = expected else {
        return message.to_owned();
    };
    if expected.starts_with("struct ") {
        return "must be an object".to_owned();
    }
    match range(expected) {
        Some((least, most)) => format!("must be a whole number from {least} to {most}"),
        None => message.to_owned(),
    }
}

/// Returns the range of an integer type. No larger type occurs in a body.
fn range(of_type: &str) -> Option<(i64, i64)> {
    match of_type {
        "i16" => Some((i16::MIN.into(), i16::MAX.into())),
        "i32" => Some((i32::MIN.into(), i32::MAX.into())),
        "i64" => Some((i64::MIN, i64::MAX)),
        "u16" => Some((0, u16::MAX.into())),
        "u32" => Some((0, u32::MAX.into())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde::Deserialize;
    use serde::de::DeserializeOwned;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Two {
        #[expect(dead_code, reason = "only the message counts")]
        first: i32,
        #[expect(dead_code, reason = "only the message counts")]
        second: Option<u16>,
    }

    fn told<T: DeserializeOwned + std::fmt::Debug>(json: &str) -> String {
        let error = serde_json::from_str::<T>(json).unwrap_err().to_string();
        plain(error.split(" at line ").next().unwrap())
    }

    #[test]
    fn what_is_no_object_must_be_one() {
        for json in ["[]", "[1]", "7", "\"x\"", "null", "true", "1.5"] {
            assert_eq!(told::<Two>(json), "must be an object", "{json}");
        }
    }

    #[test]
    fn what_is_no_whole_number_in_the_range_is_told_the_range() {
        let range = "must be a whole number from -2147483648 to 2147483647";
        for number in ["99999999999", "-99999999999", "1e30", "1.5", "\"x\"", "[]"] {
            let json = format!(r#"{{"first":{number}}}"#);
            assert_eq!(told::<Two>(&json), range, "{json}");
        }
        let second = told::<Two>(r#"{"first":1,"second":-1}"#);
        assert_eq!(second, "must be a whole number from 0 to 65535");
    }

    #[test]
    fn other_messages_stay_as_they_are() {
        assert_eq!(told::<Two>("{}"), "missing field `first`");
        assert_eq!(told::<String>("{}"), "invalid type: map, expected a string");
    }
}
