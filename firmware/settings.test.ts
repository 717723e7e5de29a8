import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bench } from "#devices/furniture/bench.ts";
import { curb } from "#devices/furniture/curb.ts";
import { streetlight } from "#devices/furniture/streetlight.ts";
import { type Furniture, factorySettings } from "#devices/furniture/vocabulary.ts";
import type { DesiredSettings } from "#devices/wire.ts";
import { VirtualStore } from "#sim/ports/store.ts";
import { Kept } from "./kept.ts";
import { Settings } from "./settings.ts";

const factory = factorySettings(streetlight);
const bytes = (value: unknown) =>
  new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));

/** The settings of a unit's next life on this medium. */
async function life(medium: VirtualStore, declaration: Furniture = streetlight, preset = factory) {
  const told: string[] = [];
  const kept = new Kept<DesiredSettings>(medium.mount(), "settings", (what) => told.push(what));
  return { settings: await Settings.load(declaration, preset, kept, (what) => told.push(what)), told };
}

describe("settings", () => {
  it("are the factory's before any were desired", async () => {
    const { settings, told } = await life(new VirtualStore());
    expect(settings.current).toEqual(factory);
    expect(settings.reported).toEqual({
      revision: "factory",
      state: "applied",
      refusals: [],
      inForce: { revision: "factory", settings: factory },
    });
    expect(told).toEqual([]);
  });

  it("are applied whole: what is not named takes the factory's value again", async () => {
    const { settings } = await life(new VirtualStore());
    await settings.desire(bytes({ revision: "a", settings: { holdTime: 90, roadClass: "P3" } }));
    const reported = await settings.desire(bytes({ revision: "b", settings: { holdTime: 60 } }));
    expect(settings.current).toEqual({ ...factory, holdTime: 60 });
    expect(reported).toEqual({
      revision: "b",
      state: "applied",
      refusals: [],
      inForce: { revision: "b", settings: settings.current },
    });
    expect(settings.reported).toBe(reported);
  });

  it("say nothing again of what may tell who somebody is", async () => {
    const card = "0a1b2c3d4e5f";
    for (const [declaration, name] of [
      [curb, "permits"],
      [bench, "cards"],
    ] as const) {
      const { settings } = await life(new VirtualStore(), declaration, factorySettings(declaration));
      const answers = [
        await settings.desire(bytes({ revision: "a", settings: { [name]: [card] } })),
        await settings.desire(bytes({ revision: "b", settings: { [name]: [card, card, "AB 123 CD"] } })),
        await settings.desire(bytes(`{"revision":"c","settings":{"${name}":["${card}" "AB 123 CD"]}}`)),
        await settings.desire(bytes("AB 123 CD")),
        settings.reported,
      ];
      expect(answers.map(({ state }) => state)).toEqual([
        ...["applied", "refused", "refused", "refused", "refused"],
      ]);
      expect(answers[1]!.refusals.map(({ field }) => field)).toContain(`${name}/2`);
      expect(JSON.stringify(answers)).not.toMatch(/0a1b2c|AB 12|123 CD/);
      // They are in force all the same.
      expect(settings.current[name]).toEqual([card]);
    }
  });

  it("hold over a restart", async () => {
    const medium = new VirtualStore();
    const before = await life(medium);
    await before.settings.desire(bytes({ revision: "a", settings: { holdTime: 90 } }));
    medium.powerCut(1);
    const { settings } = await life(medium);
    expect(settings.reported.inForce).toEqual({ revision: "a", settings: { ...factory, holdTime: 90 } });
  });

  it("follow a factory value that a new version, or the unit's file, changed", async () => {
    const medium = new VirtualStore();
    await (await life(medium)).settings.desire(bytes({ revision: "a", settings: { holdTime: 90 } }));
    const { settings } = await life(medium, streetlight, { ...factory, presenceLevel: 70, holdTime: 30 });
    expect(settings.current).toEqual({ ...factory, presenceLevel: 70, holdTime: 90 });
  });

  it("are refused all or nothing, with every reason, and the old ones hold", async () => {
    const medium = new VirtualStore();
    const { settings } = await life(medium);
    await settings.desire(bytes({ revision: "a", settings: { holdTime: 90 } }));
    const inForce = settings.reported.inForce;
    const reported = await settings.desire(
      bytes({ revision: "b", settings: { minimumLevel: 20, holdTime: 4, brightness: 3, roadClass: "Z9" } }),
    );
    expect(reported).toMatchObject({ revision: "b", state: "refused", inForce });
    expect(reported.refusals.map(({ field }) => field).sort()).toEqual([
      "brightness",
      "holdTime",
      "roadClass",
    ]);
    expect(reported.refusals).toContainEqual({ field: "holdTime", problem: "is 4", expected: "at least 5" });
    expect((await life(medium)).settings.current).toEqual({ ...factory, holdTime: 90 });
  });

  it.each<[string, string, string]>([
    ["nothing at all", "", "unreadable"],
    ["half a message", '{"revision":"b","settings":{', "unreadable"],
    ["a number", "7", "unreadable"],
    ["a newer schema", '{"revision":"b","settings":{},"schema":2}', "b"],
    ["no revision", '{"settings":{}}', "unreadable"],
    ["an empty revision", '{"revision":"","settings":{}}', ""],
    ["a revision that is no text", '{"revision":{"a":1},"settings":{}}', "unreadable"],
    ["settings that are a list", '{"revision":"b","settings":[]}', "b"],
    ["a prototype", '{"revision":"b","settings":{"__proto__":{"holdTime":9}}}', "b"],
    ["an infinite number", '{"revision":"b","settings":{"holdTime":1e999}}', "b"],
    ["more than fits", `{"revision":"b","settings":{"note":"${"x".repeat(66_000)}"}}`, "unreadable"],
    ["an abyss", `{"revision":"b","settings":${'{"a":'.repeat(500)}1${"}".repeat(500)}}`, "unreadable"],
  ])("refuse %s", async (_, payload, revision) => {
    const { settings } = await life(new VirtualStore());
    const reported = await settings.desire(bytes(payload));
    expect(reported).toMatchObject({ revision, state: "refused", inForce: { revision: "factory" } });
    expect(reported.refusals.length).toBeGreaterThan(0);
    expect(settings.current).toEqual(factory);
    expect({}).not.toHaveProperty("holdTime");
  });

  it("are never changed by noise", async () => {
    const { settings } = await life(new VirtualStore());
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json().map(bytes)), async (payload) => {
        expect((await settings.desire(payload)).state).toBe("refused");
        expect(settings.current).toEqual(factory);
      }),
      { numRuns: 1_000 },
    );
  });

  it("that cannot be stored are refused, and the old ones hold", async () => {
    const medium = new VirtualStore();
    const { settings } = await life(medium);
    await settings.desire(bytes({ revision: "a", settings: { holdTime: 90 } }));
    medium.readOnly();
    const reported = await settings.desire(bytes({ revision: "b", settings: { holdTime: 60 } }));
    expect(reported).toMatchObject({ revision: "b", state: "refused", inForce: { revision: "a" } });
    expect(reported.refusals).toEqual([
      {
        field: "",
        problem: expect.stringMatching(/^could not be stored: .*read-only/),
        expected: "a working data partition",
      },
    ]);
    expect(settings.current).toEqual({ ...factory, holdTime: 90 });
    medium.readOnly(false);
    expect(await settings.desire(bytes({ revision: "b", settings: { holdTime: 60 } }))).toMatchObject({
      state: "applied",
    });
  });

  it("are old or new, never mixed, after a power cut at any change of the medium", async () => {
    const medium = new VirtualStore();
    const { settings } = await life(medium);
    await settings.desire(bytes({ revision: "a", settings: { holdTime: 90, roadClass: "P3" } }));
    const images: VirtualStore[] = [];
    medium.onChange = () => images.push(medium.image(images.length));
    await settings.desire(bytes({ revision: "b", settings: { holdTime: 60, roadClass: "P4" } }));
    const seen = new Set<string>();
    for (const image of [...images, medium.image(9)]) {
      const { inForce } = (await life(image)).settings.reported;
      const { holdTime, roadClass } = inForce.settings;
      seen.add(`${inForce.revision} ${holdTime} ${roadClass}`);
    }
    expect([...seen].sort()).toEqual(["a 90 P3", "b 60 P4"]);
  });

  it("fall back to those before when damaged, then to the factory's, and say so", async () => {
    const medium = new VirtualStore();
    const { settings } = await life(medium);
    await settings.desire(bytes({ revision: "a", settings: { holdTime: 90 } }));
    await settings.desire(bytes({ revision: "b", settings: { holdTime: 60 } }));
    medium.corrupt("settings", 30, 4);
    const second = await life(medium);
    expect(second.settings.current).toEqual({ ...factory, holdTime: 90 });
    expect(second.told).toEqual(["settings is damaged and was set aside"]);
    medium.corrupt("settings.previous", 30, 4);
    const third = await life(medium);
    expect(third.settings.reported.inForce).toEqual({ revision: "factory", settings: factory });
    expect(third.told).toHaveLength(2);
  });

  it("that another version kept and this one does not know give way to the factory's, and say why", async () => {
    const medium = new VirtualStore();
    const { holdTime: _, ...others } = streetlight.settings;
    await (await life(medium)).settings.desire(bytes({ revision: "a", settings: { holdTime: 90 } }));
    const { settings, told } = await life(medium, { ...streetlight, settings: others });
    expect(settings.reported.inForce.revision).toBe("factory");
    expect(told).toEqual([
      expect.stringMatching(/^kept settings are not used: settings\/holdTime is not known; expected one of /),
    ]);
  });

  it("desired again unchanged are acknowledged without wearing the medium", async () => {
    const medium = new VirtualStore();
    const { settings } = await life(medium);
    const message = bytes({ revision: "a", settings: { holdTime: 90, presenceLevel: 70 } });
    await settings.desire(message);
    const worn = medium.sectorsWritten;
    const { current } = settings;
    await settings.desire(bytes({ settings: { presenceLevel: 70, holdTime: 90 }, revision: "a" }));
    expect(await settings.desire(message)).toMatchObject({ revision: "a", state: "applied" });
    expect(medium.sectorsWritten).toBe(worn);
    expect(settings.current).toBe(current);
  });

  it("that differ under a revision used before are applied: no revision is believed for its name", async () => {
    const { settings } = await life(new VirtualStore());
    await settings.desire(bytes({ revision: "a", settings: { holdTime: 90 } }));
    await settings.desire(bytes({ revision: "a", settings: { holdTime: 60 } }));
    expect(settings.current).toEqual({ ...factory, holdTime: 60 });
  });

  it("are taken in the order in which they came", async () => {
    const { settings } = await life(new VirtualStore());
    const answers = await Promise.all(
      [10, 20, 30].map((holdTime) =>
        settings.desire(bytes({ revision: `r${holdTime}`, settings: { holdTime } })),
      ),
    );
    expect(answers.map(({ inForce }) => inForce.revision)).toEqual(["r10", "r20", "r30"]);
    expect(settings.current.holdTime).toBe(30);
  });
});
