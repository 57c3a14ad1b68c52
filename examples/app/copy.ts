/**
 * An offline copy of the public content of a Tribuna server: a snapshot first, then what has changed since (sync), then
 * changes as they happen (events). Each continues where the one before it ended, also after the app was killed.
 *
 * It needs what browsers and Node.js have: `fetch` with streams, `TextDecoder` and `AbortSignal.any`.
 */

import type { components } from "./generated/delivery.js";
import type { Item, Place, Step, Storage } from "./storage.js";

type SyncPage = components["schemas"]["SyncPage"];

export interface Options {
  /** The pause after the first failure, in milliseconds. It doubles with each further one. */
  firstPause: number;
  /** The longest pause, in milliseconds. */
  longestPause: number;
  /** The time without any sign of life after which a connection is given up, in milliseconds. Events have one every 15 s. */
  silence: number;
  /** Is called after each step, for example to show the items anew. */
  onStep: (step: Step) => void;
  /** Is called after each failure that is not final. The copy stays as it was, and can be shown. */
  onFailure: (failure: unknown) => void;
}

/** The server refuses the request, because of a wrong filter, for example. Trying again does not help. */
export class Refused extends Error {}

/** The server cannot continue from our place. */
class TokenExpired extends Error {}

/** The server is busy. It may have said for how many milliseconds. */
class Unavailable extends Error {
  constructor(message: string, readonly pause: number | undefined) {
    super(message);
  }
}

export class OfflineCopy {
  readonly #server: string;
  readonly #filter: string;
  readonly #storage: Storage;
  readonly #options: Options;

  /** `filter` has the parameters of `/v1/sync`: `lang=fr&include=body`. */
  constructor(server: string, filter: string, storage: Storage, options: Partial<Options> = {}) {
    this.#server = server;
    this.#filter = filter;
    this.#storage = storage;
    const ignore = () => {};
    const usual = { firstPause: 1000, longestPause: 60_000, silence: 45_000, onStep: ignore, onFailure: ignore };
    this.#options = { ...usual, ...options };
  }

  /**
   * Keeps the copy up to date until `signal` is aborted. Connections may break at any time; it connects again.
   *
   * @throws {Refused} if the server refuses the request.
   */
  async keepUp(signal: AbortSignal): Promise<void> {
    let place = await this.#beginning();
    for (let failures = 0; !signal.aborted; ) {
      try {
        for await (const step of this.#read(place, signal)) {
          await this.#storage.apply(step);
          place = step.place;
          failures = 0;
          this.#options.onStep(step);
        }
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof Refused) throw error;
        this.#options.onFailure(error);
        // The items stay until the new round is complete: an old copy is better than an empty one.
        if (error instanceof TokenExpired) place = this.#newRound(place.round + 1);
        await pause(this.#pauseAfter(error, failures), signal);
        failures += 1;
      }
    }
  }

  /** Returns the stored place, or the first one if this copy has another source. */
  async #beginning(): Promise<Place> {
    const stored = await this.#storage.place();
    const first = this.#newRound((stored?.round ?? 0) + 1);
    return stored?.source === first.source ? stored : first;
  }

  #newRound(round: number): Place {
    return { source: `${this.#server} ${this.#filter}`, reading: "snapshot", round };
  }

  /** Twice as long with each failure, unless the server says how long, and not all apps at the same moment. */
  #pauseAfter(error: unknown, failures: number): number {
    if (error instanceof Unavailable && error.pause !== undefined) return error.pause;
    const { firstPause, longestPause } = this.#options;
    return Math.min(longestPause, firstPause * 2 ** failures) * (0.5 + Math.random() / 2);
  }

  #read(place: Place, signal: AbortSignal): AsyncGenerator<Step> {
    switch (place.reading) {
      case "snapshot":
        return this.#readSnapshot(place, signal);
      case "sync":
        return this.#readSync(place, signal);
      case "events":
        return this.#readEvents(place, signal);
    }
  }

  /** Reads items up to each `resume` line as a step, so that a snapshot that breaks off continues there. */
  async *#readSnapshot(place: Place, signal: AbortSignal): AsyncGenerator<Step> {
    const query = place.token ? `resume=${place.token}` : this.#filter;
    let items: Item[] = [];
    for await (const line of this.#lines(`/v1/snapshot.ndjson?${query}`, signal)) {
      const value = JSON.parse(line) as Item | { resume: string } | { sync: string };
      if ("sync" in value) {
        yield { items, place: { ...place, reading: "sync", token: value.sync }, completes: true };
        return;
      }
      if ("resume" in value) {
        yield { items, place: { ...place, token: value.resume }, completes: false };
        items = [];
      } else {
        items.push(value);
      }
    }
    throw new Error("the snapshot broke off");
  }

  /** Reads a page. After the last one, events continue with its token. */
  async *#readSync(place: Place, signal: AbortSignal): AsyncGenerator<Step> {
    let text = "";
    for await (const line of this.#lines(`/v1/sync?token=${place.token}`, signal)) text += line;
    const { data, page } = JSON.parse(text) as SyncPage;
    const reading = page.more ? "sync" : "events";
    yield { items: data, place: { ...place, reading, token: page.token }, completes: false };
  }

  /** Reads server-sent events. With the id of the last one, the server sends exactly what came after it. */
  async *#readEvents(place: Place, signal: AbortSignal): AsyncGenerator<Step> {
    const headers: Record<string, string> = place.lastEvent ? { "Last-Event-ID": place.lastEvent } : {};
    let event: { id?: string; data?: string } = {};
    for await (const line of this.#lines(`/v1/events?token=${place.token}`, signal, headers)) {
      // A line is `name: value`, or a comment, which begins with a colon. An empty line ends the event.
      const [, name, value = ""] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      if (name === "id") event.id = value;
      if (name === "data") event.data = (event.data ?? "") + value;
      if (line !== "") continue;
      const { id, data } = event;
      event = {};
      if (id === undefined) continue;
      // An event without data only tells how far the log was read.
      yield { items: data ? [JSON.parse(data)] : [], place: { ...place, lastEvent: id }, completes: false };
    }
    throw new Error("the stream of events has ended");
  }

  /** Requests something and returns the lines of the answer as they come. */
  async *#lines(path: string, signal: AbortSignal, headers: Record<string, string> = {}): AsyncGenerator<string> {
    const connection = new AbortController();
    const giveUp = () => connection.abort(new Error("the server is silent"));
    let timer = setTimeout(giveUp, this.#options.silence);
    try {
      const both = AbortSignal.any([signal, connection.signal]);
      const response = await fetch(this.#server + path, { headers, signal: both });
      if (!response.ok || !response.body) throw await problemOf(response);
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      let rest = "";
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        clearTimeout(timer);
        timer = setTimeout(giveUp, this.#options.silence);
        const lines = (rest + decoder.decode(part.value, { stream: true })).split(/\r?\n/);
        rest = lines.pop() ?? "";
        yield* lines;
      }
      if (rest !== "") yield rest;
    } finally {
      clearTimeout(timer);
      connection.abort();
    }
  }
}

/** Returns the error that stands for an answer. */
async function problemOf(response: Response): Promise<Error> {
  const text = await response.text();
  const message = `${response.status}: ${text}`;
  if (response.status === 410 || text.includes('"invalid_token"')) return new TokenExpired(message);
  if (response.status !== 429 && response.status < 500) return new Refused(message);
  const after = response.headers.get("Retry-After");
  if (after === null) return new Unavailable(message, undefined);
  const time = /^\d+$/.test(after) ? Number(after) * 1000 : Date.parse(after) - Date.now();
  return new Unavailable(message, Number.isNaN(time) ? undefined : Math.max(0, time));
}

/** Waits, for a day at most, or until `signal` is aborted. */
function pause(time: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, Math.min(time, 86_400_000));
    signal.addEventListener("abort", done);
  });
}
