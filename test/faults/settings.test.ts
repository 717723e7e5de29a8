/**
 * Bad input from the network: the desired settings and the commands of every kind of the catalogue, generated from
 * the schemas that it declares. What a schema allows is applied and survives a restart; with one thing wrong, nothing
 * is, and the answer names the field, what is wrong with it and what was expected.
 */
import * as Type from "@sinclair/typebox";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commandsOf } from "#devices/furniture/commands.ts";
import * as catalogue from "#devices/furniture/index.ts";
import { type Furniture, factorySettings } from "#devices/furniture/vocabulary.ts";
import type { DesiredSettings, Refusal } from "#devices/wire.ts";
import { Commands } from "#firmware/commands.ts";
import { Kept } from "#firmware/kept.ts";
import type { KeptCommands } from "#firmware/kept-commands.ts";
import { Settings } from "#firmware/settings.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { VirtualStore } from "#sim/ports/store.ts";
import { fullest, valid, wrong } from "./from-schema.ts";

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/** The settings of the next life of a unit's process on this medium. */
const settingsOn = (medium: VirtualStore, declaration: Furniture): Promise<Settings> => {
  const kept = new Kept<DesiredSettings>(medium.mount(), "settings", (what) => expect.unreachable(what));
  return Settings.load(declaration, factorySettings(declaration), kept, (what) => expect.unreachable(what));
};

const flight = {
  ...{ file: "record-000001-0001-request.flight", bytes: 1, from: null, until: null, lostEvents: 0 },
  kept: [],
};

/** One command each, with enough time between them that they are no flood. */
async function commanding(declaration: Furniture) {
  const loop = new EventLoop(Date.UTC(2026, 5, 10, 10));
  const clock = new VirtualClock(loop);
  clock.setWall(loop.now, "network");
  const taken: string[] = [];
  const kept = new Kept<KeptCommands>(new VirtualStore().mount(), "command", (what) =>
    expect.unreachable(what),
  );
  const commands = await Commands.load(commandsOf(declaration), clock, kept, {
    onTaken: (command) => taken.push(command),
    onAcknowledge: (alarm) => taken.push(alarm) > 0,
    onFlight: async (does) => {
      taken.push(does);
      return { flight };
    },
  });
  let id = 0;
  const take = async (command: string, args: unknown) => {
    await loop.runUntil(loop.now + 1_100);
    const expires = loop.now + 60_000;
    return commands.take(bytes({ id: ++id, expires, command, args }), false);
  };
  return { commands, take, taken };
}

/** The reason for one field, in words. */
function expectReason(refusals: readonly Refusal[], field: string): void {
  expect(refusals.map((refusal) => refusal.field)).toContain(field);
  for (const { problem, expected } of refusals) {
    expect(problem).toMatch(/^(is|has|names) ./);
    expect(expected).toMatch(/../);
  }
}

for (const declaration of Object.values(catalogue)) {
  const { settings } = declaration;
  const names = Object.keys(settings);
  const some = fc.record(Object.fromEntries(names.map((name) => [name, valid(settings[name]!.schema)])), {
    requiredKeys: [],
  });
  const all = fc.record(Object.fromEntries(names.map((name) => [name, fullest(settings[name]!.schema)])));
  const bad = fc
    .tuple(some, fc.constantFrom(...names))
    .chain(([others, name]) => wrong(settings[name]!.schema).map((one) => ({ others, name, one })));

  const expectApplied = async (desired: Readonly<Record<string, unknown>>) => {
    const medium = new VirtualStore();
    const answer = await (await settingsOn(medium, declaration)).desire(
      bytes({ revision: "a", settings: desired }),
    );
    expect(answer).toMatchObject({ revision: "a", state: "applied", refusals: [] });
    medium.powerCut(1);
    const { current, reported } = await settingsOn(medium, declaration);
    expect(current).toEqual({ ...factorySettings(declaration), ...desired });
    expect(reported.inForce).toEqual(answer.inForce);
  };

  describe(`desired settings of a ${declaration.kind}`, () => {
    it("are applied whole and hold over a restart, whatever their schemas allow", () =>
      fc.assert(fc.asyncProperty(some, expectApplied), { numRuns: 40 }));

    it("are applied with every list as long as it may be", () =>
      fc.assert(fc.asyncProperty(all, expectApplied), { numRuns: 3, endOnFailure: true }));

    it("are refused whole when one thing is wrong, with field, problem and what was expected", async () => {
      const medium = new VirtualStore();
      const unit = await settingsOn(medium, declaration);
      const told = Object.entries(factorySettings(declaration)).filter(
        ([setting]) => !settings[setting]!.isConfidential,
      );
      const factory = { revision: "factory", settings: Object.fromEntries(told) };
      await fc.assert(
        fc.asyncProperty(bad, async ({ others, name, one }) => {
          const desired = { ...others, [name]: one.value };
          const answer = await unit.desire(bytes({ revision: "a", settings: desired }));
          expect(answer).toMatchObject({ revision: "a", state: "refused", inForce: factory });
          expectReason(answer.refusals, one.field === "" ? name : `${name}/${one.field}`);
        }),
        { numRuns: 300 },
      );
      expect((await settingsOn(medium, declaration)).reported.inForce).toEqual(factory);
    });
  });

  describe.each(Object.entries(commandsOf(declaration)))(
    `command %s to a ${declaration.kind}`,
    (name, { args }) => {
      const schema = Type.Object(args, { additionalProperties: false });

      it("is taken with whatever arguments its schema allows", async () => {
        const { take, taken } = await commanding(declaration);
        await fc.assert(
          fc.asyncProperty(valid(schema), async (given) => {
            const { length } = taken;
            expect(await take(name, given)).toMatchObject({ state: "accepted", refusals: [] });
            expect(taken.length).toBe(length + 1);
          }),
        );
      });

      it("is refused when one thing is wrong, and sets nothing in motion", async () => {
        const { commands, take, taken } = await commanding(declaration);
        await fc.assert(
          fc.asyncProperty(wrong(schema), async ({ value, field }) => {
            const { state, refusals } = await take(name, value);
            expect(state).toBe("refused");
            expectReason(refusals, field === "" ? "args" : `args/${field}`);
            expect([taken, commands.active]).toEqual([[], []]);
          }),
        );
      });
    },
  );
}
