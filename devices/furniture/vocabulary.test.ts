import * as Type from "@sinclair/typebox";
import { describe, expect, it } from "vitest";
import { milliseconds, seconds } from "../duration.ts";
import { frequency, truth } from "../quantities.ts";
import type { Stream } from "../stream.ts";
import { acknowledgeAlarm, commandsOf, flightCommands } from "./commands.ts";
import { streetlight } from "./streetlight.ts";
import { type Furniture, factorySettings, furniture, glanceOf, sourcesOf } from "./vocabulary.ts";

const { lamp, radar, supply } = streetlight.roles;
const actuator = streetlight.actuators.lamp!;
const controller = { ...actuator.controller, inputs: ["daylight.dusk"] };
const timed = { title: "", help: "", args: {}, effect: { kind: "timed" } } as const;
const faster = { every: seconds(60), faster: { every: seconds(5), while: "daylight.night" } };
const stream: Stream = {
  every: milliseconds(4),
  idle: milliseconds(20),
  each: ["current"],
  inTurn: ["busVoltage"],
  conversion: [{ write: 1, read: 2 }],
  detector: {
    outputs: { surge: truth },
    initial: () => 0,
    detect: (state) => ({ state, detections: [], isMoving: false }),
  },
};
const streamed = (other: Partial<Stream>) =>
  ({ sampling: undefined, stream: { ...stream, ...other } }) as object;
const noMore = "which no role or estimator offers";

describe("a declaration", () => {
  it.each<[string, Partial<Furniture>, string]>([
    [
      "telemetry",
      { telemetry: { rain: { title: "", source: "rain.rate", recordClass: "series" } } },
      `telemetry rain names rain.rate, ${noMore}`,
    ],
    [
      "an alarm",
      { alarms: { hot: { ...streetlight.alarms.supplyLow!, source: "supply.heat" } } },
      `alarm hot names supply.heat, ${noMore}`,
    ],
    ["a glance", { glance: ["level", "mood"] }, "its glance names mood, which is no telemetry"],
    [
      "words",
      { telemetry: { ...streetlight.telemetry, dark: { ...streetlight.telemetry.dark!, words: ["day"] } } },
      "telemetry dark goes from 0 to 1 and has 1 words",
    ],
    [
      "something shared",
      { shared: { mood: { source: "street.mood", timeToLive: seconds(1) } } },
      `shared mood names street.mood, ${noMore}`,
    ],
    [
      "an estimator's input",
      { estimators: streetlight.estimators.slice(1) },
      `telemetry dark names daylight.dark, ${noMore}`,
    ],
    [
      "a missing meter",
      { roles: omit(streetlight.roles, "meter"), telemetry: {} },
      `estimator energy names meter.activePower, ${noMore}`,
    ],
    [
      "a controller's input",
      { actuators: { lamp: { ...actuator, controller } } },
      `controller of lamp names daylight.dusk, ${noMore}`,
    ],
    ["an actuator's role", { actuators: { lamp: { ...actuator, role: "beam" } } }, "no role beam for lamp"],
    [
      "a role of Object's",
      { actuators: { lamp: { ...actuator, role: "constructor" } } },
      "no role constructor for lamp",
    ],
    [
      "a sampling's condition",
      { roles: { ...streetlight.roles, radar: { ...radar!, sampling: faster } } },
      `sampling of radar names daylight.night, ${noMore}`,
    ],
    [
      "a stream beside sampling",
      { roles: { ...streetlight.roles, spare: { ...supply!, stream } } },
      "spare is both sampled and streamed",
    ],
    [
      "a stream whose idle slots are none of its own",
      { roles: { ...streetlight.roles, spare: { ...supply!, ...streamed({ idle: milliseconds(10) }) } } },
      "the idle period of spare is 10 ms, which is no multiple of its slots of 4 ms",
    ],
    [
      "a stream of what the part does not measure",
      {
        roles: {
          ...streetlight.roles,
          spare: { ...supply!, ...streamed({ inTurn: ["busVoltage", "torque"] }) },
        },
      },
      "the stream of spare converts torque, which ina226 does not have",
    ],
    [
      "a sampling of what tells nothing by itself",
      {
        roles: { ...streetlight.roles, spare: { title: "", accepts: supply!.accepts, place: supply!.place } },
      },
      "spare is neither sampled nor streamed, and ina226 tells nothing by itself",
    ],
    [
      "a command to end another",
      { commands: { stop: { ...timed, effect: { kind: "cancel", command: "go" } } } },
      "command stop ends go, which is no timed command",
    ],
    [
      "a timed command without an end",
      { commands: { go: timed } },
      "command go is timed, and takes no duration",
    ],
    [
      "an acknowledgement of nothing",
      { commands: { ok: { ...timed, effect: { kind: "acknowledge" } } } },
      "command ok acknowledges, and takes no alarm",
    ],
    [
      "a fail-safe beyond the quantity",
      { actuators: { lamp: { ...actuator, failSafe: { value: 110, because: "" } } } },
      "fail-safe of lamp is 110, which its quantity does not allow",
    ],
    [
      "one name for two things",
      {
        roles: {
          ...streetlight.roles,
          pole: {
            ...lamp!,
            accepts: [{ ...lamp!.accepts[0], channels: { tilt: lamp!.accepts[0].channels.level! } }],
          },
        },
      },
      "two roles, estimators or actuators offer pole.tilt",
    ],
  ])("is refused for %s that does not exist or cannot be", (_, change, message) => {
    expect(() => furniture({ ...streetlight, ...change })).toThrow(`streetlight: ${message}`);
  });

  it("that is consistent is handed back as it is", () => {
    expect(furniture(streetlight)).toBe(streetlight);
  });

  it("offers what the detector of a streamed part finds, and how fast it is, but not its channels", () => {
    const spare = { ...supply!, ...streamed({}) };
    const sources = sourcesOf({ ...streetlight, roles: { ...streetlight.roles, spare } });
    expect([sources.get("spare.surge"), sources.get("spare.rate")]).toEqual([truth, frequency]);
    expect(sources.has("spare.current")).toBe(false);
  });

  it("offers every channel, estimate, target and neighbour, with its quantity", () => {
    const sources = sourcesOf(streetlight);
    expect(sources.get("light.illuminance")?.unit).toBe("lx");
    expect(sources.get("energy.total")?.unit).toBe("Wh");
    expect(sources.get("lamp.target")?.unit).toBe("%");
    expect(sources.get("neighbours.presence")).toBe(sources.get("presence.occupied"));
    expect(sources.has("light.colour")).toBe(false);
  });

  it("tells at a glance what it says, or the first telemetry of each quantity", () => {
    expect(glanceOf({ ...streetlight, glance: ["energy"] })).toEqual(["energy"]);
    const { glance: _, ...silent } = streetlight;
    // `presence` is a state as `dark` is.
    expect(glanceOf(silent)).toEqual(["level", "illuminance", "dark", "temperature"]);
  });

  it("hands out its factory settings as copies", () => {
    const first = factorySettings(streetlight);
    (first.neighbours as string[]).push("lamp-2");
    expect(factorySettings(streetlight).neighbours).toEqual([]);
  });

  it("has commands for flight records, and one to acknowledge its latched alarms where it has such", () => {
    const { setLevel, resume, ...more } = commandsOf(streetlight);
    expect(Object.keys(more)).toEqual([acknowledgeAlarm, ...Object.keys(flightCommands)]);
    expect([setLevel, resume]).toEqual([streetlight.commands.setLevel, streetlight.commands.resume]);
    const { poleTilted: _, ...others } = streetlight.alarms;
    expect(commandsOf({ ...streetlight, alarms: others })).toEqual({
      ...streetlight.commands,
      ...flightCommands,
    });
    const two = {
      ...streetlight,
      alarms: { a: streetlight.alarms.poleTilted!, b: streetlight.alarms.poleTilted! },
    };
    expect(commandsOf(two)[acknowledgeAlarm]!.args.alarm).toEqual(
      Type.Union([Type.Literal("a"), Type.Literal("b")]),
    );
  });
});

function omit<T>(record: Readonly<Record<string, T>>, name: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
}
