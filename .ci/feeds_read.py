"""Reads all feeds, page by page, and the sitemap, and compares them with the list of posts.

feeds_read.py BASE-URL FOLDER-FOR-NEWSBOAT
"""

import json
import sqlite3
import subprocess
import sys
import urllib.request
import xml.etree.ElementTree as xml

import feedparser

base, folder = sys.argv[1:]
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def read(url):
    with urllib.request.urlopen(url if url.startswith("http") else base + url, timeout=30) as response:
        return response.read()


def listed(lang):
    found, following = [], f"/v1/posts?lang={lang}&limit=100"
    while following:
        page = json.loads(read(following))
        found += page["data"]
        following = page["page"]["next"]
    return found


def feed(name, lang):
    """All items of a feed, with the id, title, link and authors of each."""
    items, following = [], f"/v1/feeds/{name}?lang={lang}&limit=7"
    while following:
        if name == "feed.json":
            page = json.loads(read(following))
            items += [(i["id"], i["title"], i["url"], [a["name"] for a in i["authors"]]) for i in page["items"]]
            following = page.get("next_url")
            continue
        page = feedparser.parse(read(following))
        assert not page.bozo, (name, page.get("bozo_exception"))
        assert page.version == {"rss.xml": "rss20", "atom.xml": "atom10"}[name], page.version
        assert page.feed.title and page.feed.link, page.feed
        for entry in page.entries:
            assert entry.content[0].value, entry
            assert entry.published_parsed, entry
            names = [author.name for author in entry.authors] if name == "atom.xml" else None
            items.append((entry.id, entry.title, entry.link, names))
        following = next((link.href for link in page.feed.links if link.rel == "next"), None)
    return items


def newsboat(name, lang):
    """The titles and links of the items of a feed, as newsboat stores them."""
    files = {part: f"{folder}/{lang}-{name}.{part}" for part in ("urls", "db", "config")}
    with open(files["urls"], "w") as urls:
        urls.write(f"{base}/v1/feeds/{name}?lang={lang}&limit=100\n")
    open(files["config"], "w").close()
    command = ["newsboat", "-u", files["urls"], "-c", files["db"], "-C", files["config"], "-x", "reload"]
    subprocess.run(command, check=True, timeout=60)
    with sqlite3.connect(files["db"]) as cache:
        return cache.execute("select title, url from rss_item where content <> ''").fetchall()


pages = set()
for lang in ("en", "fr", "ar"):
    posts = listed(lang)
    expected = [(post["title"], post["canonical_url"] or post["site_url"]) for post in posts]
    ids = None
    for name in ("rss.xml", "atom.xml", "feed.json"):
        items = feed(name, lang)
        assert [(title, link) for _, title, link, _ in items] == expected, (lang, name, items, expected)
        assert len({item[0] for item in items}) == len(items), (lang, name)
        assert ids in (None, [item[0] for item in items]), (lang, name)
        ids = [item[0] for item in items]
        for post, (_, _, _, names) in zip(posts, items):
            wanted = [author["name"] for author in post["authors"]]
            # Atom shows the author of the feed where an entry has none.
            assert names is None or not wanted or names == wanted, (names, wanted)
    for name in ("rss.xml", "atom.xml"):
        stored = newsboat(name, lang)
        assert sorted(stored) == sorted(expected), (lang, name, stored, expected)
    pages.update(post["site_url"] for post in posts if not post["canonical_url"])

found = set()
for part in xml.fromstring(read("/v1/sitemap.xml")).iter(SITEMAP + "loc"):
    found.update(loc.text for loc in xml.fromstring(read(part.text)).iter(SITEMAP + "loc"))
assert pages <= found, pages - found
print(f"{len(pages)} posts are in the feeds and among the {len(found)} pages of the sitemap")
