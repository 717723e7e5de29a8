import type { ServerResponse } from "node:http";
import { milliseconds } from "#devices/duration.ts";
import type { Cancel, Clock } from "#devices/ports/clock.ts";
import { mergePatchBetween } from "./merge-patch.ts";
import type { PageState } from "./view.ts";

const framePeriod = milliseconds(100);
/** A comment goes out when nothing was said for so many frames, so that a dead connection is noticed. */
const quietFramesMax = 50;
/** The browser comes back this soon after it lost the stream. */
const retryMs = 1_000;

interface Stream {
  readonly response: ServerResponse;
  /** What the other side has. */
  sent: PageState;
  quietFrames: number;
}

/**
 * The state of the street as server-sent events (HTML Standard, 9.2): `state` once, whole, then `patch`es to it
 * (JSON Merge Patch), ten a second. A client that does not drain misses frames and gets one patch over all of them
 * later: nothing piles up for it.
 */
export class EventStreams {
  readonly #state: () => PageState;
  readonly #streams = new Set<Stream>();
  readonly #stopFrames: Cancel;

  constructor(state: () => PageState, clock: Clock) {
    this.#state = state;
    this.#stopFrames = clock.every(framePeriod, () => this.#frame());
  }

  get size(): number {
    return this.#streams.size;
  }

  add(response: ServerResponse): void {
    response.writeHead(200, { "Content-Type": "text/event-stream", Connection: "close" });
    const stream: Stream = { response, sent: this.#state(), quietFrames: 0 };
    response.write(`retry: ${retryMs}\n${event("state", stream.sent)}`);
    this.#streams.add(stream);
    response.on("close", () => this.#streams.delete(stream));
  }

  /** Ends every stream, by force where the client does not drain; no frame follows. */
  close(): void {
    this.#stopFrames();
    for (const { response } of this.#streams)
      if (response.writableNeedDrain) response.destroy();
      else response.end();
  }

  #frame(): void {
    const ready = [...this.#streams].filter(({ response }) => !response.writableNeedDrain);
    if (ready.length === 0) return;
    const state = this.#state();
    const patches = new Map<PageState, string>();
    for (const stream of ready) {
      let patch = patches.get(stream.sent);
      if (patch === undefined) {
        const change = mergePatchBetween(stream.sent, state);
        patch = change === undefined ? "" : event("patch", change);
        patches.set(stream.sent, patch);
      }
      stream.sent = state;
      this.#send(stream, patch);
    }
  }

  #send(stream: Stream, patch: string): void {
    stream.quietFrames = patch === "" ? stream.quietFrames + 1 : 0;
    if (patch !== "") stream.response.write(patch);
    else if (stream.quietFrames % quietFramesMax === 0) stream.response.write(":\n\n");
  }
}

const event = (name: string, data: unknown) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
