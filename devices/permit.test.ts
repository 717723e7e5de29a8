import { describe, expect, it } from "vitest";
import * as kinds from "#devices/furniture/index.ts";
import { ViewOnTable } from "#test/bench/view-on-table.ts";
import type { Target, View } from "./control.ts";
import { Permit } from "./permit.ts";

const wanted: Target = { value: 1, reason: { code: "wish", text: "somebody wants it" } };

describe("a permit", () => {
  it("sees what it declares, and all else that a view tells", () => {
    const view = new ViewOnTable({ limit: 3 }).put("a.one", 1);
    const seen: unknown[] = [];
    const permit = new Permit({
      inputs: ["a.one", "a.two"],
      allow(target, known) {
        const { nowMs, wallMs, clock, device, latitude, longitude, timeZone, settings, commands } = known;
        seen.push(nowMs, wallMs, clock, device, latitude, longitude, timeZone, settings, commands);
        seen.push(known.latest("a.one")?.value, known.latest("a.two"));
        return target;
      },
    });
    expect(permit.allow(wanted, view)).toBe(wanted);
    expect(seen).toEqual([
      ...[view.nowMs, view.wallMs, view.clock, view.device, view.latitude, view.longitude],
      ...[view.timeZone, view.settings, view.commands, 1, undefined],
    ]);
  });

  it("is refused a look at anything else", () => {
    const view = new ViewOnTable().put("b.other", 1);
    const permit = new Permit({
      inputs: ["a.one"],
      allow: (target, known) => (known.latest("b.other") ? target : { ...target, value: 0 }),
    });
    expect(() => permit.allow(wanted, view)).toThrow(
      "a permit looks at b.other, which is not among its inputs",
    );
  });

  it("is woken by all that it looks at, or by some of it, and by nothing else", () => {
    const allow = (target: Target) => target;
    expect(new Permit({ inputs: ["a", "b"], allow }).wakes).toEqual(["a", "b"]);
    expect(new Permit({ inputs: ["a", "b"], wakes: ["b"], allow }).wakes).toEqual(["b"]);
    expect(() => new Permit({ inputs: ["a"], wakes: ["b"], allow })).toThrow("woken by b");
  });
});

/** Everything that a kind's permits may be shown: each source unknown, bad, or good with a small number. */
function views(): View[] {
  const known = (value: number, quality: "good" | "bad") => {
    const view = new ViewOnTable();
    const latest = (source: string) => view.put(source, value, quality).latest(source);
    return { ...view, device: "pier/x-1", timeZone: "UTC", latest } as View;
  };
  return [
    new ViewOnTable(),
    known(Number.NaN, "bad"),
    ...[-1, 0, 0.5, 1, 4].map((value) => known(value, "good")),
  ];
}

describe.each(Object.values(kinds).map((kind) => [kind.kind, kind] as const))(
  "of a %s",
  (_, { actuators }) => {
    it.each(Object.entries(actuators))(
      "the permit of %s looks at nothing but its inputs",
      (_name, { permit }) => {
        for (const view of views())
          for (const value of [-1, 0, 1, 2, 50, Number.NaN])
            expect(() => permit.allow({ ...wanted, value }, view)).not.toThrow();
      },
    );
  },
);
