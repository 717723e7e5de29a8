import { describe, expect, it } from "vitest";
import { StoreError } from "#devices/ports/store.ts";
import { sectorBytes } from "./sparse-bytes.ts";
import { VirtualStore } from "./store.ts";

const filled = (length: number, value: number) => new Uint8Array(length).fill(value);
const kindOf = (work: Promise<unknown>) =>
  work.then(
    () => "resolved",
    (error: unknown) => (error instanceof StoreError ? error.kind : error),
  );

/** A medium with one file of four sectors: the first two synced as 1, then all overwritten with 2. */
async function halfWritten() {
  const medium = new VirtualStore();
  const file = await medium.mount().create("a.log", 4 * sectorBytes);
  await file.write(0, filled(2 * sectorBytes, 1));
  await file.sync();
  await file.write(0, filled(4 * sectorBytes, 2));
  return { medium, file };
}

const content = async (medium: VirtualStore) => (await medium.mount().read("a.log"))!;

describe("VirtualStore at a power cut", () => {
  it("keeps what was synced, whatever the seed", async () => {
    const medium = new VirtualStore();
    const file = await medium.mount().create("a.log", 4 * sectorBytes);
    await file.write(100, filled(1500, 7));
    await file.sync();
    for (let seed = 0; seed < 50; seed++) {
      const after = await content(medium.image(seed));
      expect(after.subarray(100, 1600)).toEqual(filled(1500, 7));
    }
  });

  it("keeps, loses and tears unsynced sectors, each on its own, and invents no byte", async () => {
    const { medium } = await halfWritten();
    const seen = new Set<string>();
    for (let seed = 0; seed < 200; seed++) {
      const after = await content(medium.image(seed));
      for (let sector = 0; sector < 4; sector++) {
        const old = sector < 2 ? 1 : 0;
        const part = after.subarray(sector * sectorBytes, (sector + 1) * sectorBytes);
        const news = part.filter((byte) => byte === 2).length;
        expect(news + part.filter((byte) => byte === old).length).toBe(sectorBytes);
        const fate = news === sectorBytes ? "kept" : news === 0 ? "lost" : part[0] === 2 ? "head" : "tail";
        seen.add(`${sector} ${fate}`);
      }
    }
    expect(seen.size).toBe(16);
  });

  it("leaves the same bytes for the same seed", async () => {
    const { medium } = await halfWritten();
    expect(await content(medium.image(5))).toEqual(await content(medium.image(5)));
  });

  it("leaves in an image what a cut in place would leave, and the original untouched", async () => {
    const { medium } = await halfWritten();
    const image = await content(medium.image(9));
    medium.powerCut(9);
    expect(await content(medium)).toEqual(image);
  });

  it("keeps a call from taking effect when the power goes just before it does", async () => {
    const { medium, file } = await halfWritten();
    medium.onChange = (operation) => {
      if (operation === "sync") medium.powerCut(3);
    };
    const image = await content(medium.image(3));
    let settled = false;
    void file.sync().finally(() => {
      settled = true;
    });
    expect(await content(medium)).toEqual(image);
    await new Promise((resolve) => setImmediate(resolve));
    expect([settled, medium.syncs]).toEqual([false, 1]);
  });

  it("never settles a call of the process that lost its power, and keeps it from the medium", async () => {
    const medium = new VirtualStore();
    const before = medium.mount();
    const file = await before.create("a.log", sectorBytes);
    medium.powerCut(1);
    const settled: string[] = [];
    for (const call of [before.list(), file.write(0, filled(1, 1)), file.sync(), before.remove("a.log")])
      call.then(
        () => settled.push("resolved"),
        () => settled.push("rejected"),
      );
    const after = medium.mount();
    expect((await after.read("a.log"))?.[0]).toBe(0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(settled).toEqual([]);
  });
});

describe("VirtualStore with faults", () => {
  it("says `full` when a new file does not fit, and has room again after a removal", async () => {
    const medium = new VirtualStore();
    const store = medium.mount();
    medium.fill(1000);
    await store.create("a.log", 800);
    expect(await kindOf(store.create("b.log", 800))).toBe("full");
    expect(await kindOf(store.replace("b.json", filled(201, 1)))).toBe("full");
    await store.remove("a.log");
    expect(await kindOf(store.create("b.log", 1000))).toBe("resolved");
  });

  it("still writes within a preallocated file when the medium is full", async () => {
    const medium = new VirtualStore();
    const file = await medium.mount().create("a.log", 800);
    medium.fill(0);
    expect(await kindOf(file.write(0, filled(800, 1)))).toBe("resolved");
    expect(await kindOf(file.sync())).toBe("resolved");
  });

  it("fails exactly the k-th change, half done", async () => {
    const medium = new VirtualStore();
    const file = await medium.mount().create("a.log", 100);
    medium.failWrite(2);
    expect(await kindOf(file.write(0, filled(10, 1)))).toBe("resolved");
    expect(await kindOf(file.write(10, filled(10, 2)))).toBe("io");
    expect(await kindOf(file.write(20, filled(10, 3)))).toBe("resolved");
    expect(await file.read(10, 10)).toEqual(Uint8Array.of(2, 2, 2, 2, 2, 0, 0, 0, 0, 0));
  });

  it("forgets the bytes of a failed sync, though reads show them and the next sync resolves", async () => {
    const medium = new VirtualStore();
    const file = await medium.mount().create("a.log", sectorBytes);
    await file.write(0, filled(sectorBytes, 9));
    medium.failSync(1);
    expect(await kindOf(file.sync())).toBe("io");
    expect(await kindOf(file.sync())).toBe("resolved");
    expect(await file.read(0, 3)).toEqual(Uint8Array.of(9, 9, 9));
    const first = new Set<number>();
    for (let seed = 0; seed < 30; seed++) first.add((await content(medium.image(seed)))[0]!);
    expect([...first].sort()).toEqual([0, 9]);
  });

  it("refuses every change while read-only, and reads on", async () => {
    const medium = new VirtualStore();
    const store = medium.mount();
    const file = await store.create("a.log", 10);
    medium.readOnly();
    expect(await kindOf(file.write(0, filled(1, 1)))).toBe("read-only");
    expect(await kindOf(store.replace("a", filled(1, 1)))).toBe("read-only");
    expect(await kindOf(store.remove("a.log"))).toBe("read-only");
    expect(await file.read(0, 1)).toEqual(Uint8Array.of(0));
  });

  it("inverts the bits it is told to", async () => {
    const medium = new VirtualStore();
    await medium.mount().replace("a.log", filled(3, 0x0f));
    medium.corrupt("a.log", 1, 0x81);
    expect(await content(medium)).toEqual(Uint8Array.of(0x0f, 0x8e, 0x0f));
  });

  it("counts a sector each time it reaches the medium", async () => {
    const medium = new VirtualStore();
    const file = await medium.mount().create("a.log", 4 * sectorBytes);
    await file.write(0, filled(10, 1));
    await file.write(20, filled(10, 1));
    await file.sync();
    await file.write(sectorBytes - 1, filled(2, 1));
    await file.sync();
    expect([medium.sectorsWritten, medium.syncs]).toEqual([3, 2]);
  });
});
