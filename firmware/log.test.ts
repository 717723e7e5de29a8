import { describe, expect, it } from "vitest";
import type { UnitEvent } from "./journal.ts";
import { createLog, journalInto } from "./log.ts";

/** Levels as pino numbers them (pino, docs/api.md, "levels"): 20 debug, 30 info, 40 warn, 50 error. */
const cases: readonly (readonly [UnitEvent, string])[] = [
  [{ type: "trouble", what: "the store is full" }, "error"],
  [{ type: "part", role: "light", state: "quarantined", fault: "no answer" }, "warn"],
  [{ type: "part", role: "light", state: "ok" }, "info"],
  [{ type: "alarm", name: "doorOpen", state: "raised", severity: "warning" }, "warn"],
  [{ type: "alarm", name: "doorOpen", state: "cleared", severity: "warning" }, "info"],
  [
    { type: "actuator", name: "lamp", value: 80, reason: { code: "presence", text: "somebody is near" } },
    "debug",
  ],
  [{ type: "link", connected: false }, "info"],
];

describe("the log of a board", () => {
  it.each(cases)("says %j as loud as it matters", (event, level) => {
    const log = createLog("trace");
    const heard: string[] = [];
    for (const name of ["debug", "info", "warn", "error"] as const)
      log[name] = (said: unknown, message?: string) =>
        void heard.push(`${name} ${message} ${said === event}`);
    journalInto(log)(event);
    expect(heard).toEqual([`${level} ${event.type} true`]);
  });
});
