import type { Place } from "#devices/part.ts";
import { PortError, type PortErrorKind } from "#devices/ports/error.ts";
import type { Detection } from "#devices/stream.ts";

/** What the unit asks of the thread that streams. Parts and streams go by name: both sides have the declaration. */
export type Request =
  | { readonly call: "open"; readonly role: string; readonly part: string; readonly place: Place }
  | { readonly call: "probe" | "configure" | "sample" | "close"; readonly role: string };

export interface Asked {
  readonly id: number;
  readonly request: Request;
}

/** What comes back, and what was detected meanwhile. Instants are of the clock that all threads share. */
export type Told =
  | { readonly id: number; readonly reading?: Readonly<Record<string, number>> }
  | { readonly id: number; readonly failure: Failure }
  | { readonly role: string; readonly detections: readonly Detection[] };

/** An error as it travels: a PortError by what it is made of. */
export type Failure =
  | {
      readonly kind: PortErrorKind;
      readonly port: string;
      readonly address?: number;
      readonly operation: string;
      readonly words: string;
    }
  | { readonly words: string };

export function failureOf(error: unknown): Failure {
  const words = error instanceof Error ? error.message : String(error);
  if (!(error instanceof PortError)) return { words };
  const { kind, port, address, operation } = error;
  return { kind, port, operation, words, ...(address === undefined ? {} : { address }) };
}

/** The same error on the other side, in the words that it had. */
export function errorOf(failure: Failure): Error {
  if (!("kind" in failure)) return new Error(failure.words);
  const { kind, port, address, operation, words } = failure;
  const error = new PortError(kind, { port, operation, ...(address === undefined ? {} : { address }) });
  error.message = words;
  return error;
}

/** Monotonic milliseconds that mean the same in every thread of a process (CLOCK_MONOTONIC). */
export const sharedNowMs = (): number => Number(process.hrtime.bigint()) / 1e6;
