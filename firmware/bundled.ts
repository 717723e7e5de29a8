import type { Furniture } from "#devices/furniture/vocabulary.ts";
import { StoreError } from "#devices/ports/store.ts";
import type { UnitConfig } from "./config.ts";
import type { Wires } from "./recorder/flight-recorder.ts";
import { errorOf, type Failure } from "./stream/messages.ts";
import type { Unit, UnitOptions } from "./unit/unit.ts";

/** What is in a bundle, for whoever has other surroundings for it than a board's. */
export interface Bundled {
  readonly declaration: Furniture;
  readonly version: string;
  /** What its code takes for a failure of a port or of the store: an error of another copy of a class is not one. */
  readonly errors: Errors;
  /** Starts a unit over these wires. */
  start(config: UnitConfig, wires: Wires, options: UnitOptions): Promise<Unit>;
}

export interface Errors {
  port(failure: Failure): Error;
  store(...failure: ConstructorParameters<typeof StoreError>): Error;
}

export const errors: Errors = {
  port: errorOf,
  store: (...failure) => new StoreError(...failure),
};

/** Of the global object: where whoever loads a bundle into its own process waits for what is in it. */
const takerKey = Symbol.for("plinth.taker");

/** Gives a bundle's contents to whoever waits for them. @returns false when nobody does: it is to run by itself */
export function isTaken(bundled: Bundled): boolean {
  const taker: unknown = Reflect.get(globalThis, takerKey);
  if (typeof taker !== "function") return false;
  taker(bundled);
  return true;
}

/** Loads a bundle by `load`, and takes what is in it. Undefined when it was none. */
export function taken(load: () => void): Bundled | undefined {
  let bundled: Bundled | undefined;
  Reflect.set(globalThis, takerKey, (given: Bundled) => {
    bundled = given;
  });
  try {
    load();
  } finally {
    Reflect.deleteProperty(globalThis, takerKey);
  }
  return bundled;
}
