import type { FlightFile, FlightPiece, Refusal } from "#devices/wire.ts";

/** What became of a request: the record, or why there is none. */
export type FlightAnswer = { readonly flight: FlightFile } | { readonly refusals: readonly Refusal[] };

/** The flight recorder as its unit asks it for records. What it cannot do is in the answer: nothing rejects. */
export interface FlightPort {
  /** Writes the record as it is now onto the medium. */
  save(): Promise<FlightAnswer>;
  /**
   * Publishes a record piece by piece, from shortly after the answer on.
   * @param file one that is kept; the record as it is now, which is not written anywhere, when undefined
   * @param publish resolves when the broker has the piece; rejects while there is no connection
   */
  send(file: string | undefined, publish: (piece: FlightPiece) => Promise<void>): Promise<FlightAnswer>;
  /** Publishes no more. */
  close(): void;
}
