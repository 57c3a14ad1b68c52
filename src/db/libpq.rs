//! Connection parameters of libpq that bound the time for which a connection that is cut off stays unnoticed.

/// A connection parameter and its value.
pub type Parameter = (&'static str, &'static str);

/// The parameters of every connection. A connection that is cut off is closed after about ten seconds, whether the last
/// packet was sent by this side (`tcp_user_timeout`) or by the other (`keepalives`).
pub(super) const BOUNDED: [Parameter; 6] = [
    ("connect_timeout", "2"),
    ("keepalives", "1"),
    ("keepalives_idle", "5"),
    ("keepalives_interval", "2"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "8000"),
];

/// Adds parameters to a connection URL, except those that it already sets.
pub fn with_defaults(url: &str, defaults: &[Parameter]) -> String {
    let (start, parameters) = url.split_once('?').unwrap_or((url, ""));
    let is_set = |name: &str| {
        let mut names = parameters.split('&');
        names.any(|pair| pair.split('=').next() == Some(name))
    };
    let own = parameters.split('&').filter(|pair| !pair.is_empty());
    let mut all: Vec<String> = own.map(str::to_owned).collect();
    for (name, value) in defaults {
        if !is_set(name) {
            all.push(format!("{name}={value}"));
        }
    }
    format!("{start}?{}", all.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameters_of_the_url_win() {
        let defaults = [("connect_timeout", "2"), ("keepalives", "1")];
        assert_eq!(
            with_defaults("postgres://ada@host/db", &defaults),
            "postgres://ada@host/db?connect_timeout=2&keepalives=1"
        );
        assert_eq!(
            with_defaults("postgres:///db?host=/tmp&connect_timeout=9", &defaults),
            "postgres:///db?host=/tmp&connect_timeout=9&keepalives=1"
        );
    }
}
