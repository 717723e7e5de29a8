import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ads1115 } from "#devices/chips/ads1115.ts";
import { floor } from "#devices/furniture/floor.ts";
import type { Detection } from "#devices/stream.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import { ThreadStreams } from "#firmware/stream/thread.ts";
import { bundle } from "#scripts/bundle/bundle.ts";
import { entryOf, streamEntryOf } from "#scripts/bundle/kinds.ts";

/**
 * The floor's thread over an adapter that plays ADS1115s in real time: a quiet tile for half a second, then a load of
 * 60 kg that comes and goes each second. At 0x49 something else answers, at 0x4a nobody does after a while.
 */
const scripted = `
import { floor } from "./devices/furniture/floor.ts";
import { streamThread } from "./firmware/stream/worker.ts";

const pressS = 0.12;
const beginMs = performance.now();
const rise = (seconds) => {
  const at = (seconds % 1) / pressS;
  return seconds < 0.5 || at > 1 ? 0 : (Math.PI / 2) * Math.sin(Math.PI * at) / pressS;
};
const height = (seconds) => {
  const at = (seconds % 1) / pressS;
  const fall = ((seconds % 1) - 0.7) / pressS;
  if (seconds < 0.5) return 0;
  return at < 1 ? (1 - Math.cos(Math.PI * at)) / 2 : fall < 0 ? 1 : Math.max(0, (1 + Math.cos(Math.PI * fall)) / 2);
};
const metres = 60 * 9.80665 / 160_000;
const volts = (input) => {
  const seconds = (performance.now() - beginMs) / 1_000;
  const isFalling = seconds > 0.5 && seconds % 1 > 0.7 && seconds % 1 < 0.7 + pressS;
  const velocity = metres * (isFalling ? -rise(seconds - 0.7) : rise(seconds));
  return input === 0 ? 1.65 + (velocity * 120) / 10 : 0.3 + 250 * metres * height(seconds);
};
const parts = new Map();
const part = (address) => {
  if (!parts.has(address)) parts.set(address, { config: 0x8583, counts: 0, transfers: 0 });
  return parts.get(address);
};
const acknowledge = (address) => {
  const chip = part(address);
  if (address === 0x4a && ++chip.transfers > 200) throw Object.assign(new Error("EREMOTEIO"), { errno: 121 });
  return chip;
};
const adapter = {
  i2cFuncs: async () => ({}),
  async i2cWrite(address, length, buffer) {
    const chip = acknowledge(address);
    chip.config = buffer.readUInt16BE(1);
    chip.counts = Math.round((volts(((chip.config >> 12) & 7) - 4) / 4.096) * 0x8000);
    return { bytesWritten: length, buffer };
  },
  async readI2cBlock(address, register, length, buffer) {
    const chip = acknowledge(address);
    const thresholds = address === 0x49 ? [0x4b00, 0x5000] : [0x8000, 0x7fff];
    buffer.writeUInt16BE([chip.counts, chip.config, ...thresholds][register]);
    return { bytesRead: length, buffer };
  },
  i2cRead: async () => { throw new Error("nobody reads without a register"); },
  close: async () => {},
};
streamThread(floor, { open: async () => adapter });
`;

let folder: string;
let streams: ThreadStreams;
const clock = systemClock();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "plinth-stream-"));
  await bundle({ kind: "unit", entry: "", stream: scripted, out: join(folder, "unit") });
  streams = new ThreadStreams(pathToFileURL(join(folder, "unit/stream/stream.js")), clock);
});
afterAll(async () => {
  await streams.close();
  rmSync(folder, { recursive: true });
});

const openTile = (tile: number, onDetections: (found: readonly Detection[]) => void = () => {}) => {
  const { place, stream } = floor.roles[`tile${tile}`]!;
  return streams.open({ role: `tile${tile}`, part: ads1115, place, stream: stream! }, onDetections);
};

describe("the thread that streams", () => {
  it("tells what its detectors find, in the unit's own time, and how fast it samples", async () => {
    const beganMs = clock.now();
    let enough = () => {};
    const heard: Detection[] = [];
    const twoPresses = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const tile = await openTile(1, (found) => {
      heard.push(...found);
      if (heard.filter(({ output }) => output === "press").length >= 2) enough();
    });
    await tile.probe();
    await tile.configure();
    await twoPresses;
    const { rate, missed } = await tile.sample();
    await tile.close();
    const presses = heard.filter(({ output }) => output === "press");
    for (const { value, atMs } of presses.slice(1, 2)) {
      // How well depends on how busy this machine is; on virtual time it is held to a kilogram.
      expect(value).toBeGreaterThan(12);
      expect(atMs).toBeGreaterThan(beganMs);
      expect(atMs).toBeLessThan(clock.now());
    }
    expect(rate).toBeGreaterThan(0);
    expect(missed).toBeGreaterThanOrEqual(0);
  });

  it("hands on what a driver finds wrong, as the error that it is", async () => {
    const other = await openTile(2);
    await expect(other.probe()).rejects.toMatchObject({
      name: "PortError",
      kind: "wrong-device",
      address: 0x49,
      message: expect.stringContaining("check the address straps"),
    });
    await other.close();
  });

  it("says what ended a stream, and goes on with the others", async () => {
    const [steady, dying] = await Promise.all([openTile(1), openTile(3)]);
    for (const tile of [steady, dying]) {
      await tile.probe();
      await tile.configure();
    }
    const ended = async () => {
      for (;;) await dying.sample();
    };
    await expect(ended()).rejects.toMatchObject({ kind: "no-acknowledge-address", address: 0x4a });
    expect((await steady.sample()).rate).toBeGreaterThan(0);
    await steady.close();
    await dying.close();
  });

  it("rejects what was asked of it when it ends, and begins again when something is opened", async () => {
    const tile = await openTile(1);
    await tile.configure();
    const sampling = tile.sample();
    await Promise.all([expect(sampling).rejects.toMatchObject({ kind: "bus" }), streams.close()]);
    const again = await openTile(1);
    await again.probe();
    await again.close();
  });

  it("refuses a role that its kind does not stream", async () => {
    const { place, stream } = floor.roles.tile1!;
    const opening = streams.open({ role: "climate", part: ads1115, place, stream: stream! }, () => {});
    await expect(opening).rejects.toThrow("floor streams no ads1115 as climate");
  });
});

describe("plinth build", () => {
  it("puts the thread of a kind that streams beside its bundle, with addons of its own", async () => {
    const out = join(folder, "floor");
    const stream = await streamEntryOf("floor");
    const { manifest } = await bundle({ kind: "floor", entry: await entryOf("floor"), stream: stream!, out });
    expect(Object.keys(manifest.files)).toEqual(
      expect.arrayContaining(["stream/stream.js", "stream/i2c.node"]),
    );
    expect(readdirSync(join(out, "stream")).sort()).toEqual(["i2c.node", "stream.js"]);
  });

  it("makes no thread for a kind that does not", async () => {
    expect(await streamEntryOf("streetlight")).toBeUndefined();
  });
});
