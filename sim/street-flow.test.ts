import { expect, it } from "vitest";
import { bench } from "#devices/furniture/bench.ts";
import { streetlight } from "#devices/furniture/streetlight.ts";
import { streetFlow } from "./street-flow.ts";

const unit = (id: string, kind: string, settings: object = {}) => ({
  site: "demo",
  unit: id,
  kind,
  settings: { ...settings },
});
const units = [
  ...["lamp-01", "lamp-02", "lamp-03", "lamp-04"].map((id) => unit(id, streetlight.kind, { holdTime: 45 })),
  unit("bench-01", bench.kind, { currency: "EUR" }),
];

it("has a node for each unit, with its settings, and a title over each kind", () => {
  const flow = streetFlow(units, "mqtt://127.0.0.1:1884");
  const place = flow.find(({ type }) => type === "plinth-site");
  expect(place).toMatchObject({ site: "demo", broker: flow.find(({ type }) => type === "mqtt-broker")?.id });
  for (const { unit: id, kind, settings } of units)
    expect(flow).toContainEqual(
      expect.objectContaining({ type: kind, site: place?.id, unit: id, ...settings }),
    );
  const comments = flow.filter(({ type }) => type === "comment").map(({ name }) => name);
  expect(comments).toEqual(expect.arrayContaining([streetlight.title, bench.title]));
  expect(flow).toContainEqual(expect.objectContaining({ type: "mqtt-broker", port: "1884" }));
  expect(new Set(flow.map(({ id }) => id)).size).toBe(flow.length);
});

it("puts no node over another, and each kind under its own title", () => {
  const placed = streetFlow(units, "mqtt://127.0.0.1:1884").flatMap((node) =>
    typeof node.x === "number" && typeof node.y === "number" ? [{ ...node, x: node.x, y: node.y }] : [],
  );
  for (const [index, one] of placed.entries())
    for (const other of placed.slice(0, index))
      expect(Math.abs(one.x - other.x) >= 150 || Math.abs(one.y - other.y) >= 40).toBe(true);
  const heightOf = (found: (node: Record<string, unknown>) => boolean) =>
    placed.filter(found).map(({ y }) => y);
  const [title] = heightOf(({ name }) => name === bench.title);
  expect(Math.max(...heightOf(({ type }) => type === streetlight.kind))).toBeLessThan(title!);
  expect(title).toBeLessThan(Math.min(...heightOf(({ type }) => type === bench.kind)));
});
