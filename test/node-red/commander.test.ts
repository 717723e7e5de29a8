import { beforeEach, expect, it } from "vitest";
import { seconds } from "#devices/duration.ts";
import { streetlight } from "#devices/furniture/index.ts";
import { type CommandMessage, unitTopics } from "#devices/wire.ts";
import { kindOf } from "#flows/form/kinds.ts";
import { filled } from "#flows/form/say.ts";
import { everywhere } from "#flows/form/words.ts";
import { Commander, type Outcome } from "#flows/node/commander.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";

/** English texts that refusals are said with. */
const texts: ReadonlyMap<string, string> = new Map(
  Object.entries(everywhere).flatMap(([group, own]) =>
    Object.entries(own).map(([key, text]) => [`${group}.${key}`, text] as const),
  ),
);

const bytes = (message: unknown) => new TextEncoder().encode(JSON.stringify(message));
const kind = kindOf(streetlight);
const order = kind.orders.find(({ name }) => name === "setLevel")!;
const topics = unitTopics("via-roma", "lamp-1");
const args = { level: 40, duration: 600 };
const epochMs = 1_790_000_000_000;

let loop: EventLoop;
let sent: { topic: string; message: CommandMessage }[];
let outcomes: Outcome[];
let commander: Commander;

beforeEach(() => {
  loop = new EventLoop();
  sent = [];
  outcomes = [];
  const clock = new VirtualClock(loop);
  commander = new Commander({
    ...{ site: "via-roma", unit: "lamp-1", kind, order, timeToLiveS: 30 },
    clock: { after: (delay, run) => clock.after(delay, run), wall: () => epochMs + loop.now },
    text: (key, values) => filled(texts.get(key) ?? [key, ...Object.values(values ?? {})].join(" "), values),
    publish: (topic, payload) => sent.push({ topic, message: JSON.parse(payload) }),
    changed: () => {},
  });
  commander.connection(true);
});

const command = (values: Record<string, unknown> = args, unit = "lamp-1") =>
  commander.command(unit, values, (outcome) => outcomes.push(outcome));
const answer = (message: unknown) => commander.heard(topics.result, bytes(message));
const accepted = (id: number) => ({ id, state: "accepted", refusals: [] });

it("sends a rising id, which is worthless after the time to live", () => {
  command();
  command();
  expect(sent.map(({ topic }) => topic)).toEqual([topics.command, topics.command]);
  const [first, second] = sent.map(({ message }) => message);
  expect(first).toMatchObject({ command: "setLevel", args, expires: epochMs + seconds(30) });
  expect(first?.id).toBeGreaterThanOrEqual(epochMs);
  expect(second?.id).toBeGreaterThan(first?.id ?? Number.NaN);
});

it("finds each answer by its id, in whatever order they come", () => {
  command({ level: 1, duration: 60 });
  command({ level: 2, duration: 60 });
  const [first, second] = sent.map(({ message }) => message.id);
  const refusals = [{ field: "args/level", problem: "is 2", expected: "at least 10" }];
  answer({ id: second, state: "refused", refusals });
  answer(accepted(first ?? 0));
  expect(outcomes).toEqual([
    expect.objectContaining({
      result: "refused",
      args: { level: 2, duration: 60 },
      refusals,
      reason: "args/level is 2, expected at least 10",
    }),
    expect.objectContaining({ result: "accepted", args: { level: 1, duration: 60 }, reason: "", id: first }),
  ]);
  expect(commander.pending).toBe(0);
});

it("hands on which flight record a unit has made, and believes no other shape of one", () => {
  const flight = {
    ...{
      file: "record-000012-0003-request.flight",
      bytes: 71_234,
      from: epochMs,
      until: null,
      lostEvents: 0,
    },
    kept: ["record-000012-0003-request.flight"],
  };
  command();
  const id = sent[0]?.message.id ?? 0;
  for (const wrong of [7, null, {}, { ...flight, bytes: "many" }, { ...flight, kept: [1] }])
    answer({ ...accepted(id), flight: wrong });
  expect(outcomes).toEqual([]);
  answer({ ...accepted(id), flight });
  expect(outcomes).toMatchObject([{ result: "accepted", reason: "", flight }]);
});

it("tells once that no answer came within the time to live, and sends nothing again", async () => {
  command();
  await loop.runUntil(seconds(30) - 1);
  expect(outcomes).toEqual([]);
  await loop.runUntil(seconds(30));
  expect(outcomes).toMatchObject([{ result: "timed out", reason: "log.noAnswer 30" }]);
  answer(accepted(sent[0]?.message.id ?? 0));
  commander.connection(false);
  commander.connection(true);
  await loop.runUntil(seconds(90));
  expect(outcomes).toHaveLength(1);
  expect(sent).toHaveLength(1);
});

it("says what a unit refused without an id, when nothing better comes", async () => {
  command();
  const flood = [{ field: "", problem: "comes in a flood", expected: "at most 1 a second" }];
  answer({ id: 0, state: "refused", refusals: flood });
  expect(outcomes).toEqual([]);
  await loop.runUntil(seconds(30));
  expect(outcomes).toMatchObject([{ result: "timed out", refusals: flood }]);
  expect(outcomes[0]?.reason).toContain("comes in a flood");
});

it.each([
  ["out of range", { level: 120, duration: 60 }, "level is 120, expected 0 to 100 %"],
  ["missing", { level: 20 }, "duration is missing, expected 1 to 86400 s"],
  ["unknown", { ...args, colour: "red" }, "colour is no argument, expected level, duration"],
])("refuses what is %s, and does not send it", (_what, values, reason) => {
  command(values);
  expect(outcomes).toMatchObject([{ result: "refused", id: null, reason }]);
  expect(sent).toEqual([]);
});

it("refuses a unit of another kind, a text that is no name, and a broker that is away", () => {
  commander.heard(
    topics.description,
    bytes({ unit: "lamp-1", site: "via-roma", kind: "bench", title: "Bench" }),
  );
  command();
  command(args, "lamp/+");
  commander.connection(false);
  command(args, "lamp-2");
  expect(outcomes.map(({ result }) => result)).toEqual(["refused", "refused", "refused"]);
  expect(outcomes.map(({ refusals }) => refusals[0]?.field)).toEqual(["unit", "unit", ""]);
  expect(sent).toEqual([]);
});

it("believes no answer of another unit, or of another sender's command", () => {
  command();
  const id = sent[0]?.message.id ?? 0;
  commander.heard(unitTopics("via-roma", "lamp-2").result, bytes(accepted(id)));
  answer(accepted(id + 1));
  answer({ id, state: "perhaps" });
  commander.heard(topics.result, new TextEncoder().encode("{"));
  expect(outcomes).toEqual([]);
  expect(commander.pending).toBe(1);
});

it("tells nobody any more once closed", async () => {
  command();
  commander.close();
  await loop.runUntil(seconds(60));
  expect(outcomes).toEqual([]);
  expect(loop.pending).toBe(0);
});
