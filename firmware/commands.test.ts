import * as Type from "@sinclair/typebox";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { seconds } from "#devices/duration.ts";
import type { ActiveCommand } from "#devices/estimators/estimator.ts";
import { bench } from "#devices/furniture/bench.ts";
import { commandsOf } from "#devices/furniture/commands.ts";
import { streetlight } from "#devices/furniture/streetlight.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { VirtualStore } from "#sim/ports/store.ts";
import { Commands } from "./commands.ts";
import { Kept } from "./kept.ts";
import type { KeptCommands } from "./kept-commands.ts";
import type { FlightAnswer } from "./recorder/flight-port.ts";

const startMs = Date.UTC(2026, 0, 10, 20);
const bytes = (value: unknown) =>
  new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const message = (id: number, more: object = {}) => ({
  id,
  expires: startMs + 60_000,
  command: "setLevel",
  args: { level: 30, duration: 600 },
  ...more,
});

describe("commands", () => {
  let loop: EventLoop;
  let clock: VirtualClock;
  let medium: VirtualStore;
  /** What was in force each time a command was taken. */
  let heard: (readonly ActiveCommand[])[];
  let acknowledged: string[];
  /** What becomes of a flight command. */
  let flight: (does: "save" | "send", file: unknown) => Promise<FlightAnswer>;
  let commands: Commands;
  let troubles: string[];

  /** The unit's process starts anew on the same medium. */
  async function restart(knowsTime = true, declared = commandsOf(streetlight)): Promise<void> {
    clock = new VirtualClock(loop);
    if (knowsTime) clock.setWall(loop.now, "network");
    const kept = new Kept<KeptCommands>(medium.mount(), "command", () => {});
    const listener = {
      onTaken: () => {
        heard.push(commands.active);
      },
      onAcknowledge: (alarm: string) => acknowledged.push(alarm) === 1,
      onFlight: (does: "save" | "send", { file }: { readonly file?: unknown }) => flight(does, file),
    };
    troubles = [];
    commands = await Commands.load(declared, clock, kept, listener, (what) => troubles.push(what));
  }

  const take = (value: unknown, retained = false) => commands.take(bytes(value), retained);
  const problemOf = async (value: unknown, retained = false) => {
    const { state, refusals } = await take(value, retained);
    expect(state).toBe("refused");
    return refusals.map(({ field, problem, expected }) => `${field} ${problem}; expected ${expected}`);
  };
  const pass = (ms: number) => loop.runUntil(loop.now + ms);

  beforeEach(async () => {
    loop = new EventLoop(startMs);
    medium = new VirtualStore();
    heard = [];
    acknowledged = [];
    flight = async () => expect.unreachable();
    await restart();
  });

  it("come into force when they are new and in time", async () => {
    expect(await take(message(1))).toEqual({ id: 1, state: "accepted", refusals: [] });
    expect(commands.active).toEqual([
      { name: "setLevel", args: { level: 30, duration: 600 }, untilMs: clock.now() + 600_000 },
    ]);
    expect(heard).toHaveLength(1);
  });

  it("end by themselves when their duration is over", async () => {
    await take(message(1));
    await pass(599_999);
    expect(commands.active).toHaveLength(1);
    await pass(1);
    expect(commands.active).toEqual([]);
  });

  it("replace one another, and end by the command for that", async () => {
    await take(message(1));
    await take(message(2, { args: { level: 70, duration: 60 } }));
    expect(commands.active.map(({ args }) => args.level)).toEqual([70]);
    await take(message(3, { command: "resume", args: {} }));
    expect(commands.active).toEqual([]);
    expect(heard).toHaveLength(3);
  });

  describe("of a kind with several ports", () => {
    const port = Type.Union([Type.Literal("usb1"), Type.Literal("usb2")]);
    const words = { title: "", help: "" };
    const declared = {
      hold: {
        ...words,
        args: { port, duration: Type.Number() },
        effect: { kind: "timed", per: "port" },
      },
      release: { ...words, args: { port }, effect: { kind: "cancel", command: "hold", per: "port" } },
      reset: { ...words, args: { port }, effect: { kind: "signal" } },
    } as const;
    const hold = (id: number, port: string, duration = 600) =>
      take(message(id, { command: "hold", args: { port, duration } }));
    const ports = () => commands.active.map(({ args }) => args.port);

    beforeEach(() => restart(true, declared));

    it("replace and end only those of the same port", async () => {
      await hold(1, "usb1");
      await hold(2, "usb2");
      await hold(3, "usb1", 60);
      expect(ports()).toEqual(["usb2", "usb1"]);
      await take(message(4, { command: "release", args: { port: "usb2" } }));
      expect(ports()).toEqual(["usb1"]);
      await pass(60_000);
      expect(ports()).toEqual([]);
    });

    it("are signals, active while they are heard and never again", async () => {
      await hold(1, "usb2");
      expect((await take(message(2, { command: "reset", args: { port: "usb1" } }))).state).toBe("accepted");
      expect(heard[1]!.map(({ name }) => name)).toEqual(["hold", "reset"]);
      expect(heard[1]![1]!.args).toEqual({ port: "usb1" });
      expect(commands.active.map(({ name }) => name)).toEqual(["hold"]);
    });
  });

  describe("that are declared to be kept", () => {
    const [setPort, resumePort] = [bench.commands.setPort!, bench.commands.resumePort!];
    const { kept: _, ...passing } = setPort.effect as { readonly kind: "timed"; readonly kept?: true };
    const declared = { setPort, resumePort, lend: { ...setPort, effect: passing } };
    const again = (knowsTime = true) => restart(knowsTime, declared);
    const send = (id: number, command: string, args: object) => take(message(id, { command, args }));
    const inForce = () => commands.active.map(({ args }) => [args.port, args.on]);

    beforeEach(() => again());

    it("hold over restarts until another ends them, where no duration was given", async () => {
      await send(1, "setPort", { port: "usb1", on: false });
      await send(2, "setPort", { port: "usb2", on: false });
      await send(3, "lend", { port: "pad", on: false, duration: 600 });
      for (const knowsTime of [true, false]) {
        await pass(30 * 86_400_000);
        await again(knowsTime);
        expect(inForce()).toEqual([
          ["usb1", false],
          ["usb2", false],
        ]);
      }
      await again();
      const late = { expires: loop.now + 60_000 };
      await take(message(4, { command: "resumePort", args: { port: "usb1" }, ...late }));
      await take(message(5, { command: "setPort", args: { port: "usb2", on: true, duration: 60 }, ...late }));
      await again();
      expect(inForce()).toEqual([["usb2", true]]);
      expect(troubles).toEqual([]);
    });

    it("end when their duration is over, however often the unit was restarted meanwhile", async () => {
      await send(1, "setPort", { port: "usb1", on: false, duration: 600 });
      await pass(300_000);
      await again();
      await pass(299_999);
      expect(inForce()).toEqual([["usb1", false]]);
      await pass(1);
      expect(inForce()).toEqual([]);
      await again();
      expect(inForce()).toEqual([]);
    });

    it("end as they were to as soon as the time is known, and never later than their duration from the start", async () => {
      await send(1, "setPort", { port: "usb1", on: false, duration: 600 });
      await pass(300_000);
      await again(false);
      await pass(599_999);
      expect(inForce()).toEqual([["usb1", false]]);
      clock.setWall(loop.now, "network");
      expect(inForce()).toEqual([]);
      await again(false);
      expect(inForce()).toEqual([["usb1", false]]);
      await pass(600_000);
      expect(inForce()).toEqual([]);
    });

    it("are forgotten, and told, when they are none of this version's; an earlier one kept the id alone", async () => {
      await send(7, "setPort", { port: "usb1", on: false });
      await restart(true, { setPort: { ...setPort, args: { port: Type.Literal("outlet") } } });
      expect(commands.active).toEqual([]);
      expect(troubles).toEqual(["a kept command setPort is none of today's, and no longer in force"]);
      await new Kept<unknown>(medium.mount(), "command", () => {}).save(7);
      await again();
      expect(troubles).toEqual([]);
      expect((await send(7, "resumePort", { port: "usb1" })).state).toBe("refused");
      expect((await send(8, "resumePort", { port: "usb1" })).state).toBe("accepted");
    });
  });

  describe("for a flight record", () => {
    const record = {
      ...{ file: "record-000001-0001-request.flight", bytes: 9, from: 1, until: 2, lostEvents: 0 },
      kept: [],
    };
    const ask = (id: number, command: string, args = {}) => take(message(id, { command, args }));

    it("are answered with it, or with why not, and mean nothing to what is in force", async () => {
      const asked: unknown[] = [];
      flight = async (...what) => {
        asked.push(what);
        return asked.length === 1 ? { flight: record } : { refusals: [refusal] };
      };
      const refusal = { field: "args/file", problem: `is "${record.file}"`, expected: "none" };
      expect(await ask(1, "saveFlightRecord")).toEqual({
        ...{ id: 1, state: "accepted", refusals: [] },
        flight: record,
      });
      expect(await ask(2, "sendFlightRecord", { file: record.file })).toEqual({
        ...{ id: 2, state: "refused", refusals: [refusal] },
      });
      expect(asked).toEqual([
        ["save", undefined],
        ["send", record.file],
      ]);
      expect([heard, commands.active]).toEqual([[], []]);
    });

    it("hold up no command that comes while the medium is slow", async () => {
      let written = (_: FlightAnswer): void => expect.unreachable();
      flight = () =>
        new Promise((resolve) => {
          written = resolve;
        });
      const answers: number[] = [];
      const saved = ask(1, "saveFlightRecord").then(({ id }) => answers.push(id));
      await take(message(2)).then(({ id }) => answers.push(id));
      expect(commands.active.map(({ name }) => name)).toEqual(["setLevel"]);
      written({ flight: record });
      await saved;
      expect(answers).toEqual([2, 1]);
    });

    it.each(["settings", "../settings", "record-1.flight", "record-000001-0001.flight/.."])(
      "name no other file: %s",
      async (file) => {
        expect(await problemOf(message(1, { command: "sendFlightRecord", args: { file } }))).toEqual([
          `args/file is "${file}"; expected the name of a record on the unit; without it, the record as it is now`,
        ]);
      },
    );
  });

  it("are refused when they are repeated, now and after any restart", async () => {
    await take(message(41));
    for (const id of [41, 40, 1])
      expect(await problemOf(message(id))).toEqual([
        `id is ${id}; expected more than 41, the last one taken`,
      ]);
    medium.powerCut(1);
    await restart();
    expect(commands.active).toEqual([]);
    expect(await problemOf(message(41))).toEqual(["id is 41; expected more than 41, the last one taken"]);
    expect((await take(message(42))).state).toBe("accepted");
  });

  it("are refused when their id leaps ahead of the time: none would be left for others", async () => {
    const aDayMs = 86_400_000;
    const wall = clock.wall() ?? Number.NaN;
    expect(await problemOf(message(wall + aDayMs + 1))).toEqual([
      `id is ${wall + aDayMs + 1}, more than a day ahead of the unit's clock; expected Unix milliseconds, or a smaller number that rises`,
    ]);
    expect((await take(message(wall + aDayMs))).state).toBe("accepted");
  });

  it("are accepted at most once, however a power cut and a replay fall", async () => {
    await take(message(1));
    const images: VirtualStore[] = [];
    medium.onChange = () => images.push(medium.image(images.length));
    await take(message(2));
    expect(images.length).toBeGreaterThanOrEqual(2);
    medium = medium.image(7);
    await restart();
    expect((await take(message(2))).state).toBe("refused");
    for (medium of images) {
      await restart();
      expect((await take(message(1))).state).toBe("refused");
    }
  });

  it("are refused when their time has passed, or the unit does not know the time", async () => {
    await pass(60_000);
    expect(await problemOf(message(1))).toEqual(["expires was 0 s ago; expected the future"]);
    await pass(5_000);
    expect(await problemOf(message(1))).toEqual(["expires was 5 s ago; expected the future"]);
    await restart(false);
    expect(await problemOf(message(1, { expires: loop.now + 60_000 }))).toEqual([
      "expires cannot be judged: the unit does not know the time; expected a set clock",
    ]);
    clock.setWall(loop.now, "rtc");
    expect((await take(message(1, { expires: loop.now + 60_000 }))).state).toBe("accepted");
  });

  it("are refused when a broker retained them", async () => {
    expect(await problemOf(message(1), true)).toEqual([
      " was retained by the broker; expected a command sent now, not retained",
    ]);
    expect((await take(message(1))).state).toBe("accepted");
  });

  it("are refused in a flood, and taken again when it is over", async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => take(message(index + 1))));
    expect(answers.map(({ state }) => state)).toEqual([
      ...Array<string>(10).fill("accepted"),
      ...Array<string>(20).fill("refused"),
    ]);
    expect(answers.at(-1)!.refusals[0]!.problem).toBe("comes in a flood");
    await pass(seconds(3));
    const later = await Promise.all([50, 51, 52, 53].map((id) => take(message(id))));
    expect(later.map(({ state }) => state)).toEqual(["accepted", "accepted", "accepted", "refused"]);
  });

  it("are refused when the last id cannot be recorded, and leave no trace", async () => {
    medium.readOnly();
    expect(await problemOf(message(1))).toEqual([
      " could not be recorded; expected a working data partition",
    ]);
    expect([commands.active, heard]).toEqual([[], []]);
    medium.readOnly(false);
    expect((await take(message(1))).state).toBe("accepted");
  });

  it.each<[string, object | string, string]>([
    [
      "an unknown name",
      message(1, { command: "explode" }),
      'command is "explode"; expected setLevel, resume, acknowledgeAlarm, saveFlightRecord, sendFlightRecord',
    ],
    [
      "a name of Object's",
      message(1, { command: "constructor" }),
      'command is "constructor"; expected setLevel, resume, acknowledgeAlarm, saveFlightRecord, sendFlightRecord',
    ],
    [
      "a prototype's name",
      message(1, { command: "__proto__" }),
      'command is "__proto__"; expected setLevel, resume, acknowledgeAlarm, saveFlightRecord, sendFlightRecord',
    ],
    [
      "too much",
      message(1, { args: { level: 101, duration: 60 } }),
      "args/level is 101; expected at most 100",
    ],
    ["an argument missing", message(1, { args: { level: 5 } }), "args/duration is missing; expected a value"],
    [
      "an argument too many",
      message(1, { args: { level: 5, duration: 60, at: 1 } }),
      "args/at is not known; expected one of level, duration",
    ],
    [
      "an argument for a prototype",
      '{"id":1,"expires":9e15,"command":"resume","args":{"__proto__":{"level":1}}}',
      "args/__proto__ is not known; expected one of nothing",
    ],
    ["no id", message(1, { id: undefined }), "id is missing; expected a value"],
    ["an id of nothing", message(0), "id is 0; expected at least 1"],
    [
      "an id that no id could follow",
      message(2 ** 60),
      "id is 1152921504606847000; expected at most 9007199254740991",
    ],
    ["an id between two", message(1.5), "id is 1.5; expected a whole number"],
    [
      "more than a command is",
      message(1, { after: "x" }),
      "after is not known; expected one of id, expires, command, args",
    ],
    [
      "an oversized one",
      message(1, { command: "x".repeat(5_000) }),
      " has 5080 bytes; expected at most 4096",
    ],
    [
      "a deep one",
      `{"id":1,"expires":9e15,"command":"resume","args":${'{"a":'.repeat(300)}1${"}".repeat(300)}}`,
      " is nested too deeply; expected at most 8 levels",
    ],
  ])("are refused with %s", async (_, value, problem) => {
    expect(await problemOf(value)).toEqual([problem]);
    expect([commands.active, heard, medium.names()]).toEqual([[], [], []]);
  });

  it("acknowledge a latched alarm, and say so when there is none to acknowledge", async () => {
    const acknowledge = (id: number, alarm: string) =>
      message(id, { command: "acknowledgeAlarm", args: { alarm } });
    expect((await take(acknowledge(1, "poleTilted"))).state).toBe("accepted");
    expect(acknowledged).toEqual(["poleTilted"]);
    expect(await problemOf(acknowledge(2, "poleTilted"))).toEqual([
      'args/alarm is "poleTilted"; expected a raised alarm whose condition is over',
    ]);
    expect(await problemOf(acknowledge(3, "doorOpen"))).toEqual([
      'args/alarm is "doorOpen"; expected "poleTilted"',
    ]);
  });

  it("never act on noise, and never throw", async () => {
    const almost = fc.record({
      id: fc.oneof(fc.integer(), fc.double(), fc.string()),
      expires: fc.oneof(fc.double(), fc.constant(null)),
      command: fc.oneof(fc.constantFrom("setLevel", "resume", "__proto__"), fc.string()),
      args: fc.oneof(fc.jsonValue(), fc.constant({ level: -1, duration: 60 })),
    });
    const any = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.json().map(bytes), almost.map(bytes));
    const isCommand = (payload: Uint8Array) => {
      try {
        const { id, expires, command, args } = JSON.parse(new TextDecoder().decode(payload));
        return (
          Number.isInteger(id) &&
          id > 0 &&
          expires > startMs &&
          command === "resume" &&
          JSON.stringify(args) === "{}"
        );
      } catch {
        return false;
      }
    };
    await fc.assert(
      fc.asyncProperty(any, async (payload) => {
        fc.pre(!isCommand(payload));
        await pass(seconds(1));
        expect((await commands.take(payload, false)).state).toBe("refused");
        expect([commands.active, heard, medium.names()]).toEqual([[], [], []]);
      }),
      { numRuns: 2_000 },
    );
  });
});
