import { expect, it } from "vitest";
import type { FlightPiece } from "#devices/wire.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { VirtualStore } from "#sim/ports/store.ts";
import { packRecord } from "./file.ts";
import type { FlightAnswer } from "./flight-port.ts";
import { Keeper } from "./keeper.ts";
import { ignorant } from "./knowledge.ts";
import { RequestedRecords } from "./requests.ts";
import { Ring } from "./ring.ts";

const minutes = 60_000;
const epochMs = Date.UTC(2026, 10, 22, 20);

/** A unit's record of so many edges, whose bytes do not deflate. */
function setUp(edges = 3) {
  const loop = new EventLoop();
  const clock = new VirtualClock(loop);
  const medium = new VirtualStore();
  const troubles: string[] = [];
  const ring = new Ring(1 << 20, () => ignorant);
  let noise = 1;
  const noisy = () => {
    noise = (Math.imul(noise, 1_664_525) + 1_013_904_223) >>> 0;
    return noise >>> 24;
  };
  for (let at = 1; at <= edges; at++)
    ring.add({
      ...{ kind: "heard", subject: "/dev/ttyAMA0", atMs: at, forMs: 0 },
      payload: Uint8Array.from({ length: 1_000 }, noisy),
    });
  let packed = 0;
  const source = {
    boot: 7,
    pack: (why: string) => {
      packed++;
      const { lostEvents, ...contents } = ring.contents;
      return packRecord(
        {
          ...{ version: "0", kind: "streetlight", unit: "lamp-01", site: "demo", epoch: "0".repeat(16) },
          location: { latitude: 45, longitude: 7, timeZone: "Europe/Rome" },
          ...{ receipts: "puback", parts: {}, settings: {}, documents: {}, credentials: {}, why, lostEvents },
          ...{ startMs: 0, untilMs: loop.now, wallOffsetMs: epochMs },
        },
        contents,
      );
    },
  };
  const onTrouble = (what: string) => troubles.push(what);
  const keeper = new Keeper(medium.mount(), clock, 4, source, onTrouble);
  const requests = new RequestedRecords(clock, keeper, onTrouble);
  const pieces: FlightPiece[] = [];
  let isConnected = true;
  const publish = async (piece: FlightPiece) => {
    if (!isConnected) throw new Error("no connection");
    pieces.push(piece);
  };
  const connect = (connected: boolean) => {
    isConnected = connected;
  };
  const pass = (ms: number) => loop.runUntil(loop.now + ms);
  const made = () => packed;
  return { ...{ loop, medium, keeper, requests, troubles, pieces, connect, pass }, publish, made };
}

const problemOf = (answer: FlightAnswer) =>
  "refusals" in answer ? answer.refusals.map(({ problem, expected }) => `${problem}; ${expected}`) : [];
const flightOf = (answer: FlightAnswer) => {
  if ("refusals" in answer) throw new Error(`refused: ${problemOf(answer)}`);
  return answer.flight;
};
const joined = (pieces: readonly FlightPiece[]) =>
  Buffer.concat(pieces.map(({ data }) => Buffer.from(data, "base64")));

it("tells of what it has kept: name, size, time, and what else there is", async () => {
  const { requests, medium, pass } = setUp();
  await pass(90_000);
  const { file, bytes, ...rest } = flightOf(await requests.save());
  expect(file).toBe("record-000007-0001-request.flight");
  expect((await medium.image(0).mount().read(file))?.length).toBe(bytes);
  expect(rest).toEqual({ from: epochMs + 1, until: epochMs + 90_000, lostEvents: 0, kept: [file] });
});

it("says since when nothing is missing where the record has a gap", async () => {
  const { requests } = setUp(1_500);
  const { from, lostEvents } = flightOf(await requests.save());
  expect(lostEvents).toBeGreaterThan(100);
  // Events are one a millisecond: those of the beginning, the lost ones, and the rest.
  expect(from! - epochMs).toBeGreaterThan(lostEvents);
});

it("writes no more than three at once and one in ten minutes, whoever asks how often", async () => {
  const { requests, medium, pass } = setUp();
  let written = 0;
  medium.onChange = () => written++;
  await requests.save();
  const perRecord = written;
  for (let second = 1; second < 3_600; second++) {
    await pass(1_000);
    await requests.save();
  }
  // An hour of a request each second: three, and five of every ten minutes; older ones are removed.
  expect(written).toBeLessThanOrEqual(8 * (perRecord + 1));
  await pass(10 * minutes - 1_000 - (3_600 % 600) * 1_000);
  expect(problemOf(await requests.save())).toEqual([]);
  expect(problemOf(await requests.save())).toEqual([
    expect.stringMatching(/^comes too soon after others; a wait of \d+ s$/),
  ]);
});

it("refuses what the medium does not take, and says so", async () => {
  const { requests, medium, troubles } = setUp();
  medium.readOnly();
  expect(problemOf(await requests.save())).toEqual([
    expect.stringMatching(/^could not be stored: .*read-only.*; a working data partition$/),
  ]);
  expect(troubles).toHaveLength(1);
});

it("sends the record as it is now, piece by piece, though the medium takes nothing", async () => {
  const { requests, medium, pieces, publish, pass } = setUp(60);
  medium.readOnly();
  const { file, bytes } = flightOf(await requests.send(undefined, publish));
  expect(pieces).toEqual([]);
  await pass(5_000);
  expect(pieces.length).toBeGreaterThan(5);
  expect(joined(pieces)).toHaveLength(bytes);
  let at = 0;
  for (const piece of pieces) {
    expect(piece).toMatchObject({ file, bytes, offset: at });
    // As a broker has it: far below the limit of any.
    expect(JSON.stringify(piece).length).toBeLessThan(12_000);
    at += Buffer.from(piece.data, "base64").length;
  }
  expect(medium.names()).toEqual([]);
});

it("sends one that is kept as it stands there, and names those that are when it is asked for another", async () => {
  const { requests, medium, pieces, publish, pass } = setUp();
  expect(problemOf(await requests.send("record-000001-0001.flight", publish))).toEqual([
    'is "record-000001-0001.flight"; none',
  ]);
  const { file } = flightOf(await requests.save());
  expect(problemOf(await requests.send("record-000001-0001.flight", publish))).toEqual([
    `is "record-000001-0001.flight"; one of ${file}`,
  ]);
  await requests.send(file, publish);
  await pass(1_000);
  expect(joined(pieces)).toEqual(Buffer.from((await medium.image(0).mount().read(file))!));
  medium.replace(file, Uint8Array.of(1, 2, 3));
  expect(problemOf(await requests.send(file, publish))).toEqual([
    expect.stringMatching(/^cannot be read: it is no flight record.*; a whole record$/),
  ]);
});

it("sends one at a time, three at once and one in ten minutes, and makes no more than those", async () => {
  const { requests, publish, pass, made } = setUp();
  for (let count = 0; count < 3; count++) {
    expect(problemOf(await requests.send(undefined, publish))).toEqual([]);
    expect(problemOf(await requests.send(undefined, publish))).toEqual([
      "comes while another record is sent; the end of that",
    ]);
    await pass(1_000);
  }
  expect(problemOf(await requests.send(undefined, publish))).toEqual([
    "comes too soon after others; a wait of 597 s",
  ]);
  expect(made()).toBe(3);
  await pass(597_000);
  expect(problemOf(await requests.send(undefined, publish))).toEqual([]);
});

it("goes on where it was when the connection is back, and gives up when it stays away", async () => {
  const { requests, pieces, publish, connect, pass, troubles } = setUp(60);
  const { bytes } = flightOf(await requests.send(undefined, publish));
  await pass(120);
  const before = pieces.length;
  expect(before).toBeGreaterThan(0);
  connect(false);
  await pass(9 * minutes);
  connect(true);
  await pass(15_000);
  expect(pieces.length).toBeGreaterThan(before);
  expect(joined(pieces)).toHaveLength(bytes);
  expect(new Set(pieces.map(({ offset }) => offset)).size).toBe(pieces.length);
  connect(false);
  await requests.send(undefined, publish);
  await pass(11 * minutes);
  expect(troubles).toEqual([
    expect.stringMatching(/^of record-000007-0002-request\.flight \d+ bytes were not sent: no connection$/),
  ]);
  connect(true);
  expect(problemOf(await requests.send(undefined, publish))).toEqual([]);
});

it("publishes nothing any more once it is closed, and leaves no timer", async () => {
  const { requests, pieces, publish, pass, loop } = setUp(60);
  await requests.send(undefined, publish);
  await pass(60);
  const before = pieces.length;
  requests.close();
  await pass(60_000);
  expect(pieces).toHaveLength(before);
  expect(loop.pending).toBe(0);
});
