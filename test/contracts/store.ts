import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Store, StoreError } from "#devices/ports/store.ts";

export interface StoreBench {
  readonly store: Store;
  /** The same medium for the next process, after the last one ended without a goodbye. */
  reopen(): Promise<Store>;
  close(): Promise<void>;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (content: Uint8Array | undefined) =>
  content === undefined ? undefined : new TextDecoder().decode(content);
const kindOf = (work: Promise<unknown>) =>
  work.then(
    () => "resolved",
    (error: unknown) => (error instanceof StoreError ? error.kind : error),
  );

/** What `devices/ports/store.ts` promises, held against one implementation. */
export function storeContract(name: string, makeStore: () => Promise<StoreBench>): void {
  describe(`${name} keeps the store contract`, () => {
    let bench: StoreBench;
    beforeEach(async () => {
      bench = await makeStore();
    });
    afterEach(() => bench.close());

    it("starts empty and lists its files by name", async () => {
      expect(await bench.store.list()).toEqual([]);
      await bench.store.replace("b.json", bytes("{}"));
      await (await bench.store.create("a-1.log", 10)).close();
      expect(await bench.store.list()).toEqual(["a-1.log", "b.json"]);
    });

    it("creates a file of zeros of the size asked for", async () => {
      const file = await bench.store.create("a.log", 100_001);
      expect([file.name, file.size]).toEqual(["a.log", 100_001]);
      const content = await file.read(0, 100_001);
      expect([content.length, content.findIndex((byte) => byte !== 0)]).toEqual([100_001, -1]);
      await file.close();
    });

    it("creates anew what exists already", async () => {
      await bench.store.replace("a.log", bytes("old content"));
      const file = await bench.store.create("a.log", 4);
      expect(await file.read(0, 4)).toEqual(Uint8Array.of(0, 0, 0, 0));
      await file.close();
      expect((await bench.store.read("a.log"))?.length).toBe(4);
    });

    it("reads what was written where it was written, before and after a sync and in the next process", async () => {
      const file = await bench.store.create("a.log", 2048);
      await file.write(510, bytes("spans two sectors"));
      expect(text(await file.read(510, 17))).toBe("spans two sectors");
      await file.sync();
      expect(text(await file.read(516, 3))).toBe("two");
      await file.close();
      const again = await (await bench.reopen()).open("a.log");
      expect([again.size, text(await again.read(510, 17))]).toEqual([2048, "spans two sectors"]);
      await again.close();
    });

    it("copies the bytes it is given, so that the caller may use the buffer again", async () => {
      const file = await bench.store.create("a.log", 8);
      const buffer = bytes("first");
      await file.write(0, buffer);
      buffer.fill(0);
      expect(text(await file.read(0, 5))).toBe("first");
      await file.close();
    });

    it("replaces a whole file, longer or shorter, and keeps it", async () => {
      await bench.store.replace("settings.json", bytes("a long first content"));
      await bench.store.replace("settings.json", bytes("short"));
      expect(await bench.store.read("settings.json")).toEqual(bytes("short"));
      expect(text(await (await bench.reopen()).read("settings.json"))).toBe("short");
    });

    it("leaves an open file as it was when its name gets new content", async () => {
      const file = await bench.store.create("a.log", 5);
      await file.write(0, bytes("inode"));
      await bench.store.replace("a.log", bytes("other"));
      expect(text(await file.read(0, 5))).toBe("inode");
      await file.close();
    });

    it("removes a file with its name", async () => {
      await bench.store.replace("a.json", bytes("x"));
      await bench.store.remove("a.json");
      expect(await bench.store.list()).toEqual([]);
      expect(await bench.store.read("a.json")).toBeUndefined();
    });

    it("says `missing` of a file that is not there, and reads it as undefined", async () => {
      expect(await kindOf(bench.store.open("a.log"))).toBe("missing");
      expect(await kindOf(bench.store.remove("a.log"))).toBe("missing");
      expect(await bench.store.read("a.log")).toBeUndefined();
    });

    it("refuses names that another medium could not hold", async () => {
      for (const bad of ["", ".hidden", "../up", "a/b", "Upper", "a_b", "a".repeat(129)]) {
        expect(await kindOf(bench.store.create(bad, 1))).toBeInstanceOf(RangeError);
        expect(await kindOf(bench.store.replace(bad, bytes("x")))).toBeInstanceOf(RangeError);
        expect(await kindOf(bench.store.read(bad))).toBeInstanceOf(RangeError);
      }
      expect(await bench.store.list()).toEqual([]);
    });

    it("never grows a file: a read or write outside it is the caller's mistake", async () => {
      const file = await bench.store.create("a.log", 10);
      expect(await kindOf(file.write(8, bytes("abc")))).toBeInstanceOf(RangeError);
      expect(await kindOf(file.write(-1, bytes("a")))).toBeInstanceOf(RangeError);
      expect(await kindOf(file.read(9, 2))).toBeInstanceOf(RangeError);
      expect(await kindOf(file.read(0.5, 1))).toBeInstanceOf(RangeError);
      expect(await file.read(10, 0)).toHaveLength(0);
      await file.close();
    });

    it("fails with `io` on a closed file", async () => {
      const file = await bench.store.create("a.log", 10);
      await file.close();
      expect(await kindOf(file.read(0, 1))).toBe("io");
      expect(await kindOf(file.write(0, bytes("a")))).toBe("io");
      expect(await kindOf(file.sync())).toBe("io");
    });
  });
}
