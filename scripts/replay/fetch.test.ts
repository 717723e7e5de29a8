import { beforeEach, expect, it } from "vitest";
import { minutes, seconds } from "#devices/duration.ts";
import type { Link } from "#devices/ports/link.ts";
import { type CommandMessage, unitTopics } from "#devices/wire.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { VirtualBroker } from "#sim/ports/link.ts";
import { UserError } from "../user-error.ts";
import { type Asked, Fetch, type Fetched } from "./fetch.ts";

const epochMs = Date.UTC(2026, 10, 22, 20);
const topics = unitTopics("pier", "lamp-01");
const file = "record-000003-0002-request.flight";
const whole = Uint8Array.from({ length: 100 }, (_, at) => (at * 7) & 0xff);
const flight = { file, bytes: 100, from: epochMs, until: epochMs, lostEvents: 0, kept: [] };

let loop: EventLoop;
let broker: VirtualBroker;
let clock: VirtualClock;
/** What the unit heard, and its voice. */
let commands: CommandMessage[];
let unit: Link;
let outcome: Fetched | UserError | undefined;
let shares: number[];

beforeEach(async () => {
  loop = new EventLoop(epochMs);
  clock = new VirtualClock(loop);
  clock.setWall(epochMs, "network");
  broker = new VirtualBroker(clock);
  commands = [];
  shares = [];
  outcome = undefined;
  unit = broker.port({ clock }).open("unit");
  unit.subscribe(topics.command, ({ payload }) =>
    commands.push(JSON.parse(new TextDecoder().decode(payload))),
  );
  await loop.runUntil(loop.now + 1_000);
});

async function ask(command: Asked["command"] = "sendFlightRecord", name?: string): Promise<void> {
  const link = broker.port({ clock }).open("asker");
  const asked = { site: "pier", unit: "lamp-01", command, ...(name ? { file: name } : {}) };
  void new Fetch(link, clock, asked, (share) => shares.push(share)).run().then(
    (found) => {
      outcome = found;
    },
    (error) => {
      outcome = error;
    },
  );
  await loop.runUntil(loop.now + 1_000);
}

async function tells(topic: string, message: unknown): Promise<void> {
  void unit.publish(topic, JSON.stringify(message));
  await loop.runUntil(loop.now + 1_000);
}

const accepts = (of: object = flight) =>
  tells(topics.result, { id: commands[0]!.id, state: "accepted", refusals: [], flight: of });
const piece = (from: number, to: number, of = file) =>
  tells(topics.flight, {
    ...{ file: of, bytes: 100, offset: from },
    data: Buffer.from(whole.subarray(from, to)).toString("base64"),
  });

it("asks once, with an id that is the time and worthless after half a minute", async () => {
  await ask("sendFlightRecord", "record-000001-0001.flight");
  expect(commands).toEqual([
    {
      id: expect.closeTo(loop.now, -4),
      expires: commands[0]!.id + seconds(30),
      command: "sendFlightRecord",
      args: { file: "record-000001-0001.flight" },
    },
  ]);
});

it("puts together what comes, in whatever order, twice, before the answer, among another's and noise", async () => {
  await ask();
  await piece(40, 80);
  await piece(0, 40);
  await piece(0, 100, "record-000003-0001-request.flight");
  await accepts();
  await piece(40, 80);
  await tells(topics.flight, { file, offset: "80", data: "AAAA" });
  await tells(topics.flight, 7);
  await tells(topics.result, { id: commands[0]!.id + 1, state: "refused", refusals: [] });
  expect(outcome).toBeUndefined();
  expect(shares.at(-1)).toBe(0.8);
  await piece(80, 100);
  expect(outcome).toEqual({ flight, bytes: Buffer.from(whole) });
});

it("waits for no piece where the record stays on the unit", async () => {
  await ask("saveFlightRecord");
  await accepts();
  expect(outcome).toEqual({ flight });
});

it.each<[string, () => Promise<void>, RegExp, number]>([
  [
    "a refusal",
    () =>
      tells(topics.result, {
        ...{ id: commands[0]!.id, state: "refused" },
        refusals: [{ field: "", problem: "comes too soon after others", expected: "a wait of 7 s" }],
      }),
    /^refused: comes too soon after others; expected a wait of 7 s$/,
    1,
  ],
  ["an answer without a size", () => accepts({ file }), /^the record has undefined bytes$/, 3],
  ["more than any unit has", () => accepts({ ...flight, bytes: 1e12 }), /^the record has 1e?\d+ bytes$/, 3],
  [
    "silence",
    () => loop.runUntil(loop.now + seconds(30)).then(() => {}),
    /^pier\/lamp-01 does not answer$/,
    3,
  ],
  [
    "an end in the middle",
    async () => {
      await accepts();
      await piece(0, 40);
      await loop.runUntil(loop.now + minutes(11));
    },
    /^pier\/lamp-01 sends nothing more after 40 of 100 bytes$/,
    3,
  ],
  [
    "a broker that goes away",
    async () => {
      await accepts();
      broker.stop();
      await loop.runUntil(loop.now + seconds(1));
    },
    /^the connection to the broker was lost meanwhile$/,
    3,
  ],
])("tells of %s, and how to exit", async (_, happens, words, exitCode) => {
  await ask();
  await happens();
  expect(outcome).toBeInstanceOf(UserError);
  expect((outcome as UserError).message).toMatch(words);
  expect((outcome as UserError).exitCode).toBe(exitCode);
});

it("waits for nothing once it is told that there is no use", async () => {
  const link = broker.port({ clock }).open("asker");
  const fetch = new Fetch(link, clock, { site: "pier", unit: "lamp-01", command: "sendFlightRecord" });
  const running = fetch.run();
  fetch.giveUp("the broker lets nobody in");
  await expect(running).rejects.toThrow("the broker lets nobody in");
  await link.close();
  await unit.close();
  await loop.runUntil(loop.now + seconds(1));
  expect(loop.pending).toBe(0);
});

it("gives patience to a unit that is cut off for nine minutes", async () => {
  await ask();
  await accepts();
  await piece(0, 40);
  await loop.runUntil(loop.now + minutes(9));
  await piece(40, 100);
  expect(outcome).toMatchObject({ bytes: Buffer.from(whole) });
});
