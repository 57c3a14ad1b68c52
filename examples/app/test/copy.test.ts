/**
 * Tests of the copy: with a real server behind a proxy that cuts connections, and with one that refuses in every way. The
 * first needs API_URL, API_EMAIL and API_PASSWORD, and changes posts: use a demo server.
 */

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { OfflineCopy, Refused, type Options } from "../copy.js";
import { FileStorage } from "../file_storage.js";
import { key, MemoryStorage, type Item } from "../storage.js";
import { Desk } from "./desk.js";
import { Proxy } from "./proxy.js";

const quick: Partial<Options> = { firstPause: 20, longestPause: 200 };

/** Waits until something holds, and fails with its last failure if that takes too long. */
async function eventually(holds: () => void | Promise<void>): Promise<void> {
  for (const deadline = Date.now() + 30_000; ; ) {
    try {
      return await holds();
    } catch (failure) {
      if (Date.now() > deadline) throw failure;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function sorted(items: Item[]): Item[] {
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function env(name: string): string {
  const value = process.env[name];
  assert.ok(value, `${name} is missing`);
  return value;
}

test("the copy is what a full read returns, however often the connection is cut", async (t) => {
  const server = env("API_URL");
  const desk = await Desk.signIn(server, env("API_EMAIL"), env("API_PASSWORD"));
  const proxy = await Proxy.start(server);
  const folder = await mkdtemp(join(tmpdir(), "copy-"));
  const path = join(folder, "copy.ndjson");
  let end = new AbortController();
  let kept = Promise.resolve();
  t.after(async () => {
    end.abort();
    await kept;
    proxy.stop();
    await rm(folder, { recursive: true });
  });

  const langs = ["en", "es", "fr"];
  const filter = `kinds=post,tag&lang=${langs}&include=body`;
  let storage = await FileStorage.open(path);
  const start = () => {
    end = new AbortController();
    kept = new OfflineCopy(proxy.url, filter, storage, quick).keepUp(end.signal);
  };
  const equals = async () => assert.deepEqual(sorted(storage.items()), sorted(await desk.everything(langs)));
  const asked = (what: string) => proxy.requests.filter((request) => request.includes(what)).length;

  const tag = await desk.newTag("Roofs");
  const first = await desk.publish("en", "A first roof", { tags: [tag] });
  const second = await desk.publish("fr", "Un second toit", { tags: [tag] });

  // The snapshot is cut after its first batch. Editors work meanwhile: on what was read, and on what was not.
  let cut = proxy.cut("/v1/snapshot.ndjson?kinds", 30_000);
  start();
  await cut;
  await eventually(() => assert.ok(storage.items().length > 0, "the cut comes before the first batch"));
  await desk.rename(first, "en", "A renamed roof");
  await desk.takeDown(second, "fr", "consent");
  await desk.renameTag(tag, "Roofs and gables");
  const third = await desk.publish("es", "Un tercer tejado", { tags: [tag] });

  // It continues, and ends. Then sync is cut.
  cut = proxy.cut("/v1/sync", 600);
  proxy.open();
  await cut;
  assert.equal(asked("/v1/snapshot.ndjson?resume="), 1);
  await desk.rename(third, "es", "Un tercer tejado, y otro");
  proxy.open();
  await eventually(equals);

  // An event comes at once. The next one is cut in its middle, and more is missed.
  await eventually(() => assert.equal(asked("/v1/events"), 1));
  await desk.rename(first, "en", "A roof, renamed again");
  await eventually(equals);
  assert.equal(asked("/v1/events"), 1);
  cut = proxy.cut("/v1/events", 300);
  await desk.rename(third, "es", "Un último tejado");
  await cut;
  await desk.takeDown(third, "es", "legal");
  const fourth = await desk.publish("fr", "Un quatrième toit", { tags: [tag] });
  proxy.open();
  await eventually(equals);
  assert.match(proxy.requests.at(-1) ?? "", /^GET \/v1\/events\?.*\r\nlast-event-id: \S+\r\n/is);

  // The app is killed while it writes, and comes back later.
  end.abort();
  await kept;
  await storage.close();
  const text = await readFile(path);
  await writeFile(path, text.subarray(0, -100));
  await desk.call("DELETE", `/v1/admin/posts/${fourth}`);
  await desk.rename(first, "en", "A roof at last");
  storage = await FileStorage.open(path);
  start();
  await eventually(equals);
  assert.equal(asked("/v1/snapshot.ndjson?kinds"), 1, "the copy was begun once");

  // Nothing was missed in the file either.
  end.abort();
  await kept;
  await storage.close();
  storage = await FileStorage.open(path);
  await equals();
  await storage.close();
});

test("a copy that cannot be continued is begun again, and shown until the new one is complete", async (t) => {
  const line = (value: object) => JSON.stringify(value) + "\n";
  const post = (id: string) => line({ op: "upsert", kind: "post", id, lang: "fr", post: { title: id } });
  const stored = () => storage.items().map((item) => item.id).join(" ");
  const storage = new MemoryStorage();
  const failures: string[] = [];
  let shown = "";

  // The answers of the server, in turn.
  const answers: ((response: ServerResponse) => void)[] = [
    (response) => response.writeHead(503, { "Retry-After": "0" }).end(),
    (response) => response.end(post("a") + post("b") + line({ resume: "1" }) + post("c")),
    (response) => response.end(line({ sync: "2" })),
    (response) => response.writeHead(410).end(),
    (response) => response.end(post("b") + line({ resume: "3" }) + "{"),
    (response) => {
      shown = stored();
      response.end(post("d") + line({ sync: "4" }));
    },
    (response) => response.writeHead(429, { "Retry-After": "Fri, 01 Jan 2021 00:00:00 GMT" }).end(),
    (response) => response.end(JSON.stringify({ data: [], page: { next: "", token: "5", more: false } })),
    // This one says nothing, and is given up.
    (response) => response.writeHead(200).flushHeaders(),
    (response) => response.end(": hello\nretry: 3000\nid: 6\n\nid: 7\ndata: " + post("e") + "\nid: 8\ndata: {"),
    (response) => response.writeHead(400).end("no"),
  ];
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.url} ${request.headers["last-event-id"] ?? ""}`.trim());
    answers.shift()?.(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close().closeAllConnections());

  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const onFailure = (failure: unknown) => failures.push(`${failure}`);
  const options = { firstPause: 1, longestPause: 5, silence: 1500, onFailure };
  const copy = new OfflineCopy(url, "lang=fr", storage, options);
  await assert.rejects(copy.keepUp(new AbortController().signal), Refused);

  assert.deepEqual(requests, [
    "/v1/snapshot.ndjson?lang=fr",
    "/v1/snapshot.ndjson?lang=fr",
    "/v1/snapshot.ndjson?resume=1",
    "/v1/sync?token=2",
    "/v1/snapshot.ndjson?lang=fr",
    "/v1/snapshot.ndjson?resume=3",
    "/v1/sync?token=4",
    "/v1/sync?token=4",
    "/v1/events?token=5",
    "/v1/events?token=5",
    "/v1/events?token=5 7",
  ]);
  // `c` came after the last line `resume`, and so not at all.
  assert.equal(shown, "a b");
  assert.equal(stored(), "b d e");
  assert.match(failures.join("\n"), /503[^]*broke off[^]*410[^]*JSON[^]*429[^]*silent[^]*has ended/);

  // With another filter, the copy is another one.
  answers.push((response) => response.end(post("f") + line({ sync: "9" })), (response) => response.writeHead(400).end("no"));
  await assert.rejects(new OfflineCopy(url, "lang=es", storage, options).keepUp(new AbortController().signal), Refused);
  assert.equal(stored(), "f");
});
