import { expect, it } from "vitest";
import { streetlight } from "#devices/furniture/index.ts";
import { illuminance, truth as truthQuantity } from "#devices/quantities.ts";
import type { Snapshot } from "#firmware/unit/unit.ts";
import { toDeclarationState, toUnitState } from "./unit-state.ts";

const stand = {
  declaration: "streetlight",
  xM: 12.5,
  truth: { levelPercent: 80, "motion.presence": true },
};

const when = { wallMs: undefined, clock: "none", boot: 2 } as const;
const snapshot: Snapshot = {
  boot: 2,
  samples: [
    {
      source: "light.illuminance",
      value: 1.25,
      quantity: illuminance,
      quality: "good",
      atMs: 4_000,
      ...when,
    },
    {
      source: "motion.presence",
      value: Number.NaN,
      quantity: truthQuantity,
      quality: "bad",
      atMs: 5_000,
      ...when,
    },
  ],
  targets: { lamp: { value: 80, reason: { code: "presence", text: "presence until 22:41:07" } } },
  parts: { light: { part: "veml7700", state: "failing", fault: "timeout on i2c-1", failures: 3 } },
  alarms: ["doorOpen"],
  settings: {
    revision: "b2",
    state: "refused",
    refusals: [{ field: "holdTime", problem: "too long", expected: "up to 1800" }],
    inForce: { revision: "a1", settings: {} },
  },
  records: { made: 10, waiting: 4, dropped: 1, superseded: 0, rejected: 0, bytesOnMedium: 900 },
  connected: true,
};

it("says what a unit says, in the words of its declaration and in the street's time", () => {
  const state = toUnitState(streetlight, stand, { snapshot, clockOriginMs: 1_000_000 });
  expect(state).toEqual({
    kind: "streetlight",
    ...stand,
    running: true,
    connected: true,
    actuators: { lamp: { value: 80, code: "presence", text: "presence until 22:41:07" } },
    samples: {
      "light.illuminance": { value: 1.25, unit: "lx", decimals: 3, quality: "good", atMs: 1_004_000 },
      "motion.presence": { unit: "1", decimals: 0, quality: "bad", atMs: 1_005_000 },
    },
    parts: {
      light: {
        part: "veml7700",
        title: "Ambient light, facing up",
        state: "failing",
        fault: "timeout on i2c-1",
        failures: 3,
      },
    },
    alarms: [
      {
        name: "doorOpen",
        title: "Cabinet door open",
        severity: "warning",
        advice: "Close and lock the cabinet; if nobody of yours opened it, inspect it.",
      },
    ],
    settings: {
      revision: "b2",
      state: "refused",
      inForce: "a1",
      refusals: [{ field: "holdTime", problem: "too long", expected: "up to 1800" }],
    },
    records: { made: 10, waiting: 4, dropped: 1 },
  });
});

it("holds nothing that JSON cannot say", () => {
  const state = toUnitState(streetlight, stand, { snapshot, clockOriginMs: 0 });
  expect(JSON.parse(JSON.stringify(state))).toEqual(state);
});

it("knows only the truth while the process is dead", () => {
  expect(toUnitState(streetlight, stand, undefined)).toEqual({
    kind: "streetlight",
    ...stand,
    running: false,
    connected: false,
    actuators: {},
    samples: {},
    parts: {},
    alarms: [],
  });
});

it("leaves out of the truth what is no number", () => {
  const truth = { levelPercent: Number.NaN, powerW: Number.POSITIVE_INFINITY, "motion.presence": false };
  expect(toUnitState(streetlight, { ...stand, truth }, undefined).truth).toEqual({
    "motion.presence": false,
  });
});

it("tells of a declaration what its units are shown by", () => {
  const { telemetry, glance, sources, ...rest } = toDeclarationState(streetlight);
  expect(rest).toEqual({
    kind: "streetlight",
    title: "Streetlight",
    actuators: { lamp: { title: "Lamp", unit: "%" } },
  });
  expect(telemetry.map(({ name }) => name)).toEqual(Object.keys(streetlight.telemetry));
  expect(glance.map(({ name }) => name)).toEqual(streetlight.glance);
  expect(sources.slice(0, 2)).toEqual([
    { source: "lamp.target", title: "Dimming level", unit: "%" },
    { source: "light.illuminance", title: "Illuminance", unit: "lx" },
  ]);
  expect(sources).toContainEqual({ source: "radar.distance", unit: "m" });
  expect(sources.filter(({ source }) => source.startsWith("command."))).toEqual([]);
  expect(glance.at(3)).toEqual({
    name: "presence",
    title: "Somebody is near",
    source: "presence.occupied",
    words: ["nobody", "someone"],
  });
});
