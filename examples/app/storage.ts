/** The place where a copy is kept: an interface, and an implementation in memory. `file_storage.ts` has one in a file. */

import type { components } from "./generated/delivery.js";

export type Item = components["schemas"]["Item"];

/** How far a copy is, and where it continues. */
export interface Place {
  /** The server and the filter. With others, another copy begins. */
  source: string;
  /** What is read next. */
  reading: "snapshot" | "sync" | "events";
  /** The token with which that continues; absent at the beginning of a snapshot. */
  token?: string;
  /** The id of the last event. */
  lastEvent?: string;
  /** The number of times that the copy was begun. */
  round: number;
}

/** Items to store or to remove, in this order, and the place after them. */
export interface Step {
  items: Item[];
  place: Place;
  /** True if the copy now has everything: items that no step of this round has stored are to be removed. */
  completes: boolean;
}

export interface Storage {
  /** Returns the place of the last step, if there was one. */
  place(): Promise<Place | undefined>;
  /** Does a step: all of it or, if the app is killed meanwhile, nothing. Doing one again must be harmless. */
  apply(step: Step): Promise<void>;
}

/** Identifies an item. A post is one item per language. */
export function key(item: Pick<Item, "kind" | "id" | "lang">): string {
  return [item.kind, item.id, item.lang ?? ""].join(" ");
}

/** A copy that ends with the app. */
export class MemoryStorage implements Storage {
  protected readonly stored = new Map<string, { item: Item; round: number }>();
  protected current: Place | undefined;

  async place(): Promise<Place | undefined> {
    return this.current;
  }

  async apply({ items, place, completes }: Step): Promise<void> {
    for (const item of items) {
      if (item.op === "upsert") this.stored.set(key(item), { item, round: place.round });
      else this.stored.delete(key(item));
    }
    if (completes) {
      for (const [key, { round }] of this.stored) if (round !== place.round) this.stored.delete(key);
    }
    this.current = place;
  }

  /** Returns the items, which an app shows. */
  items(): Item[] {
    return [...this.stored.values()].map(({ item }) => item);
  }
}
