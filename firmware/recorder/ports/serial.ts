import type { SerialLine, SerialPortPort } from "#devices/ports/serial.ts";
import type { Chunk } from "../card-bytes.ts";
import type { Recorder } from "../recorder.ts";

/** What hides identities in the bytes of a line. */
export interface LineScrubber {
  /** @returns what can be written down now, in order; the rest is held. */
  push(chunk: Chunk): readonly Chunk[];
  flush(): readonly Chunk[];
}

/**
 * Notes the bytes that the unit hears and writes, and when a line is unplugged.
 * @param scrubberOf of a path, where a part on it tells who somebody is
 */
export const recordedSerial = (
  port: SerialPortPort,
  recorder: Recorder,
  scrubberOf: (path: string) => LineScrubber | undefined,
): SerialPortPort => ({
  async open(path, speed) {
    const line = await recorder.noted("call", `${path} open`, () => port.open(path, speed));
    return new RecordedLine(line, path, recorder, scrubberOf(path));
  },
});

class RecordedLine implements SerialLine {
  readonly path: string;
  readonly #line: SerialLine;
  readonly #recorder: Recorder;
  readonly #scrubber: LineScrubber | undefined;
  readonly #listeners = new Set<(chunk: Uint8Array) => void>();
  #silence: () => void = () => {};
  #isClosing = false;

  constructor(line: SerialLine, path: string, recorder: Recorder, scrubber: LineScrubber | undefined) {
    this.path = path;
    this.#line = line;
    this.#recorder = recorder;
    this.#scrubber = scrubber;
    line.onClose(() => {
      this.#note(this.#scrubber?.flush() ?? []);
      if (!this.#isClosing) recorder.note("unplugged", path);
    });
  }

  get isOpen(): boolean {
    return this.#line.isOpen;
  }

  async write(bytes: Uint8Array, limit: Parameters<SerialLine["write"]>[1]): Promise<void> {
    this.#note(this.#scrubber?.flush() ?? []);
    const written = bytes.slice();
    await this.#recorder.noted("written", `${this.path} ${hexadecimal(written)}`, () =>
      this.#line.write(bytes, limit),
    );
  }

  flush(): Promise<void> {
    return this.#line.flush();
  }

  onData(listener: (chunk: Uint8Array) => void): () => void {
    // One of its own for each call, so that a listener given twice is told twice.
    const own = (chunk: Uint8Array) => listener(chunk);
    this.#listeners.add(own);
    if (this.#listeners.size === 1) this.#silence = this.#line.onData((chunk) => this.#heard(chunk));
    return () => {
      if (this.#listeners.delete(own) && this.#listeners.size === 0) this.#silence();
    };
  }

  onClose(listener: () => void): () => void {
    return this.#line.onClose(listener);
  }

  close(): Promise<void> {
    this.#isClosing = true;
    return this.#line.close();
  }

  #heard(bytes: Uint8Array): void {
    const chunk = { atMs: this.#recorder.clock.now(), bytes };
    this.#note(this.#scrubber?.push(chunk) ?? [chunk]);
    for (const listener of [...this.#listeners]) listener(bytes);
  }

  #note(chunks: readonly Chunk[]): void {
    for (const { atMs, bytes } of chunks) this.#recorder.note("heard", this.path, { atMs, payload: bytes });
  }
}

const hexadecimal = (bytes: Uint8Array) =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
