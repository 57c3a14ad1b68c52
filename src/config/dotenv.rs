//! The `.env` file, which is read with dotenvy but never written to the environment of the process. Problems are
//! reported by line number, without quoting the line, which may contain a secret.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::rc::Rc;

use super::BadSetting;

/// Parses the content of the file. Returns its variables and its problems.
pub(super) fn parse(content: &str) -> (BTreeMap<String, String>, Vec<BadSetting>) {
    let (mut values, mut bad) = (BTreeMap::new(), Vec::new());
    let line = Rc::new(Cell::new(0));
    // dotenvy treats blanks before the end of the file, but not before a line end, as an unterminated value.
    let content = format!("{}\n", content.trim_start_matches('\u{feff}'));
    for entry in dotenvy::from_read_iter(Lines {
        rest: content.as_bytes(),
        line: Rc::clone(&line),
    }) {
        match entry {
            Ok((name, value)) => {
                if values.insert(name.clone(), value).is_some() {
                    bad.push(BadSetting::new(
                        format!("{name} in .env"),
                        format!("is set again in line {}", line.get()),
                    ));
                }
            }
            Err(dotenvy::Error::LineParse(text, _)) => {
                let first = (line.get() + 1).saturating_sub(text.lines().count().max(1));
                let problem =
                    format!("line {first} is not NAME=value, or a quote in it stays open");
                bad.push(BadSetting::new(".env", problem));
            }
            Err(error) => bad.push(BadSetting::new(".env", format!("cannot be read: {error}"))),
        }
    }
    (values, bad)
}

/// Returns one line per read, so that the number of the current line is known: dotenvy's errors do not contain it.
struct Lines<'a> {
    rest: &'a [u8],
    line: Rc<Cell<usize>>,
}

impl Read for Lines<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let end = self
            .rest
            .iter()
            .position(|&byte| byte == b'\n')
            .map_or(self.rest.len(), |newline| newline + 1);
        let (mut line, _) = self.rest.split_at(end);
        let read = line.read(buffer)?;
        self.rest = self.rest.get(read..).unwrap_or_default();
        if read > 0 && line.is_empty() {
            self.line.set(self.line.get() + 1);
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(content: &str) -> Vec<String> {
        parse(content).1.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_malformed_line_of_dotenv_is_told_by_its_number_and_not_quoted() {
        let bad =
            complaints("# a comment\n\nDATABASE_URL=postgres://h/d\nHUSH HUSH\nRUST_LOG=info\n");
        assert_eq!(
            bad,
            [".env: line 4 is not NAME=value, or a quote in it stays open"]
        );
    }

    #[test]
    fn an_open_quote_is_told_by_the_line_where_it_opens() {
        let bad = complaints("RUST_LOG=info\nTRIBUNA_ADMIN_PASSWORD=\"HUSH\nA=b\nC=d\n");
        assert_eq!(
            bad,
            [".env: line 2 is not NAME=value, or a quote in it stays open"]
        );
    }

    #[test]
    fn a_name_set_twice_in_dotenv_is_refused() {
        assert_eq!(
            complaints("RUST_LOG=info\nRUST_LOG=debug"),
            ["RUST_LOG in .env: is set again in line 2"]
        );
    }

    #[test]
    fn dotenv_may_have_a_byte_order_mark_quotes_and_no_last_newline() {
        let (values, bad) = parse("\u{feff}RUST_LOG='info' # why\nexport PORT=80 ");
        assert!(bad.is_empty());
        assert_eq!(values.get("RUST_LOG").map(String::as_str), Some("info"));
        assert_eq!(values.get("PORT").map(String::as_str), Some("80"));
    }
}
