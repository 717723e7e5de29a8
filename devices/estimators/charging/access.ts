import { truth } from "../../quantities.ts";
import type { Sample } from "../../sample.ts";
import { changed, isGood, restate } from "../estimate.ts";
import type { Context, Estimate, Estimator, Step } from "../estimator.ts";

export interface AccessSources {
  /** 1 while a card is at the reader, and the 48-bit number that stands for it. */
  readonly card: string;
  readonly credential: string;
  /** Counters that go up when a session began with an admission. */
  readonly used: readonly string[];
}

/** So long after a card was shown, or a session let in by command, it may begin. ms. */
export const admissionMs = 90_000;

export interface AccessState {
  readonly isCard: boolean;
  readonly untilMs: number;
  readonly used: Readonly<Record<string, number>>;
  readonly said: readonly Estimate[];
}

/**
 * Cards that open a port: `admitted` is 1 from when a card of the setting `cards` (12 hexadecimal digits each) was
 * seen until one session began with it, or for a minute and a half. Who it was is not kept, and never told.
 */
export function access({ card, credential, used }: AccessSources): Estimator<AccessState> {
  function hear(state: AccessState, sample: Sample, { nowMs, settings }: Context): AccessState {
    if (sample.source === card) return { ...state, isCard: sample.value >= 0.5 };
    if (sample.source === credential)
      return state.isCard && isPermitted(sample.value, settings.cards)
        ? { ...state, untilMs: nowMs + admissionMs }
        : state;
    const before = state.used[sample.source];
    const isUsed = before !== undefined && sample.value > before;
    return {
      ...state,
      used: { ...state.used, [sample.source]: sample.value },
      ...(isUsed && { untilMs: nowMs }),
    };
  }

  return {
    name: "access",
    outputs: { admitted: truth },
    inputs: [card, credential, ...used],
    initial: () => ({ isCard: false, untilMs: Number.NEGATIVE_INFINITY, used: {}, said: [] }),
    step(before, sample, context): Step<AccessState> {
      const state = isGood(sample) ? hear(before, sample, context) : before;
      const isAdmitted = context.nowMs < state.untilMs;
      const said = [restate(before.said[0], "admitted", isAdmitted ? 1 : 0, "good")];
      return {
        state: { ...state, said },
        estimates: changed(before.said, said),
        ...(isAdmitted && { wakeAtMs: state.untilMs }),
      };
    },
  };
}

function isPermitted(credential: number, cards: unknown): boolean {
  const digits = credential.toString(16).padStart(12, "0");
  return (
    Array.isArray(cards) && cards.some((card) => typeof card === "string" && card.toLowerCase() === digits)
  );
}
