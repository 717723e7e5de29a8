import { expect, it } from "vitest";
import { bakedBy } from "./baked.ts";

const nodes = [
  { id: "s", type: "plinth-site", broker: "b", site: "via-roma" },
  { id: "1", type: "streetlight", site: "s", unit: "lamp-1", holdTime: "90", minimumLevel: 10 },
  { id: "2", type: "streetlight", site: "s", unit: "lamp-2", d: true },
  { id: "3", type: "bench", site: "s", unit: "bench-1" },
];

it("bakes what differs from the factory, for the units of one kind that are enabled", () => {
  const { settings, revisions } = bakedBy({ file: "flows.json", nodes }, "streetlight");
  expect(settings).toEqual({ "via-roma/lamp-1": { holdTime: 90 } });
  expect(Object.keys(revisions)).toEqual(["via-roma/lamp-1"]);
});

it("refuses a flow that sets no unit of the kind", () => {
  expect(() => bakedBy({ file: "flows.json", nodes }, "curb")).toThrow(
    "flows.json sets no curb, but streetlight, bench",
  );
});
