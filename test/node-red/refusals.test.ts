import { describe, expect, it } from "vitest";
import { commandsOf } from "#devices/furniture/commands.ts";
import { streetlight } from "#devices/furniture/streetlight.ts";
import { factorySettings } from "#devices/furniture/vocabulary.ts";
import type { DesiredSettings, Refusal } from "#devices/wire.ts";
import { Commands } from "#firmware/commands.ts";
import { Kept } from "#firmware/kept.ts";
import type { KeptCommands } from "#firmware/kept-commands.ts";
import { Settings } from "#firmware/settings.ts";
import { flightCommands } from "#firmware/unit/flight-commands.ts";
import { kindOf } from "#flows/form/kinds.ts";
import { argumentWords, fieldWords } from "#flows/form/words.ts";
import { fieldsOf } from "#flows/node/declaration.ts";
import { phrases, spoken } from "#flows/node/phrases.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { VirtualStore } from "#sim/ports/store.ts";

/**
 * What a unit answers goes to the editor as English sentences, which the nodes know by their wording: whatever the
 * firmware refuses, they must be able to say it in the reader's language.
 */
const words = { ...fieldWords(fieldsOf(streetlight)), ...argumentWords([kindOf(streetlight)]) };

/** A language in which every phrase and every word is another one. */
function foreign(key: string, values: Readonly<Record<string, string>> = {}): string {
  const [set, name = ""] = key.split(".");
  const isThere = (set === "phrases" && name in phrases) || (set === "words" && name in words);
  return isThere ? `«${name}: ${Object.values(values).join(" ")}»` : key;
}

const unspoken = (refusals: readonly Refusal[]) =>
  refusals
    .flatMap(({ problem, expected }) => [problem, expected])
    .filter((english) => spoken(english, foreign) === english);

const startMs = Date.UTC(2026, 10, 22, 20);
const encoded = (value: unknown) =>
  new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
/** Deeper than any message of ours. */
const nested = Array.from({ length: 20 }).reduce<unknown>((inner) => [inner], 1);

describe("what a unit refuses of its settings can be said in another language", () => {
  it.each([
    ["what is no JSON", "{"],
    ["what is too long", `"${"x".repeat(70_000)}"`],
    ["what is nested", { revision: "a", settings: { holdTime: nested } }],
    ["what is missing", {}],
    ["no object", []],
    ["a revision without a character", { revision: "", settings: {} }],
    ["a revision that is too long", { revision: "r".repeat(65), settings: {} }],
    ["an unknown setting", { revision: "a", settings: { colour: 3 } }],
    [
      "many unknown settings",
      { revision: "a", settings: Object.fromEntries(Object.entries([..."x".repeat(50)])) },
    ],
    [
      "wrong types",
      { revision: 1, settings: { holdTime: "long", profile: 3, roadClass: "P9", neighbours: {} } },
    ],
    [
      "too little, too much",
      { revision: "a", settings: { holdTime: -1, profile: [{ from: "25:00", level: 101 }] } },
    ],
    ["an empty profile", { revision: "a", settings: { profile: [] } }],
    ["a neighbour twice", { revision: "a", settings: { neighbours: ["lamp-2", "lamp-2"] } }],
    [
      "what calls itself toString",
      '{"revision":"a","settings":{"neighbours":[{"toString":1},{"toString":2}]}}',
    ],
  ])("%s", async (_, message) => {
    const kept = new Kept<DesiredSettings>(new VirtualStore().mount(), "settings", () => {});
    const settings = await Settings.load(streetlight, factorySettings(streetlight), kept, () => {});
    const { refusals } = await settings.desire(encoded(message));
    expect(refusals.length).toBeGreaterThan(0);
    expect(unspoken(refusals)).toEqual([]);
  });

  it("what cannot be stored", async () => {
    const medium = new VirtualStore();
    const kept = new Kept<DesiredSettings>(medium.mount(), "settings", () => {});
    const settings = await Settings.load(streetlight, factorySettings(streetlight), kept, () => {});
    medium.readOnly();
    const { refusals } = await settings.desire(encoded({ revision: "a", settings: {} }));
    expect(refusals).toHaveLength(1);
    expect(unspoken(refusals)).toEqual([]);
  });
});

describe("what a unit refuses of its commands can be said in another language", () => {
  const order = (id: number, more: object = {}) => ({
    id,
    expires: startMs + 60_000,
    command: "setLevel",
    args: { level: 30, duration: 600 },
    ...more,
  });

  async function listening(medium: VirtualStore, knowsTime = true): Promise<Commands> {
    const clock = new VirtualClock(new EventLoop(startMs));
    if (knowsTime) clock.setWall(startMs, "network");
    const kept = new Kept<KeptCommands>(medium.mount(), "command", () => {});
    return await Commands.load(commandsOf(streetlight), clock, kept, {
      onTaken: () => {},
      onAcknowledge: () => false,
      onFlight: flightCommands(undefined, async () => {}),
    });
  }

  it.each([
    ["an id of the past", [order(5), order(5)]],
    ["an id of the far future", [order(startMs + 25 * 3_600_000)]],
    ["one that is late", [order(1, { expires: startMs - 5_000 })]],
    ["a level that is too high", [order(1, { args: { level: 130, duration: 600 } })]],
    ["an argument that nobody knows", [order(1, { args: { level: 30, duration: 600, colour: "red" } })]],
    [
      "an alarm that is not raised",
      [order(1, { command: "acknowledgeAlarm", args: { alarm: "poleTilted" } })],
    ],
    ["a flight record of a unit without a recorder", [order(1, { command: "saveFlightRecord", args: {} })]],
    ["a file that is no record", [order(1, { command: "sendFlightRecord", args: { file: "settings" } })]],
    ["a flood", Array.from({ length: 12 }, (_, index) => order(index + 1))],
  ])("%s", async (_, messages) => {
    const commands = await listening(new VirtualStore());
    const answers = await Promise.all(messages.map((message) => commands.take(encoded(message), false)));
    const { state, refusals } = answers.at(-1)!;
    expect(state).toBe("refused");
    expect(unspoken(refusals)).toEqual([]);
  });

  it("one that the broker retained, one while the time is not known, one that cannot be recorded", async () => {
    const full = new VirtualStore();
    const answers = [
      await (await listening(new VirtualStore())).take(encoded(order(1)), true),
      await (await listening(new VirtualStore(), false)).take(encoded(order(1)), false),
      await listening(full).then((commands) => {
        full.readOnly();
        return commands.take(encoded(order(1)), false);
      }),
    ];
    expect(answers.map(({ refusals }) => refusals.length)).toEqual([1, 1, 1]);
    expect(answers.flatMap(({ refusals }) => unspoken(refusals))).toEqual([]);
  });

  it("an unknown command is told with those that there are", async () => {
    const { refusals } = await (await listening(new VirtualStore())).take(
      encoded(order(1, { command: "dance" })),
      false,
    );
    expect(unspoken(refusals)).toEqual([Object.keys(commandsOf(streetlight)).join(", ")]);
  });
});
