import { Worker } from "node:worker_threads";
import type { Driver, Reading } from "#devices/part.ts";
import type { Clock } from "#devices/ports/clock.ts";
import { PortError } from "#devices/ports/error.ts";
import type { streamChannels } from "#devices/stream.ts";
import { type Asked, errorOf, type Request, sharedNowMs, type Told } from "./messages.ts";
import type { OnDetections, StreamPort } from "./port.ts";

interface Waiting {
  resolve(reading: Readonly<Record<string, number>> | undefined): void;
  reject(error: Error): void;
}

/**
 * Streams in a thread of their own, begun when the first one is opened: `file` calls `streamThread`. A thread that
 * ends takes its streams with it; what is opened after that is in a new one.
 */
export class ThreadStreams implements StreamPort {
  readonly #file: URL;
  readonly #clock: Clock;
  #worker: Worker | undefined;
  #asked = 0;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<string, OnDetections>();

  constructor(file: URL, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
  }

  async open(
    { role, part, place }: Parameters<StreamPort["open"]>[0],
    onDetections: OnDetections,
  ): Promise<Driver<typeof streamChannels>> {
    this.#listeners.set(role, onDetections);
    await this.#ask({ call: "open", role, part: part.id, place });
    return {
      probe: async () => void (await this.#ask({ call: "probe", role })),
      configure: async () => void (await this.#ask({ call: "configure", role })),
      sample: async () => (await this.#ask({ call: "sample", role })) as Reading<typeof streamChannels>,
      close: async () => {
        this.#listeners.delete(role);
        await this.#ask({ call: "close", role });
      },
    };
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #ask(request: Request): Promise<Readonly<Record<string, number>> | undefined> {
    const id = ++this.#asked;
    const worker = this.#worker ?? this.#begin();
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, request } satisfies Asked);
    });
  }

  #begin(): Worker {
    const worker = new Worker(this.#file);
    let cause: unknown;
    worker.on("message", (told: Told) => this.#heard(told));
    worker.on("error", (error) => {
      cause = error;
    });
    worker.on("exit", () => this.#ended(worker, cause));
    return worker;
  }

  #heard(told: Told): void {
    if ("detections" in told) {
      const originMs = sharedNowMs() - this.#clock.now();
      const detections = told.detections.map((one) => ({ ...one, atMs: one.atMs - originMs }));
      this.#listeners.get(told.role)?.(detections);
      return;
    }
    const waiting = this.#waiting.get(told.id);
    this.#waiting.delete(told.id);
    if ("failure" in told) waiting?.reject(errorOf(told.failure));
    else waiting?.resolve(told.reading);
  }

  #ended(worker: Worker, cause: unknown): void {
    if (this.#worker === worker) this.#worker = undefined;
    const detail = cause instanceof Error ? cause.message : "the thread that streams has ended";
    const error = new PortError("bus", { port: "stream", operation: "stream", detail, cause });
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
