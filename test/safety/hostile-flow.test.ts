import { describe, expect, it } from "vitest";
import { unitTopics } from "#devices/wire.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { VirtualBroker } from "#sim/ports/link.ts";
import { layOut } from "#sim/scenario/lay-out.ts";
import { liveThrough } from "#sim/scenario/run.ts";
import { readScenario } from "#sim/scenario/scenario.ts";
import { hostile } from "./hostile.ts";

/** Node-RED, or whoever has its password, sends each unit some five messages a second, for as long as this takes. */
const periodMs = 200;

interface Attack {
  readonly kind: string;
  readonly start: string;
  readonly minutes: number;
  readonly furniture: string;
  readonly faults?: string;
  /** Bounds of what must hold, whoever asks for what: `darkSeconds: { max: 0 }`. */
  readonly safe: Readonly<Record<string, number>>;
}

const attacks: readonly Attack[] = [
  {
    kind: "streetlight",
    start: "2025-12-21 19:00",
    minutes: 30,
    furniture: "units: 2, spacing: 30",
    safe: { darkSeconds: 0 },
  },
  {
    kind: "bench",
    start: "2026-07-11 20:50",
    minutes: 30,
    furniture: "at: [30]",
    faults: `faults:
  - { at: "20:55", for: 4 min, unit: bench-01, fault: overload, by: 300 }
  - { at: "21:05", for: 4 min, unit: bench-01, fault: heat-port, by: 60 }
  - { at: "21:12", for: 4 min, unit: bench-01, fault: switch-fault }`,
    safe: { wrongOnSeconds: 0, countersBack: 0, chainFlaws: 0, "battery.frozenChargeSeconds": 0 },
  },
  {
    kind: "floor",
    start: "2026-06-13 22:00",
    minutes: 5,
    furniture: "at: [30], size: 4",
    faults: `faults:
  - { at: "22:01", for: 3 min, unit: floor-01, fault: charge, by: 20 }`,
    safe: { overVoltageSeconds: 0, flashesMost: 2 },
  },
  {
    kind: "curb",
    start: "2026-04-14 09:40",
    minutes: 30,
    furniture: "at: [30], size: 3",
    safe: { "lock.riseUnderVehicleSeconds": 0, "charging.wrongSeconds": 0 },
  },
];

const scenarioOf = ({ kind, start, minutes, furniture, faults = "" }: Attack, seed: number) => `
scenario: hostile
title: A hostile flow
seed: ${seed}
start: ${start}
duration: ${minutes} min
location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
street:
  length: 60
  peoplePerHourPeak: 400
  furniture:
    - { kind: ${kind}, ${furniture} }
${faults}
`;

async function attacked(attack: Attack, seed: number) {
  const scenario = await readScenario(scenarioOf(attack, seed), "hostile.yaml");
  const answers = { applied: 0, refused: 0, accepted: 0, sent: 0 };
  let attacking = true;
  const street = await layOut(scenario, seed, { version: "0" }, (loop) => {
    const clock = new VirtualClock(loop);
    clock.setWall(loop.now, "network");
    const broker = new VirtualBroker(clock);
    const link = broker.port({ clock }).open("hostile", { topic: "hostile", payload: "" });
    const { reported, result } = unitTopics("+", "+");
    for (const filter of [reported, result])
      link.subscribe(filter, ({ payload }) => {
        const { state } = JSON.parse(new TextDecoder().decode(payload)) as { state: keyof typeof answers };
        answers[state]++;
      });
    for (const { config, declaration } of scenario.units) {
      const enemy = hostile(seed, declaration, config.site, config.unit);
      const strike = () => {
        if (!attacking) return;
        const { topic, payload, retain } = enemy.message(loop.now);
        answers.sent++;
        void link.publish(topic, payload, { retain });
        loop.at(loop.now + periodMs, strike);
      };
      // Once the unit has started: what it makes of what was retained before is tested elsewhere.
      loop.at(loop.now + 10_000, strike);
    }
    return {
      network: {
        link: (unitClock) => broker.port({ clock: unitClock }),
        cut: (clientId) => broker.cut(clientId),
        away: () => broker.stop(),
        back: () => broker.start(),
      },
      cityLink: broker.port({ clock }),
    };
  });
  const summary = await liveThrough(scenario, seed, street, { realNowMs: () => 0 });
  attacking = false;
  return { answers, found: summary.kinds[attack.kind]!, street };
}

describe("a flow that sends what it likes", () => {
  it.each(attacks.flatMap((attack) => [1, 2].map((seed) => [attack.kind, seed, attack] as const)))(
    "never touches the safety of a %s, seed %i",
    async (_, seed, attack) => {
      const { answers, found, street } = await attacked(attack, seed);
      const bounds = Object.entries(attack.safe);
      expect(Object.fromEntries(bounds.map(([path]) => [path, found[path]]))).toEqual(
        Object.fromEntries(bounds.map(([path, most]) => [path, Math.min(found[path]!, most)])),
      );
      // It got through: units took some of it and refused the rest, and live.
      expect(answers.refused).toBeGreaterThan(50);
      expect(answers.applied + answers.accepted).toBeGreaterThan(20);
      for (const unit of street.units) expect(unit.snapshot, unit.id).toBeDefined();
    },
    300_000,
  );
});
