import * as Type from "@sinclair/typebox";
import type { Refusal } from "#devices/wire.ts";
import { instantMs, instantPattern, isInCalendar } from "./times.ts";

/** What a scenario does to a flow that runs beside its street, and expects of it. */
export interface FlowPart {
  /** Buttons of inject nodes, by name or id. */
  readonly presses: readonly { readonly atMs: number; readonly node: string }[];
  readonly expectations: readonly FlowExpectation[];
}

/** So many messages that a node of the flow must get. */
export interface FlowExpectation {
  /** Name or id. */
  readonly node: string;
  /** Only messages count whose payload has all of this. */
  readonly payload?: unknown;
  readonly min: number;
  readonly max?: number;
}

const node = Type.String({ minLength: 1, description: "name or id of a node" });

export const flowSchema = Type.Object(
  {
    press: Type.Optional(
      Type.Array(
        Type.Object(
          {
            at: Type.String({
              pattern: instantPattern,
              description: "local time such as 22:30, the first after the start, or 2025-12-23 22:30",
            }),
            node,
          },
          { additionalProperties: false },
        ),
      ),
    ),
    expect: Type.Optional(
      Type.Array(
        Type.Object(
          {
            node,
            payload: Type.Optional(Type.Unknown()),
            min: Type.Optional(Type.Integer({ minimum: 0 })),
            max: Type.Optional(Type.Integer({ minimum: 0 })),
          },
          { additionalProperties: false },
        ),
      ),
    ),
  },
  { additionalProperties: false },
);

export type RawFlowPart = Type.Static<typeof flowSchema>;

interface When {
  readonly timeZone: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** What the schema cannot say: times outside the scenario, bounds that nothing can meet. */
export function flowRefusals({ press = [], expect = [] }: RawFlowPart, when: When): Refusal[] {
  return [
    ...press.flatMap(({ at }, index): Refusal[] => {
      const refuse = (expected: string) => [
        { field: `flow/press/${index}/at`, problem: `is "${at}"`, expected },
      ];
      if (!isInCalendar(at)) return refuse("a date of the calendar");
      const atMs = instantMs(at, when.timeZone, when.startMs);
      return atMs < when.startMs || atMs >= when.endMs ? refuse("a time between the start and the end") : [];
    }),
    ...expect.flatMap(({ max, min = leastOf(max) }, index): Refusal[] =>
      max === undefined || max >= min
        ? []
        : [
            {
              field: `flow/expect/${index}`,
              problem: `has min ${min} and max ${max}`,
              expected: "min not above max; where it is not given, min is 1",
            },
          ],
    ),
  ];
}

export const flowPartOf = ({ press = [], expect = [] }: RawFlowPart, when: When): FlowPart => ({
  presses: press.map(({ at, node }) => ({ atMs: instantMs(at, when.timeZone, when.startMs), node })),
  expectations: expect.map((expectation) => ({ min: leastOf(expectation.max), ...expectation })),
});

/** Where only the most is given as none, none is expected; otherwise one. */
const leastOf = (max: number | undefined) => (max === 0 ? 0 : 1);
