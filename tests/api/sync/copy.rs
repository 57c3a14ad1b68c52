//! A client that keeps a copy. It applies pages, repeats some, forgets where it was, and falls back to earlier states.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::client::Client;
use crate::support::random::Random;

/// Items by kind, id and language, each as it was sent.
pub type Items = BTreeMap<(String, String, String), String>;

/// A copy, and where it continues.
pub struct Copy {
    /// The filter, as in `&lang=fr`.
    pub filter: String,
    pub items: Items,
    next: String,
    /// Former addresses, with which a copy that is newer may continue.
    former: Vec<String>,
    /// Former states of all of the above.
    backups: Vec<(Items, String, Vec<String>)>,
    client: Client,
}

impl Copy {
    pub fn new(client: Client, filter: String) -> Self {
        let next = format!("/v1/sync?initial=true&limit=7{filter}");
        Self {
            filter,
            items: Items::new(),
            former: vec![next.clone()],
            next,
            backups: Vec::new(),
            client,
        }
    }

    /// Applies some pages, or has an accident.
    pub async fn goes_on(&mut self, random: &mut Random) {
        match random.below(8) {
            // It crashes after pages were applied, before the address was stored.
            0 => {
                self.next = random.pick(&self.former).clone();
                self.begins_anew();
            }
            // Its disk is restored.
            1 => {
                if let Some((items, next, former)) = self.backups.pop() {
                    (self.items, self.next, self.former) = (items, next, former);
                }
            }
            2 => {
                let state = (self.items.clone(), self.next.clone(), self.former.clone());
                self.backups.push(state);
            }
            _ => {}
        }
        for _ in 0..random.below(4) {
            let is_repeated = random.one_in(4);
            let before = self.next.clone();
            self.applies_page().await;
            if is_repeated {
                let after = std::mem::replace(&mut self.next, before);
                self.begins_anew();
                self.applies_page().await;
                // The repeated page may end elsewhere.
                if random.one_in(2) {
                    self.next = after;
                }
            }
        }
    }

    /// Whoever begins anew has nothing, neither items nor addresses.
    fn begins_anew(&mut self) {
        if self.next.contains("initial=true") {
            self.items.clear();
            self.former = vec![self.next.clone()];
        }
    }

    /// Applies pages until the copy is up to date. Returns the number of pages.
    pub async fn catches_up(&mut self) -> usize {
        for pages in 1.. {
            if !self.applies_page().await {
                return pages;
            }
            assert!(pages < 2000, "{} does not come to an end", self.filter);
        }
        0
    }

    async fn applies_page(&mut self) -> bool {
        let page = self.client.get(&self.next).await.expect(200);
        for item in page.items() {
            self.applies(item);
        }
        page.text("/page/next").clone_into(&mut self.next);
        self.former.push(self.next.clone());
        page.at("/page/more") == true
    }

    fn applies(&mut self, item: &Value) {
        let text = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
        let key = (text("kind"), text("id"), text("lang"));
        match item["op"].as_str() {
            Some("upsert") => {
                let content = item[text("kind")].to_string();
                assert_ne!(content, "null", "{item}");
                self.items.insert(key, content);
            }
            Some("delete") => drop(self.items.remove(&key)),
            _ => panic!("what to do? {item}"),
        }
    }
}

/// Reads all items of the lists that correspond to a filter.
pub async fn full_read(client: &Client, filter: &str, langs: &[&str]) -> Items {
    let parameters: Vec<(&str, &str)> = filter
        .split('&')
        .filter_map(|one| one.split_once('='))
        .collect();
    let value = |wanted: &str| {
        let mut found = parameters.iter().filter(|(name, _)| *name == wanted);
        found.next().map(|(_, value)| *value)
    };
    let langs = value("lang").map_or(langs.to_vec(), |langs| langs.split(',').collect());
    let of_posts: Vec<String> = parameters
        .iter()
        .filter(|(name, _)| !["lang", "kinds"].contains(name))
        .map(|(name, value)| format!("&{name}={value}"))
        .collect();
    let mut items = Items::new();
    for kind in value("kinds").unwrap_or("post").split(',') {
        match kind {
            "post" => posts(client, &of_posts.concat(), &langs, &mut items).await,
            "comment" => comments(client, &mut items).await,
            kind => things(client, kind, &langs, &mut items).await,
        }
    }
    items
}

async fn posts(client: &Client, filter: &str, langs: &[&str], items: &mut Items) {
    for lang in langs {
        let list = format!("/v1/posts?limit=100&lang={lang}{filter}");
        for post in all(client, &list).await {
            let id = post["id"].as_str().unwrap().to_owned();
            let key = ("post".to_owned(), id, (*lang).to_owned());
            items.insert(key, post.to_string());
        }
    }
}

async fn comments(client: &Client, items: &mut Items) {
    for post in all(client, "/v1/posts?limit=100&type=post,page").await {
        let list = format!(
            "/v1/posts/{}/comments?limit=100",
            post["id"].as_str().unwrap()
        );
        for comment in all(client, &list).await {
            let id = comment["id"].as_str().unwrap().to_owned();
            items.insert(
                ("comment".to_owned(), id, String::new()),
                comment.to_string(),
            );
        }
    }
}

async fn things(client: &Client, kind: &str, langs: &[&str], items: &mut Items) {
    let plural = match kind {
        "category" => "categories".to_owned(),
        kind => format!("{kind}s"),
    };
    let lang = match langs {
        [only] => format!("&lang={only}"),
        _ => String::new(),
    };
    for mut thing in all(client, &format!("/v1/{plural}?limit=100{lang}")).await {
        thing.as_object_mut().unwrap().shift_remove("post_count");
        let id = thing["id"].as_str().unwrap().to_owned();
        items.insert((kind.to_owned(), id, String::new()), thing.to_string());
    }
}

async fn all(client: &Client, list: &str) -> Vec<Value> {
    let mut next = Some(list.to_owned());
    let mut all = Vec::new();
    while let Some(address) = next {
        let page = client.get(&address).await.expect(200);
        all.extend(page.items().iter().cloned());
        next = page.at("/page/next").as_str().map(str::to_owned);
    }
    all
}
