import * as Type from "@sinclair/typebox";
import { hcSr501 } from "#devices/chips/hc-sr501.ts";
import { pca9685 } from "#devices/chips/pca9685.ts";
import type { Controller } from "#devices/control.ts";
import { milliseconds, seconds } from "#devices/duration.ts";
import type { Estimator } from "#devices/estimators/estimator.ts";
import { furniture } from "#devices/furniture/vocabulary.ts";
import { Permit } from "#devices/permit.ts";
import { count, level, truth } from "#devices/quantities.ts";

/** Counts the bells that were rung, and tells each. */
const bells: Estimator<number> = {
  name: "bells",
  inputs: ["command.ring"],
  outputs: { rung: count },
  events: ["ring"],
  initial: (saved) => (typeof saved === "number" ? saved : 0),
  step(rung, sample, { commands }) {
    if (!sample) return { state: rung, estimates: [{ output: "rung", value: rung, quality: "good" }] };
    const by = String(commands.find(({ name }) => name === "ring")?.args.by);
    return {
      state: rung + 1,
      estimates: [{ output: "rung", value: rung + 1, quality: "good" }],
      events: [{ event: "ring", fields: { by, rung: rung + 1 } }],
    };
  },
  save: (rung) => rung,
};

const always = (value: number): Controller<undefined> => ({
  name: "always",
  inputs: [],
  initial: () => undefined,
  decide: () => ({ state: undefined, target: { value, reason: { code: "always", text: "always" } } }),
});

const nobodyNear = new Permit({
  inputs: ["visitor.presence"],
  allow: (wanted, view) =>
    view.latest("visitor.presence")?.value === 1
      ? { value: 0, reason: { code: "visitor", text: "somebody is near" } }
      : wanted,
});
const whatever = new Permit({ inputs: [], allow: (wanted) => wanted });

const at = (address: number) => ({ kind: "i2c", bus: 1, address }) as const;

/** The smallest kind with all the words that a streetlight does not need: what the unit makes of them is tried on it. */
export const kiosk = furniture({
  kind: "kiosk",
  title: "Kiosk",
  summary: "A lamp and a shutter on one chip, a bell, and a watchdog.",
  roles: {
    loads: {
      title: "Lamp and shutter",
      accepts: [pca9685],
      place: at(0x40),
      sampling: { every: seconds(1) },
    },
    watchdog: {
      title: "Watchdog",
      accepts: [pca9685],
      place: at(0x41),
      sampling: { every: seconds(60) },
    },
    visitor: {
      title: "Visitor",
      accepts: [hcSr501],
      place: { kind: "gpio", chip: "pinctrl-bcm2711", offset: 17 },
    },
  },
  estimators: [bells],
  actuators: {
    lamp: {
      title: "Lamp",
      quantity: level,
      role: "loads",
      outputs: (percent) => ({ level: percent }),
      controller: always(60),
      permit: whatever,
      failSafe: { value: 100, because: "it is dark" },
      timeToLive: seconds(90),
    },
    shutter: {
      title: "Shutter",
      quantity: truth,
      role: "loads",
      outputs: (open) => ({ enable: open }),
      controller: always(1),
      permit: nobodyNear,
      failSafe: { value: 0, because: "fingers" },
      timeToLive: seconds(90),
    },
  },
  deadMan: {
    role: "watchdog",
    output: "enable",
    every: milliseconds(500),
    guards: ["lamp", "shutter"],
  },
  telemetry: {},
  events: {
    ring: {
      title: "Somebody rang",
      recordClass: "meter",
      chained: true,
      fields: { by: Type.String(), rung: Type.Integer() },
    },
  },
  settings: {},
  commands: {
    ring: { title: "Ring", help: "", args: { by: Type.String() }, effect: { kind: "signal" } },
  },
  alarms: {},
  shared: {},
  privacy: {
    senses: [],
    ofFurniture: ["lamp", "shutter", "ring.by", "ring.rung"],
    personalData: "none",
    retention: "Nothing is kept.",
  },
});
