import { expect, it } from "vitest";
import type { DeclarationState, UnitState } from "../view.ts";
import { reasonsOf } from "./reasons.ts";

/** Of actuators by name, each with its reason. */
function reasons(told: Readonly<Record<string, string>>, declared = Object.keys(told)): string {
  const unit = {
    actuators: Object.fromEntries(
      Object.entries(told).map(([name, text]) => [name, { value: 1, code: "code", text }]),
    ),
  };
  const declaration = {
    actuators: Object.fromEntries(declared.map((name) => [name, { title: name.toUpperCase(), unit: "1" }])),
  };
  return reasonsOf(unit as unknown as UnitState, declaration as unknown as DeclarationState);
}

it("tells why a unit does what it does, each reason once", () => {
  expect(reasons({ lamp: "profile from 00:00" })).toBe("profile from 00:00");
  expect(reasons({ a: "ready", b: "ready", c: "battery low" })).toBe("A, B: ready · C: battery low");
  expect(reasons({ a: "open", b: "open", c: "open", d: "open" })).toBe("A and 3 others: open");
  expect(reasons({}, ["lamp"])).toBe("nothing decided yet");
  expect(reasons({}, [])).toBe("drives nothing");
});
