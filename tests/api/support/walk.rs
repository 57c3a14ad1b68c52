//! Paging through whole lists.

use serde_json::Value;

use super::client::Client;

/// A limit so low that a few items take several pages.
const LIMIT: usize = 2;

impl Client {
    /// Returns all items of a list, by following cursors to the end.
    ///
    /// # Panics
    /// Panics if paging backwards returns other items.
    pub async fn walks(&self, list: &str) -> Vec<Value> {
        let mut next = Some(limited(list));
        let (mut there, mut back) = (Vec::new(), Vec::new());
        let mut prev = None;
        while let Some(address) = next {
            let page = self.get(&address).await.expect(200);
            let link = |name: &str| {
                page.at(&format!("/page/{name}"))
                    .as_str()
                    .map(str::to_owned)
            };
            (next, prev) = (link("next"), link("prev"));
            there.push(page.items().to_vec());
        }
        back.extend(there.last().cloned());
        while let Some(address) = prev {
            let page = self.get(&address).await.expect(200);
            prev = page.at("/page/prev").as_str().map(str::to_owned);
            back.push(page.items().to_vec());
        }
        back.reverse();
        assert_eq!(back, there, "paging backwards through {list}");
        there.concat()
    }

    /// Checks the names of a list in an order and in the reverse order, by cursors and by page numbers.
    pub async fn finds_in_order(&self, list: &str, sort: &str, names: &[&str]) {
        let mut backwards = names.to_vec();
        backwards.reverse();
        for (sort, names) in [(sort.to_owned(), names), (format!("-{sort}"), &*backwards)] {
            let list = format!("{}sort={sort}", begun(list));
            let walked = self.walks(&list).await;
            let walked: Vec<&str> = walked
                .iter()
                .filter_map(|item| item["name"].as_str())
                .collect();
            assert_eq!(walked, names, "{list}");
            for (number, names) in (1..).zip(names.chunks(LIMIT)) {
                let page = format!("{}&page={number}&count=true", limited(&list));
                let page = self.get(&page).await.expect(200);
                assert_eq!(page.column("name"), names, "page {number} of {list}");
                assert_eq!(page.at("/page/total"), walked.len(), "{list}");
            }
        }
    }
}

/// The address, ready for another parameter.
fn begun(list: &str) -> String {
    let joint = if list.contains('?') { '&' } else { '?' };
    format!("{list}{joint}")
}

fn limited(list: &str) -> String {
    format!("{}limit={LIMIT}", begun(list))
}
