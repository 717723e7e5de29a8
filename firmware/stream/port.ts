import type { Driver, Part, Place } from "#devices/part.ts";
import type { Detection, Stream, streamChannels } from "#devices/stream.ts";

/** The part of a role that is to be streamed. */
export interface StreamedRole {
  readonly role: string;
  readonly part: Part;
  readonly place: Place;
  readonly stream: Stream;
}

export type OnDetections = (detections: readonly Detection[]) => void;

/**
 * Where streams run: in this thread, or in one of their own. What is opened is a driver like any other, so that a
 * streamed part is supervised as the others are: its sampling begins with `configure` and ends with `close`;
 * `sample` tells how it stands, and rejects with what ended it.
 */
export interface StreamPort {
  open(streamed: StreamedRole, onDetections: OnDetections): Promise<Driver<typeof streamChannels>>;
  /** Ends the thread, where there is one. */
  close(): Promise<void>;
}
