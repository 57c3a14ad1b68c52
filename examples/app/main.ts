/** Keeps a copy in a file until Ctrl-C, and says what happens. */

import { OfflineCopy } from "./copy.js";
import { FileStorage } from "./file_storage.js";

const [path = "copy.ndjson", filter = "lang=fr&include=body"] = process.argv.slice(2);
const storage = await FileStorage.open(path);
const copy = new OfflineCopy(process.env["API_URL"] ?? "http://127.0.0.1:8080", filter, storage, {
  onStep: ({ items, place }) => {
    console.log(`${storage.items().length} items; next: ${place.reading}`);
    for (const { op, kind, id, lang, reason } of items) console.log(" ", op, kind, id, lang ?? "", reason ?? "");
  },
  onFailure: (failure) => console.warn(String(failure)),
});
const end = new AbortController();
process.once("SIGINT", () => end.abort());
await copy.keepUp(end.signal);
await storage.close();
