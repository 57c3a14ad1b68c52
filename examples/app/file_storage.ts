/** A copy in a file, for Node.js. Do the same with a transaction of IndexedDB in a browser, or of SQLite on a phone. */

import { open, readFile, rename, type FileHandle } from "node:fs/promises";

import { MemoryStorage, type Item, type Step } from "./storage.js";

/**
 * Each step is a line at the end of the file. A line that was not written to its end does not count, so a step is done or
 * not done. When the file is opened, it is written anew, without what later steps have replaced.
 */
export class FileStorage extends MemoryStorage {
  #file: FileHandle | undefined;
  #length = 0;

  static async open(path: string): Promise<FileStorage> {
    const storage = new FileStorage();
    const text = await readFile(path, "utf8").catch((error) => {
      if (error.code === "ENOENT") return "";
      throw error;
    });
    // What follows the last line break is empty, or was not written to its end.
    for (const line of text.split("\n").slice(0, -1)) await storage.#repeat(JSON.parse(line));
    storage.#file = await open(`${path}.new`, "w");
    for (const step of storage.#summary()) await storage.#append(step);
    await rename(`${path}.new`, path);
    return storage;
  }

  override async apply(step: Step): Promise<void> {
    await this.#append(step);
    await this.#repeat(step);
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  #repeat(step: Step): Promise<void> {
    return super.apply(step);
  }

  /** Writes a line after the last whole one. If that fails, the next one takes its place. */
  async #append(step: Step): Promise<void> {
    const line = Buffer.from(JSON.stringify(step) + "\n");
    await this.#file?.write(line, 0, line.length, this.#length);
    await this.#file?.datasync();
    this.#length += line.length;
  }

  /** Returns as few steps as possible that lead to this copy: one for each round whose items are still there. */
  #summary(): Step[] {
    const place = this.current;
    if (!place) return [];
    const rounds = new Map<number, Item[]>();
    for (const { item, round } of this.stored.values()) rounds.set(round, [...(rounds.get(round) ?? []), item]);
    rounds.delete(place.round);
    const former = [...rounds].map(([round, items]) => ({ items, place: { ...place, round }, completes: false }));
    const items = [...this.stored.values()].filter(({ round }) => round === place.round).map(({ item }) => item);
    return [...former, { items, place, completes: false }];
  }
}
