import * as Type from "@sinclair/typebox";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMessage } from "./message.ts";

const schema = Type.Object({ a: Type.Number() }, { additionalProperties: false });
const bytes = (text: string) => new TextEncoder().encode(text);
const refusalsOf = (payload: Uint8Array | string, bytesMax = 4_096) =>
  parseMessage(typeof payload === "string" ? bytes(payload) : payload, bytesMax, schema).refusals;

describe("a message from the network", () => {
  it("is taken when it fits", () => {
    expect(parseMessage(bytes('{"a":1}'), 100, schema)).toEqual({ value: { a: 1 }, refusals: undefined });
  });

  it("is measured before it is read", () => {
    const whole = '{"a":1}';
    expect(refusalsOf(whole, whole.length)).toBeUndefined();
    expect(refusalsOf(`${whole} `, whole.length)).toEqual([
      { field: "", problem: "has 8 bytes", expected: "at most 7" },
    ]);
  });

  it.each([
    ["nothing", ""],
    ["half a message", '{"a":'],
    ["bytes that are no UTF-8", Uint8Array.of(0x22, 0xff, 0x22)],
    ["a NUL", '{"a":\u0000}'],
    ["two messages", '{"a":1}{"a":2}'],
  ])("that is %s is not JSON", (_, payload) => {
    expect(refusalsOf(payload)).toEqual([
      { field: "", problem: expect.stringMatching(/^is not JSON: /), expected: "a JSON object in UTF-8" },
    ]);
  });

  it("may be nested eight levels deep, and no deeper", () => {
    const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
    const problem = (levels: number) => refusalsOf(nested(levels), 1 << 20)?.map((one) => one.problem);
    expect(problem(8)).not.toContain("is nested too deeply");
    expect(problem(9)).toEqual(["is nested too deeply"]);
    expect(problem(50_000)).toEqual(["is nested too deeply"]);
  });

  it("cannot reach a prototype", () => {
    for (const name of ["__proto__", "constructor", "toString"])
      expect(refusalsOf(`{"a":1,"${name}":{"polluted":1}}`)).toEqual([
        { field: name, problem: "is not known", expected: "one of a" },
      ]);
    expect({}).not.toHaveProperty("polluted");
  });

  it("that is wrong all over is answered briefly", () => {
    const names = Array.from({ length: 3_000 }, (_, index) => `"x${index}":0`);
    const refusals = refusalsOf(`{"a":1,${names.join()}}`, 1 << 16)!;
    expect(refusals).toHaveLength(33);
    expect(refusals.at(-1)).toEqual({ field: "", problem: "has 2968 more faults", expected: "none" });
    const [long] = refusalsOf(`{"a":1,"${"y".repeat(4_000)}":0}`)!;
    expect(long!.field).toBe("y".repeat(128));
  });

  it("never throws, and is believed only when it fits", () => {
    const any = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json({ maxDepth: 12 }).map(bytes),
      fc.constantFrom('{"a":1}', '{"a":NaN}', '{"a":1e999}', '{"a":"1"}').map(bytes),
    );
    fc.assert(
      fc.property(any, (payload) => {
        const { value, refusals } = parseMessage(payload, 256, schema);
        if (refusals) expect(refusals.length).toBeGreaterThan(0);
        else expect(value).toEqual({ a: expect.any(Number) });
      }),
      { numRuns: 2_000 },
    );
  });
});
