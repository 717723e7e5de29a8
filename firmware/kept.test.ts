import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Store, StoreError } from "#devices/ports/store.ts";
import { VirtualStore } from "#sim/ports/store.ts";
import { Kept } from "./kept.ts";

const name = "settings";
const older = { revision: "r1", settings: { holdTime: 45, neighbours: ["lamp-2"] } };
const newer = { revision: "r2", settings: { holdTime: 90, note: "Brücke" } };

function keptOn(medium: VirtualStore) {
  const told: string[] = [];
  return { kept: new Kept<unknown>(medium.mount(), name, (what) => told.push(what)), told };
}

/** A medium on which `newer` was saved after `older`. */
async function savedTwice(): Promise<VirtualStore> {
  const medium = new VirtualStore();
  const { kept } = keptOn(medium);
  await kept.save(older);
  await kept.save(newer);
  return medium;
}

const contentOf = (medium: VirtualStore, file: string) => {
  const bytes = medium.find(file)!;
  return bytes.read(0, bytes.size);
};

describe("a kept document", () => {
  it("is nothing before it was saved, and afterwards what was saved last", async () => {
    const medium = new VirtualStore();
    expect(await keptOn(medium).kept.load()).toBeUndefined();
    const { kept, told } = keptOn(await savedTwice());
    expect(await kept.load()).toEqual(newer);
    expect(told).toEqual([]);
  });

  it("brings back any JSON", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (content) => {
        const medium = new VirtualStore();
        await keptOn(medium).kept.save(content);
        // JSON has no negative zero, and JSON.stringify writes a lone surrogate as an escape.
        expect(await keptOn(medium).kept.load()).toEqual(JSON.parse(JSON.stringify(content)));
      }),
      { numRuns: 300 },
    );
  });

  it("with any single bit flipped gives way to its last good copy, and says so", async () => {
    const medium = await savedTwice();
    const { size } = medium.find(name)!;
    expect(size).toBeGreaterThan(60);
    for (let bit = 0; bit < size * 8; bit++) {
      medium.corrupt(name, bit >> 3, 1 << (bit & 7));
      const { kept, told } = keptOn(medium);
      expect(await kept.load()).toEqual(older);
      expect(told).toEqual(["settings is damaged and was set aside"]);
      medium.corrupt(name, bit >> 3, 1 << (bit & 7));
    }
    expect(await keptOn(medium).kept.load()).toEqual(newer);
  });

  it("cut at any length, or longer than it was, gives way to its last good copy", async () => {
    const whole = contentOf(await savedTwice(), name);
    const lengths = Array.from({ length: whole.length }, (_, length) => whole.subarray(0, length));
    for (const bytes of [...lengths, Uint8Array.of(...whole, 0x0a), Uint8Array.of(...whole, ...whole)]) {
      const medium = await savedTwice();
      medium.replace(name, bytes);
      const { kept, told } = keptOn(medium);
      expect(await kept.load()).toEqual(older);
      expect(told).toHaveLength(1);
    }
  });

  it("of which both copies are damaged is nothing, and both are told", async () => {
    const medium = await savedTwice();
    medium.corrupt(name, 20, 1);
    medium.corrupt(`${name}.previous`, 20, 1);
    const { kept, told } = keptOn(medium);
    expect(await kept.load()).toBeUndefined();
    expect(told).toEqual([
      "settings is damaged and was set aside",
      "settings.previous is damaged and was set aside",
    ]);
  });

  it("tells one that is lost from one that never was", async () => {
    const lost = { revision: "lost" };
    expect(await keptOn(new VirtualStore()).kept.load(lost)).toBeUndefined();
    const medium = await savedTwice();
    medium.corrupt(name, 20, 1);
    expect(await keptOn(medium).kept.load(lost)).toEqual(older);
    medium.corrupt(`${name}.previous`, 20, 1);
    expect(await keptOn(medium).kept.load(lost)).toEqual(lost);
    const dead: Store = Object.assign(Object.create(medium.mount()), {
      read: async (file: string) => {
        throw new StoreError("io", file, "read");
      },
    });
    expect(await new Kept<unknown>(dead, name, () => {}).load(lost)).toEqual(lost);
  });

  it("never replaces its last good copy by a damaged one", async () => {
    const medium = await savedTwice();
    medium.corrupt(name, 20, 1);
    await keptOn(medium).kept.save({ revision: "r3" });
    medium.corrupt(name, 20, 1);
    expect(await keptOn(medium).kept.load()).toEqual(older);
  });

  it("that cannot be read gives way to its copy: one bad cell does not keep a unit from starting", async () => {
    const medium = await savedTwice();
    const store = medium.mount();
    const told: string[] = [];
    const worn: Store = Object.assign(Object.create(store), {
      read: async (file: string) => {
        if (file === name) throw new StoreError("io", file, "read");
        return store.read(file);
      },
    });
    expect(await new Kept<unknown>(worn, name, (what) => told.push(what)).load()).toEqual(older);
    expect(told).toEqual([expect.stringMatching(/^read settings: the medium failed/)]);
  });

  it("is the old or the new after a power cut before, between and after the writes of a save", async () => {
    const medium = await savedTwice();
    const images: VirtualStore[] = [];
    medium.onChange = () => {
      for (let seed = 0; seed < 4; seed++) images.push(medium.image(seed));
    };
    await keptOn(medium).kept.save({ revision: "r3" });
    images.push(medium.image(1));
    expect(images.length).toBeGreaterThanOrEqual(9);
    const seen = new Set<string>();
    for (const image of images) {
      const { kept, told } = keptOn(image);
      const content = (await kept.load()) as { revision: string };
      seen.add(content.revision);
      expect(told).toEqual([]);
    }
    expect([...seen].sort()).toEqual(["r2", "r3"]);
  });

  it("stays what it was when the medium fails at either write of a save", async () => {
    for (const k of [1, 2]) {
      const medium = await savedTwice();
      medium.failWrite(k);
      const { kept } = keptOn(medium);
      await expect(kept.save({ revision: "r3" })).rejects.toMatchObject({ kind: "io" });
      expect(await kept.load()).toEqual(newer);
      await kept.save({ revision: "r4" });
      expect(await kept.load()).toEqual({ revision: "r4" });
    }
  });

  it("is saved one at a time, in order: the last one asked for stands", async () => {
    const medium = new VirtualStore();
    const { kept } = keptOn(medium);
    await Promise.all([1, 2, 3, 4].map((value) => kept.save(value)));
    expect(await kept.load()).toBe(4);
    medium.corrupt(name, 0, 1);
    expect(await keptOn(medium).kept.load()).toBe(3);
  });

  it("is not written again as it stands already, and is after a save that failed", async () => {
    const medium = await savedTwice();
    const { kept } = keptOn(medium);
    await kept.save(older);
    const syncs = medium.syncs;
    await kept.save(structuredClone(older));
    expect(medium.syncs).toBe(syncs);
    medium.failWrite(2);
    await expect(kept.save(newer)).rejects.toMatchObject({ kind: "io" });
    await kept.save(newer);
    expect(await keptOn(medium).kept.load()).toEqual(newer);
  });
});
