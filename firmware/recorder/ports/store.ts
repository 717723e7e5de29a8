import { type Store, StoreError, type StoreFile } from "#devices/ports/store.ts";
import { type DocumentName, documentNames } from "../knowledge.ts";
import type { Recorder } from "../recorder.ts";

/** A document as it may be written down. */
export type ScrubDocument = (name: DocumentName, bytes: Uint8Array) => unknown;

const isDocument = (name: string): name is DocumentName =>
  (documentNames as readonly string[]).includes(name);

/** Notes what the store refuses, and of what it takes the documents. */
export function recordedStore(store: Store, recorder: Recorder, scrub: ScrubDocument): Store {
  const noted = async <T>(operation: string, name: string, call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      if (error instanceof StoreError)
        recorder.note("store", `${operation} ${fileSort(name)}`, { payload: error.kind });
      throw error;
    }
  };
  const file = (opened: StoreFile): StoreFile => ({
    name: opened.name,
    size: opened.size,
    read: (offset, length) => opened.read(offset, length),
    write: (offset, bytes) => noted("write", opened.name, () => opened.write(offset, bytes)),
    sync: () => noted("sync", opened.name, () => opened.sync()),
    close: () => opened.close(),
  });
  return {
    list: () => store.list(),
    create: async (name, size) => file(await noted("create", name, () => store.create(name, size))),
    open: async (name) => file(await store.open(name)),
    read: (name) => store.read(name),
    async replace(name, bytes) {
      await noted("replace", name, () => store.replace(name, bytes));
      if (!isDocument(name)) return;
      const content = scrub(name, bytes);
      recorder.note("document", name, { payload: JSON.stringify(content) ?? "null" });
      recorder.learnDocument(name, content);
    },
    remove: (name) => noted("remove", name, () => store.remove(name)),
  };
}

/** A document by its name; all segments of the outbox are one to whoever has another outbox. */
export const fileSort = (name: string): string =>
  isDocument(name.replace(/\.previous$/, "")) ? name : "outbox";
