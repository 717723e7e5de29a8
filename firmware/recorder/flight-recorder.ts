import { credential } from "#devices/chips/pn532.ts";
import type { Furniture } from "#devices/furniture/vocabulary.ts";
import type { Message } from "#devices/ports/link.ts";
import type { Store } from "#devices/ports/store.ts";
import { unitTopics } from "#devices/wire.ts";
import type { UnitConfig } from "../config.ts";
import type { Journal } from "../journal.ts";
import { Kept, unseal } from "../kept.ts";
import type { StreamPort } from "../stream/port.ts";
import type { UnitPorts } from "../unit/unit.ts";
import { CardBytes } from "./card-bytes.ts";
import { ticksPerMs } from "./event.ts";
import { type FlightHeader, packRecord } from "./file.ts";
import { Keeper } from "./keeper.ts";
import { type DocumentName, type Documents, documentNames } from "./knowledge.ts";
import { type RecorderOptions, recorderDefaults } from "./options.ts";
import { outcomeOf } from "./outcome.ts";
import { RecordedClock } from "./ports/clock.ts";
import { recordedFlight } from "./ports/flight.ts";
import { recordedGpio } from "./ports/gpio.ts";
import { recordedI2c } from "./ports/i2c.ts";
import { isNotedTopic, recordedLink } from "./ports/link.ts";
import { recordedSerial } from "./ports/serial.ts";
import { recordedStore } from "./ports/store.ts";
import { recordedStreams } from "./ports/streams.ts";
import { Recorder } from "./recorder.ts";
import { RequestedRecords } from "./requests.ts";
import { Pseudonyms, type ScrubSettings, scrubDesired, settingsScrubber } from "./scrub.ts";

/** What a unit's surroundings are reached by, below components and Modbus, which are made of these. */
export type Wires = Pick<UnitPorts, "clock" | "i2c" | "gpio" | "serial" | "link" | "store" | "flight"> & {
  readonly streams: StreamPort;
};

export interface FlightOptions {
  readonly version: string;
  readonly epoch: string;
  readonly recorder?: Exclude<RecorderOptions, "off">;
  readonly onTrouble: (what: string) => void;
}

/**
 * The flight recorder of one life of a unit: it stands between the unit and its wires, and remembers, within a bound, what
 * passed, without what tells who somebody is. A record is written when an alarm is raised, and on request.
 */
export class FlightRecorder {
  /** The wires, each as it was and noted. */
  readonly wires: Wires;
  readonly #recorder: Recorder;
  readonly #header: Omit<FlightHeader, "why" | "untilMs" | "credentials" | "lostEvents" | "wallOffsetMs">;
  readonly #pseudonyms: Pseudonyms;
  readonly #keeper: Keeper;

  /** Begins a record: before the unit, so that all of its life is in it. */
  static async begin(
    declaration: Furniture,
    config: UnitConfig,
    wires: Wires,
    options: FlightOptions,
  ): Promise<FlightRecorder> {
    const pseudonyms = new Pseudonyms();
    const scrub = settingsScrubber(declaration, pseudonyms);
    const documents = await keptDocuments(wires.store, scrub);
    return new FlightRecorder(config, wires, options, { pseudonyms, scrub, documents });
  }

  private constructor(
    config: UnitConfig,
    wires: Wires,
    { version, epoch, recorder, onTrouble }: FlightOptions,
    {
      pseudonyms,
      scrub,
      documents,
    }: { readonly pseudonyms: Pseudonyms; readonly scrub: ScrubSettings; readonly documents: Documents },
  ) {
    const { memory, files } = { ...recorderDefaults, ...recorder };
    this.#recorder = new Recorder(wires.clock, memory * 2 ** 20);
    for (const name of documentNames)
      if (documents[name] !== undefined) this.#recorder.learnDocument(name, documents[name]);
    this.#pseudonyms = pseudonyms;
    this.#header = {
      ...{ version, epoch, ...unitOf(config), settings: scrub(config.settings), documents },
      startMs: Math.round(wires.clock.now() * ticksPerMs) / ticksPerMs,
    };
    this.#keeper = new Keeper(wires.store, wires.clock, files, this, onTrouble);
    const requests = new RequestedRecords(wires.clock, this.#keeper, onTrouble);
    this.wires = {
      ...recordedWires(wires, config, this.#recorder, pseudonyms, scrub),
      flight: recordedFlight(requests, this.#recorder),
    };
  }

  /** Counts the lives of the unit; 0 before it was counted. */
  get boot(): number {
    return Number(this.#recorder.known.documents.boot ?? 0);
  }

  /** Bytes of memory that the record takes, and events that it has lost for want of more. */
  get size(): { readonly bytes: number; readonly lostEvents: number } {
    return { bytes: this.#recorder.bytes, lostEvents: this.#recorder.lostEvents };
  }

  /** Hears what the unit did, on its way to `journal`. */
  journal(journal: Journal): Journal {
    return (event) => {
      const outcome = outcomeOf(event);
      if (outcome) this.#recorder.note("outcome", outcome.subject, { payload: JSON.stringify(outcome.what) });
      if (event.type === "alarm" && event.state === "raised") this.#keeper.alarmed(event.name);
      journal(event);
    };
  }

  /** Writes the record as it is now. Resolves with the file's name; undefined when the medium took none, which was told. */
  save(): Promise<string | undefined> {
    return this.#keeper.save("request", "request").then(
      ({ file }) => file,
      () => undefined,
    );
  }

  /** The record as it is now, as a file has it. */
  pack(why: string): Promise<Uint8Array> {
    const { lostEvents, ...contents } = this.#recorder.contents;
    const header = {
      ...this.#header,
      ...{ why, untilMs: this.#recorder.clock.now() },
      ...{ credentials: this.#pseudonyms.credentials, lostEvents },
      wallOffsetMs: this.#recorder.known.wallOffsetMs ?? null,
    };
    return packRecord(header, contents);
  }
}

function unitOf({ unit, site, kind, size, location, receipts, parts }: UnitConfig) {
  const placed = Object.entries(parts).map(([role, { part, place }]) => [role, { part: part.id, place }]);
  return {
    ...{ unit, site, kind, location, receipts, parts: Object.fromEntries(placed) },
    ...(size === undefined ? {} : { size }),
  };
}

function recordedWires(
  wires: Wires,
  config: UnitConfig,
  recorder: Recorder,
  pseudonyms: Pseudonyms,
  scrub: ScrubSettings,
): Wires {
  const topics = unitTopics(config.site, config.unit);
  const scrubMessage = ({ topic, payload }: Message) => {
    if (topic === topics.receipt) return undefined;
    return topic === topics.desired ? scrubbedDesired(payload, scrub) : payload;
  };
  return {
    clock: new RecordedClock(wires.clock, recorder),
    i2c: recordedI2c(wires.i2c, recorder),
    gpio: recordedGpio(wires.gpio, recorder),
    serial: recordedSerial(wires.serial, recorder, (path) =>
      hasCardReader(config, path) ? new CardBytes(pseudonyms) : undefined,
    ),
    link: recordedLink(wires.link, recorder, scrubMessage, isNotedTopic(config)),
    store: recordedStore(wires.store, recorder, (name, bytes) =>
      scrubbedDocument(name, unseal(bytes), scrub),
    ),
    streams: recordedStreams(wires.streams, recorder),
  };
}

/** Whether something on that line tells cards apart. */
const hasCardReader = ({ parts }: UnitConfig, path: string): boolean =>
  Object.values(parts).some(
    ({ part, place }) =>
      place.kind === "serial" &&
      place.path === path &&
      Object.values(part.channels).some(({ quantity }) => quantity === credential),
  );

/** What cannot be read as settings is told by its length alone: nobody knows what is in it. */
function scrubbedDesired(payload: Uint8Array, scrub: ScrubSettings): Uint8Array {
  try {
    const desired = scrubDesired(JSON.parse(new TextDecoder().decode(payload)), scrub);
    if (desired !== undefined) return new TextEncoder().encode(JSON.stringify(desired));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return new Uint8Array(payload.length).fill(0x78);
}

const scrubbedDocument = (name: DocumentName, content: unknown, scrub: ScrubSettings): unknown =>
  name === "settings" ? scrubDesired(content, scrub) : content;

/** What the unit will find when it begins. What cannot be read the unit tells itself. */
async function keptDocuments(store: Store, scrub: ScrubSettings): Promise<Documents> {
  const found = documentNames.map(async (name) => {
    const content = await new Kept<unknown>(store, name, () => {}).load().catch(() => undefined);
    return [name, scrubbedDocument(name, content, scrub)] as const;
  });
  return Object.fromEntries((await Promise.all(found)).filter(([, content]) => content !== undefined));
}
