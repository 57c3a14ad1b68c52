//! Validation errors in plain English. Each has the location and the expected value. The rejected value is named only where
//! the schema lists the allowed words.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;

use super::pattern_words::in_words;
use super::suggestions::likeliest;
use crate::error::Fault;
use crate::page;
use crate::text;
use crate::written_time;

/// The maximum number of faults in one response. Further faults are left out.
pub const MOST_FAULTS: usize = 100;

/// The code of an unknown member.
const UNKNOWN_MEMBER: &str = "unknown_field";

/// One validation error.
pub struct Flaw {
    /// The location in the value: a JSON pointer (RFC 6901).
    pub pointer: String,
    /// The machine-readable code of the fault, such as `too_long`.
    pub code: &'static str,
    /// The expected value, such as `must have at most 100 characters`.
    pub detail: String,
}

impl Flaw {
    fn new(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            code,
            detail: detail.into(),
        }
    }

    /// Returns the flaw of a member of the object at `pointer`.
    fn of_member(pointer: &str, name: &str, code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(format!("{pointer}/{}", escape(name)), code, detail)
    }

    /// Returns the pointer to the object with the unknown member, and the name of the member, if that is the flaw.
    pub fn unknown_member(&self) -> Option<(&str, &str)> {
        let place = self.pointer.rsplit_once('/');
        place.filter(|_| self.code == UNKNOWN_MEMBER)
    }

    /// Converts a flaw of a query object into a fault of the parameter that the pointer begins with.
    pub fn of_parameter(self) -> Fault {
        let name = self.pointer.trim_start_matches('/').split('/').next();
        let name = name.unwrap_or_default();
        let detail = match (name, self.code) {
            ("page", "too_large") => format!("{}; {}", self.detail, page::FURTHER),
            _ => self.detail,
        };
        Fault::parameter(name, self.code, detail)
    }
}

/// Describes one validation error. An error about several members becomes one flaw for each.
pub fn explain(error: &ValidationError<'_>) -> Vec<Flaw> {
    use ValidationErrorKind as K;
    let at = error.instance_path().as_str();
    match error.kind() {
        K::AdditionalProperties { unexpected } => unexpected
            .iter()
            .take(MOST_FAULTS)
            .map(|name| Flaw::of_member(at, name, UNKNOWN_MEMBER, "is not a known member"))
            .collect(),
        K::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            vec![Flaw::of_member(at, name, "required", "is required")]
        }
        // The schema of `Option<T>` is `oneOf` null and `T`. The errors of `T` are the helpful ones.
        K::OneOfNotValid { context } | K::AnyOf { context } => nearest_branch(context, at),
        K::PropertyNames { error } => {
            let name = error.instance().as_str().unwrap_or_default();
            let flaws = explain(error).into_iter();
            flaws
                .map(|flaw| Flaw::of_member(at, name, flaw.code, flaw.detail))
                .collect()
        }
        K::Pattern { pattern } if pattern == written_time::PATTERN => {
            let given = error.instance().as_str().unwrap_or_default();
            vec![Flaw::new(
                at,
                "wrong_format",
                written_time::complaint(given),
            )]
        }
        K::Enum { options } => {
            let detail = allowed_words(options, error.instance());
            vec![Flaw::new(at, "not_allowed", detail)]
        }
        kind => {
            let (code, detail) = expectation(kind);
            vec![Flaw::new(at, code, detail)]
        }
    }
}

/// Returns the code of an error about one value, and the value that is expected instead.
fn expectation(kind: &ValidationErrorKind) -> (&'static str, String) {
    use ValidationErrorKind as K;
    match kind {
        K::Type { kind } => ("wrong_type", format!("must be {}", type_names(kind))),
        K::MinLength { limit: 1 } => ("too_short", "must not be empty".into()),
        K::MinLength { limit } => ("too_short", at_least(*limit, "character")),
        K::MaxLength { limit } => ("too_long", at_most(*limit, "character")),
        K::MinItems { limit } => ("too_few", at_least(*limit, "item")),
        K::MaxItems { limit } => ("too_many", at_most(*limit, "item")),
        K::MinProperties { limit } => ("too_few", at_least(*limit, "member")),
        K::MaxProperties { limit } => ("too_many", at_most(*limit, "member")),
        K::Minimum { limit } => ("too_small", format!("must be at least {limit}")),
        K::Maximum { limit } => ("too_large", format!("must be at most {limit}")),
        K::UniqueItems => ("duplicate", "must not name the same thing twice".into()),
        K::Constant { expected_value } => ("not_allowed", format!("must be {expected_value}")),
        K::Format { format } => ("wrong_format", format!("must be {}", format_name(format))),
        K::Pattern { pattern } if pattern == text::VISIBLE => ("blank", text::EXPECTED.into()),
        K::Pattern { pattern } => ("wrong_format", in_words(pattern)),
        _ => ("invalid", OTHERWISE.into()),
    }
}

/// The description of an error that has none of its own.
const OTHERWISE: &str = "does not match the schema";

fn at_least(limit: u64, noun: &str) -> String {
    format!("must have at least {limit} {noun}{}", plural(limit))
}

fn at_most(limit: u64, noun: &str) -> String {
    format!("must have at most {limit} {noun}{}", plural(limit))
}

/// Returns the ending of a regular noun after a number.
fn plural(number: u64) -> &'static str {
    if number == 1 { "" } else { "s" }
}

fn nearest_branch(context: &[Vec<ValidationError<'static>>], at: &str) -> Vec<Flaw> {
    let is_null = |errors: &[ValidationError<'static>]| match errors {
        [only] => {
            matches!(only.kind(), ValidationErrorKind::Type { kind: TypeKind::Single(kind) } if kind.to_string() == "null")
        }
        _ => false,
    };
    let flaws: Vec<Flaw> = context
        .iter()
        .filter(|errors| !is_null(errors))
        .flatten()
        .flat_map(explain)
        .collect();
    match flaws.as_slice() {
        [] => vec![Flaw::new(at, "invalid", OTHERWISE)],
        // All branches report the same fault at the same place, so their expectations are joined into one flaw.
        [first, _, ..]
            if flaws
                .iter()
                .all(|flaw| flaw.code == first.code && flaw.pointer == at) =>
        {
            let right = flaws
                .iter()
                .map(|flaw| flaw.detail.trim_start_matches("must be "));
            let right: Vec<&str> = right.collect();
            let detail = format!("must be {}", right.join(" or "));
            vec![Flaw::new(at, first.code, detail)]
        }
        _ => flaws,
    }
}

fn type_names(kind: &TypeKind) -> String {
    let article = |name: &str| match name {
        "null" => "null".to_owned(),
        name if name.starts_with(['a', 'e', 'i', 'o', 'u']) => format!("an {name}"),
        name => format!("a {name}"),
    };
    match kind {
        TypeKind::Single(kind) => article(&kind.to_string()),
        TypeKind::Multiple(kinds) => {
            let names: Vec<String> = kinds
                .iter()
                .map(|kind| article(&kind.to_string()))
                .collect();
            names.join(" or ")
        }
    }
}

/// The greatest number of words that an error lists beside the one that was probably meant.
const FEW: usize = 12;

/// Names the word that is not allowed, and the one that was probably meant. Without a likely one, or if there are few,
/// lists the allowed words.
fn allowed_words(options: &Value, given: &Value) -> String {
    let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
    let words = options.iter().filter_map(Value::as_str);
    let list: Vec<String> = options.iter().map(quoted).collect();
    let list = list.join(", ");
    let Some(given) = given.as_str().filter(|given| can_be_named(given)) else {
        return format!("must be one of {list}");
    };
    match likeliest(given, words) {
        Some(meant) if options.len() > FEW => {
            format!("`{given}` is not one of the allowed values; did you mean `{meant}`?")
        }
        Some(meant) => format!("must be one of {list}, not `{given}`; did you mean `{meant}`?"),
        None => format!("must be one of {list}, not `{given}`"),
    }
}

/// Writes an allowed value: a text in backticks, anything else as JSON.
fn quoted(option: &Value) -> String {
    match option {
        Value::String(text) => format!("`{text}`"),
        other => other.to_string(),
    }
}

/// Returns whether a text is short and plain enough to appear in an error.
fn can_be_named(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/+ ".contains(&byte);
    !text.is_empty() && text.len() <= 60 && text.bytes().all(is_plain)
}

fn format_name(format: &str) -> String {
    match format {
        "date-time" => "an RFC 3339 instant with a zone, such as 2026-05-01T08:00:00Z".into(),
        "date" => "a date, such as 2026-05-01".into(),
        "uuid" => "an id (a UUID)".into(),
        "uri" => "an absolute URL".into(),
        "email" => "an e-mail address".into(),
        other => format!("of the format {other}"),
    }
}

pub fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
