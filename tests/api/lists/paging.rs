//! Lists page by page: the first page only, forwards and backwards by cursor, or by page number.

use std::ops::Range;

use serde_json::{Value, json};
use tribuna::timestamp::Timestamp;

use super::asker::Asker;
use super::query::{Pairs, address};
use crate::support::client::Answer;

/// Computes the whole list at a given time.
pub type List<'a> = &'a dyn Fn(Timestamp) -> Vec<Value>;

impl Asker<'_> {
    /// Requests the first page, and sometimes more.
    pub async fn check_list(&mut self, mut pairs: Pairs, list: List<'_>) {
        let expected = list(self.now());
        let mut limit = 20;
        if !self.random.one_in(4) {
            limit = self.random.between(1, 100.min(expected.len() + 2));
            pairs.push(("limit", limit.to_string()));
        }
        if self.random.one_in(2) {
            let counts = !self.random.one_in(3);
            pairs.push(("count", counts.to_string()));
        }
        let first = self.get(&address(self.operation, &pairs)).await.expect(200);
        self.check_page(&first, &expected, 0..limit);
        self.check_lifetime_of_first(&first, list, limit);
        match self.random.below(3) {
            0 => self.check_walk(first, &expected, limit).await,
            1 => {
                let number = self.random.between(1, expected.len() / limit + 2);
                pairs.push(("page", number.to_string()));
                self.check_numbered_pages(&pairs, &expected, (number - 1) * limit..number * limit)
                    .await;
            }
            _ => {}
        }
    }

    fn check_lifetime_of_first(&self, first: &Answer, list: List<'_>, limit: usize) {
        let counts = is_counted(first);
        let page = |at| {
            let mut all = list(at);
            let (has_next, total) = (all.len() > limit, counts.then_some(all.len()));
            all.truncate(limit);
            (all, has_next, total)
        };
        let shown = page(self.now());
        self.check_lifetime(first, |at| page(at) != shown);
    }

    /// Pages to the end and back to the beginning, with changing limits.
    async fn check_walk(&mut self, first: Answer, expected: &[Value], limit: usize) {
        let (mut page, mut at) = (first, 0..limit);
        while let Some(next) = page.json["page"]["next"].as_str() {
            let (next, limit) = self.relimited(next, expected.len());
            at = at.end..at.end + limit;
            page = self.get(&next).await.expect(200);
            self.check_page(&page, expected, at.clone());
        }
        while let Some(prev) = page.json["page"]["prev"].as_str() {
            let (prev, limit) = self.relimited(prev, expected.len());
            at = at.start.saturating_sub(limit)..at.start;
            page = self.get(&prev).await.expect(200);
            self.check_page(&page, expected, at.clone());
        }
        assert_eq!(at.start, 0, "the walk did not return to the beginning");
    }

    /// Returns the address of a page, sometimes with another limit. The limit stays high enough for a few requests to
    /// suffice.
    fn relimited(&mut self, address: &str, length: usize) -> (String, usize) {
        let (before, after) = address.split_once("limit=").expect("a limit");
        let (limit, after) = after.split_once('&').expect("a cursor");
        let (mut limit, least) = (limit.parse().unwrap(), (length / 8).max(1));
        if self.random.one_in(3) || limit < least {
            limit = self.random.between(least, least + 9);
        }
        (format!("{before}limit={limit}&{after}"), limit)
    }

    /// Requests a page by its number, and the numbered pages next to it.
    async fn check_numbered_pages(&mut self, pairs: &Pairs, expected: &[Value], at: Range<usize>) {
        let limit = at.len();
        let page = self.get(&address(self.operation, pairs)).await.expect(200);
        if at.start >= expected.len() {
            self.same(&json!([]), &page.json["data"]);
            return;
        }
        self.check_page(&page, expected, at.clone());
        let info = &page.json["page"];
        if let Some(next) = info["next"].as_str() {
            let next = self.get(next).await.expect(200);
            self.check_page(&next, expected, at.end..at.end + limit);
        }
        if let Some(prev) = info["prev"].as_str() {
            let prev = self.get(prev).await.expect(200);
            self.check_page(&prev, expected, at.start - limit..at.start);
        }
    }

    /// Checks the items of a page and its position in the list.
    fn check_page(&self, page: &Answer, expected: &[Value], at: Range<usize>) {
        let part: Vec<&Value> = expected.iter().skip(at.start).take(at.len()).collect();
        self.same(&json!(part), &page.json["data"]);
        let info = &page.json["page"];
        let total = is_counted(page).then(|| json!(expected.len()));
        assert_eq!(info.get("total"), total.as_ref(), "the total in {page}");
        let number = number(page);
        assert_eq!(info["number"].as_u64(), number, "the number in {page}");
        let pages = number.and(total).map(|_| expected.len().div_ceil(at.len()));
        assert_eq!(info.get("pages"), pages.map(|pages| json!(pages)).as_ref());
        for (rel, cursor, there) in [
            ("prev", "prev_cursor", at.start > 0),
            ("next", "next_cursor", at.end < expected.len()),
        ] {
            assert_eq!(info[rel].is_string(), there, "page.{rel} in {page}");
            assert_eq!(info[cursor].is_string(), there, "page.{cursor} in {page}");
            if let (Some(url), Some(cursor)) = (info[rel].as_str(), info[cursor].as_str()) {
                let at = match (number, rel) {
                    (None, _) => format!("cursor={cursor}"),
                    (Some(number), "next") => format!("page={}", number + 1),
                    (Some(number), _) => format!("page={}", number - 1),
                };
                assert!(url.ends_with(&at), "{url}");
                let link = format!("<{url}>; rel=\"{rel}\"");
                let next = info["next"].as_str().map_or(0, str::len);
                let has_room = rel == "next" || next == 0 || next + url.len() < 400;
                let links = page.header("link");
                assert!(!has_room || links.contains(&link), "no {link} in {page}");
            }
        }
    }
}

/// The page number in the request.
fn number(page: &Answer) -> Option<u64> {
    let mut parameters = page.uri.query()?.split('&');
    parameters.find_map(|one| one.strip_prefix("page=")?.parse().ok())
}

fn is_counted(page: &Answer) -> bool {
    page.uri
        .query()
        .is_some_and(|query| query.contains("count=true"))
}
