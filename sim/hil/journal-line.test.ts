import { Writable } from "node:stream";
import pino from "pino";
import { describe, expect, it } from "vitest";
import * as catalogue from "#devices/furniture/index.ts";
import type { UnitEvent } from "#firmware/journal.ts";
import { journalInto } from "#firmware/log.ts";
import { UnitOnBench } from "#test/bench/unit-on-bench.ts";
import { readLine } from "./journal-line.ts";

/** A log as `createLog` makes it, whose lines are kept. */
function logKept() {
  const lines: string[] = [];
  const write = (chunk: Buffer, _: string, done: () => void) => {
    lines.push(...chunk.toString().trimEnd().split("\n"));
    done();
  };
  return { log: pino({ level: "debug", base: null }, new Writable({ write })), lines };
}

it.each(Object.values(catalogue))("reads every event of a $kind as it was told", async (declaration) => {
  const unit = await UnitOnBench.of(declaration);
  const started = unit.start();
  await unit.pass(30_000);
  await started;
  const desired = new TextEncoder().encode(JSON.stringify({ revision: "a1", settings: { nothing: 1 } }));
  const { site, unit: id } = unit.config;
  unit.broker.inject({ topic: `plinth/${site}/${id}/settings/desired`, payload: desired, retain: true });
  unit.broker.inject({ topic: `plinth/${site}/${id}/command`, payload: desired, retain: false });
  [...unit.twins.values()][0]!.unplug();
  await unit.pass(90_000);
  const stopped = unit.unit!.stop();
  await unit.pass(60_000);
  await stopped;
  const { log, lines } = logKept();
  const told = unit.events.map(({ atMs: _, ...event }) => event as UnitEvent);
  for (const event of told) journalInto(log)(event);
  expect(new Set(told.map(({ type }) => type))).toEqual(
    new Set(
      ["started", "part", "actuator", "link", "record", "settings", "command", "stopped"].concat(extra(told)),
    ),
  );
  expect(lines.map(readLine)).toEqual(told.map((event) => ({ event: JSON.parse(JSON.stringify(event)) })));
});

/** What not every kind says. */
const extra = (told: readonly UnitEvent[]) =>
  (["alarm", "trouble", "taken"] as const).filter((type) => told.some((event) => event.type === type));

describe("a line that is no event", () => {
  it.each([
    ["text", "Segmentation fault", 'said what is no line of a log: "Segmentation fault"'],
    ["JSON of something else", "[1]", 'said what is no line of a log: "[1]"'],
    [
      "an event without its members",
      '{"level":30,"type":"part","role":"light","msg":"part"}',
      /^said an event that is none: state .*"role/,
    ],
    [
      "an event with a member of another type",
      '{"level":30,"type":"link","connected":"yes","msg":"link"}',
      /^said an event that is none: connected .*expected/,
    ],
    [
      "a record of nothing that is known",
      '{"level":20,"type":"record","epoch":"0123456789abcdef","sequence":1,"body":{"type":"x"},"msg":"record"}',
      /body\/type is "x", expected measurement or alarm/,
    ],
    ["an event of no known type", '{"level":50,"type":"x","msg":"strange"}', "strange"],
    ["a warning", '{"level":40,"time":1,"msg":"the broker refuses us"}', "the broker refuses us"],
    ["an error without words", '{"level":60,"time":1}', /^said "/],
  ])("is trouble: %s", (_what, line, trouble) => {
    const said = readLine(line) as { readonly trouble: string };
    expect(said.trouble).toMatch(trouble);
  });

  it("is left alone when it is a sentence for whoever reads the log", () => {
    expect(readLine('{"level":30,"time":1,"msg":"SIGTERM: stopping"}')).toBeUndefined();
  });
});
