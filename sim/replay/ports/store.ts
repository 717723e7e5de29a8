import type { Store, StoreErrorKind, StoreFile } from "#devices/ports/store.ts";
import type { Errors } from "#firmware/bundled.ts";
import { MemoryStore } from "#firmware/ports/memory-store.ts";
import type { FlightEvent } from "#firmware/recorder/event.ts";
import { fileSort } from "#firmware/recorder/ports/store.ts";
import type { ReplayClock } from "../clock.ts";

/** A medium that fails when it failed. Beside documents it begins empty: what waited in the outbox is not in the record. */
export function replayedStore(
  clock: ReplayClock,
  failures: readonly FlightEvent[],
  { toleranceMs, errors }: { readonly toleranceMs: number; readonly errors: Errors },
): Store {
  const memory = new MemoryStore();
  const pending = [...failures];
  const tried = (operation: string, name: string) => {
    const subject = `${operation} ${fileSort(name)}`;
    const at = pending.findIndex(
      (event) => event.subject === subject && Math.abs(event.atMs - clock.now()) <= toleranceMs,
    );
    if (at < 0) return;
    const [{ payload }] = pending.splice(at, 1) as [FlightEvent];
    throw errors.store(new TextDecoder().decode(payload) as StoreErrorKind, name, operation);
  };
  const file = (opened: StoreFile): StoreFile => ({
    name: opened.name,
    size: opened.size,
    read: (offset, length) => opened.read(offset, length),
    async write(offset, bytes) {
      tried("write", opened.name);
      await opened.write(offset, bytes);
    },
    async sync() {
      tried("sync", opened.name);
      await opened.sync();
    },
    close: () => opened.close(),
  });
  return {
    list: () => memory.list(),
    async create(name, size) {
      tried("create", name);
      return file(await memory.create(name, size));
    },
    open: async (name) => file(await memory.open(name)),
    read: (name) => memory.read(name),
    async replace(name, bytes) {
      tried("replace", name);
      await memory.replace(name, bytes);
    },
    async remove(name) {
      tried("remove", name);
      await memory.remove(name);
    },
  };
}
