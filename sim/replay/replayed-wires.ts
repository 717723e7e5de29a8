import { milliseconds } from "#devices/duration.ts";
import { Kept } from "#firmware/kept.ts";
import type { EventKind, FlightEvent } from "#firmware/recorder/event.ts";
import type { FlightRecord } from "#firmware/recorder/file.ts";
import type { Wires } from "#firmware/recorder/flight-recorder.ts";
import { type Documents, documentNames } from "#firmware/recorder/knowledge.ts";
import type { EventLoop } from "../loop.ts";
import { type AnswerSettings, Answers } from "./answers.ts";
import { ReplayClock } from "./clock.ts";
import { replayedFlight } from "./ports/flight.ts";
import { driveName, ReplayedGpio } from "./ports/gpio.ts";
import { replayedI2c, transferPlace } from "./ports/i2c.ts";
import { ReplayedLink } from "./ports/link.ts";
import { HeardBytes, pathOf, ReplayedSerial } from "./ports/serial.ts";
import { replayedStore } from "./ports/store.ts";
import { ReplayedStreams } from "./ports/streams.ts";
import type { Resumption } from "./resumption.ts";
import { readable } from "./unit-of-record.ts";

export interface ReplaySettings extends AnswerSettings {
  readonly onPublished: (topic: string, payload: string, atMs: number) => void;
}

/** The surroundings of a recorded unit, as they were. */
export class ReplayedWires {
  readonly clock: ReplayClock;
  readonly wires: Wires;
  readonly #record: FlightRecord;
  readonly #events: readonly FlightEvent[];
  readonly #gpio: ReplayedGpio;
  readonly #serial: ReplayedSerial;
  readonly #heard: HeardBytes;
  readonly #link: ReplayedLink;
  readonly #streams: ReplayedStreams;
  readonly #answers: readonly Answers[];

  constructor(record: FlightRecord, loop: EventLoop, { onPublished, ...settings }: ReplaySettings) {
    const events = [...record.head, ...(record.tail?.events ?? [])];
    const of = (...kinds: EventKind[]) => events.filter(({ kind }) => kinds.includes(kind));
    this.#record = record;
    this.#events = events;
    this.clock = new ReplayClock(loop, of("wall"));
    const { clock } = this;
    const answers = (asked: readonly FlightEvent[], placeOf: (subject: string) => string) =>
      new Answers(clock, asked, placeOf, settings);
    const calls = answers(of("call"), whole);
    const transfers = answers(of("transfer"), transferPlace);
    const writes = answers(of("written"), pathOf);
    const reads = answers(of("read"), whole);
    const driven = of("driven").map((event) => ({
      ...event,
      subject: driveName(event.subject, event.payload[0] ?? 0),
    }));
    const drives = answers(driven, (subject) => subject.replace(/ \d$/, ""));
    this.#answers = [calls, transfers, writes, reads, drives];
    this.#heard = new HeardBytes(of("heard", "written"));
    this.#gpio = new ReplayedGpio(clock, reads, drives, calls);
    this.#serial = new ReplayedSerial(clock, this.#heard, writes, calls);
    this.#link = new ReplayedLink(clock, settings.errors, (topic, payload) =>
      onPublished(topic, payload, clock.now()),
    );
    this.#streams = new ReplayedStreams(calls);
    this.wires = {
      ...{ clock, i2c: replayedI2c(transfers, calls), gpio: this.#gpio, serial: this.#serial },
      ...{ link: this.#link, streams: this.#streams },
      store: replayedStore(clock, of("store"), settings),
      flight: replayedFlight(clock, of("flight"), settings.toleranceMs),
    };
  }

  /** Puts on the medium what it held. */
  async keep(documents: Documents): Promise<void> {
    for (const name of documentNames)
      if (documents[name] !== undefined)
        await new Kept(this.wires.store, name, () => {}).save(readable(documents[name], this.#record.header));
  }

  /** What comes by itself comes when it came: of what began from then on, until then. */
  schedule(fromMs: number, untilMs: number, isWanted: (event: FlightEvent) => boolean = () => true): void {
    const unasked = new Set(this.#heard.unasked);
    for (const event of this.#events) {
      if (event.atMs < fromMs || event.atMs >= untilMs || !isWanted(event)) continue;
      const happen = this.#happening(event, unasked);
      if (happen) this.clock.after(milliseconds(Math.max(event.atMs - this.clock.now(), 0)), happen);
    }
  }

  /** Leaps over a gap: what was known at its end holds. */
  resume({ atMs, connected, levels }: Resumption): void {
    this.schedule(atMs, Number.POSITIVE_INFINITY);
    this.clock.leap(atMs);
    this.#link.become(connected);
    for (const [name, level] of Object.entries(levels)) this.#gpio.become(name, level);
  }

  finish(untilMs: number): void {
    for (const answers of this.#answers) answers.finish(untilMs);
  }

  #happening(event: FlightEvent, unasked: ReadonlySet<FlightEvent>): (() => void) | undefined {
    switch (event.kind) {
      case "heard":
        return unasked.has(event) ? () => this.#serial.hear(event) : undefined;
      case "unplugged":
        return () => this.#serial.unplug(event);
      case "edge":
        return () => this.#gpio.edge(event);
      case "link":
        return () => this.#link.become(event.payload[0] === 1);
      case "message":
        return () => this.#link.receive(this.#readable(event));
      case "detections":
        return () => this.#streams.detect(event);
      default:
        return undefined;
    }
  }

  /** Settings came with stand-ins of cards. */
  #readable(event: FlightEvent): FlightEvent {
    if (!event.subject.endsWith("/settings/desired")) return event;
    try {
      const desired = JSON.parse(new TextDecoder().decode(event.payload.subarray(1))) as unknown;
      const text = JSON.stringify(readable(desired, this.#record.header));
      return {
        ...event,
        payload: Uint8Array.of(event.payload[0]!, ...new TextEncoder().encode(text)),
      };
    } catch {
      return event;
    }
  }
}

const whole = (subject: string) => subject;
