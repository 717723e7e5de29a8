import { promisify } from "node:util";
import { deflate, inflate } from "node:zlib";
import type { UnitConfig } from "../config.ts";
import { readBlock } from "./block.ts";
import type { FlightEvent } from "./event.ts";
import type { Documents, Knowledge } from "./knowledge.ts";
import type { Contents } from "./ring.ts";

/** Of the file. A reader refuses any other: what it does not know it cannot play. */
export const formatVersion = 1;
const magic = "plinth flight record";
const lengthBytes = 4;

/** What a record says before its events: all that a replay needs of the unit and of its medium. */
export interface FlightHeader {
  /** Of the firmware. */
  readonly version: string;
  readonly kind: string;
  readonly unit: string;
  readonly site: string;
  readonly size?: number;
  readonly location: UnitConfig["location"];
  readonly receipts: UnitConfig["receipts"];
  /** By role: part id and place. */
  readonly parts: Readonly<Record<string, { readonly part: string; readonly place: unknown }>>;
  /** Factory settings of this unit, scrubbed. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What the unit had kept when this life began, scrubbed. */
  readonly documents: Documents;
  readonly epoch: string;
  /** Monotonic ms at which the unit began: a process takes some seconds until it has come so far. */
  readonly startMs: number;
  /** Why it was written, in words: `alarm lampFault`, `request`. */
  readonly why: string;
  /** When: monotonic ms. */
  readonly untilMs: number;
  /** Stand-ins of permitted cards' credentials, and how those of the cards in this record read. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Events that are lost between the beginning of the life and the rest; 0 where the record is of the whole life. */
  readonly lostEvents: number;
  /** Unix time less monotonic time when it was written, ms; null when the unit did not know the time. */
  readonly wallOffsetMs: number | null;
}

/** The time that a record is of, without a gap. */
export interface FlightSpan extends Pick<FlightHeader, "untilMs" | "wallOffsetMs" | "lostEvents"> {
  /** Monotonic, as `untilMs` is. */
  readonly fromMs: number;
}

/** What is after a gap. */
export interface Stretch {
  readonly startMs: number;
  /** What was known when it began. */
  readonly known: Knowledge;
  /** In the order in which they began. */
  readonly events: readonly FlightEvent[];
}

export interface FlightRecord {
  readonly header: FlightHeader;
  /** From the beginning of the life, in the order in which they began. */
  readonly head: readonly FlightEvent[];
  /** What is left of the rest, where the record has a gap. */
  readonly tail?: Stretch;
}

/** A file that is no record, or none that this version can read. */
export class RecordError extends Error {
  constructor(problem: string, cause?: unknown) {
    super(problem, { cause });
    this.name = "RecordError";
  }
}

/** How the rest of the file is to be read. */
interface Layout {
  readonly header: FlightHeader;
  readonly blocks: readonly {
    readonly startMs: number;
    /** Deflated. */
    readonly bytes: number;
    /** It is after the gap. */
    readonly isTail: boolean;
  }[];
  readonly tailKnown?: Knowledge;
}

/**
 * A record as a file has it: a line that says what it is, the length of the layout, the layout and the blocks. All but the
 * first line is deflated (RFC 1950), and so carries its checksums.
 */
export async function packRecord(
  header: FlightHeader,
  { head, tail }: Omit<Contents, "lostEvents">,
): Promise<Uint8Array> {
  const sealed = [...head, ...(tail?.blocks ?? [])];
  const layout: Layout = {
    header,
    blocks: sealed.map(({ startMs, bytes }, index) => ({
      ...{ startMs, bytes: bytes.length, isTail: index >= head.length },
    })),
    ...(tail ? { tailKnown: tail.known } : {}),
  };
  const text = await promisify(deflate)(JSON.stringify(layout));
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32BE(text.length);
  return Buffer.concat([
    Buffer.from(`${magic} ${formatVersion}\n`),
    length,
    text,
    ...sealed.map(({ bytes }) => bytes),
  ]);
}

/** Rejects with RecordError, which says what is wrong with the file. */
export const unpackRecord = (bytes: Uint8Array): Promise<FlightRecord> => unpacked(bytes, recordOf);

/** Looks at a record without its events. Rejects with RecordError. */
export const spanOf = (bytes: Uint8Array): Promise<FlightSpan> =>
  unpacked(bytes, ({ header, blocks }, rest) => {
    const lengths = blocks.reduce((sum, block) => sum + block.bytes, 0);
    if (lengths !== rest.length) throw new RangeError(`${rest.length} bytes of events, not ${lengths}`);
    const { untilMs, wallOffsetMs, lostEvents } = header;
    const first = blocks.find(({ isTail }) => isTail === lostEvents > 0);
    return { fromMs: first?.startMs ?? untilMs, untilMs, wallOffsetMs, lostEvents };
  });

async function unpacked<T>(
  bytes: Uint8Array,
  read: (layout: Layout, rest: Buffer) => T | Promise<T>,
): Promise<T> {
  const { buffer, byteOffset, length } = withoutMagic(bytes);
  const body = Buffer.from(buffer, byteOffset, length);
  try {
    const end = lengthBytes + body.readUInt32BE();
    const layout = JSON.parse((await inflated(body.subarray(lengthBytes, end))).toString()) as Layout;
    return await read(layout, body.subarray(end));
  } catch (cause) {
    throw new RecordError(
      `the record is cut or damaged (${(cause as Error).message}): copy it from the unit once more`,
      cause,
    );
  }
}

const inflated = promisify<Uint8Array, Buffer>(inflate);

function withoutMagic(bytes: Uint8Array): Uint8Array {
  const end = bytes.subarray(0, 64).indexOf(0x0a);
  const line = new TextDecoder().decode(bytes.subarray(0, Math.max(end, 0)));
  if (!line.startsWith(`${magic} `))
    throw new RecordError(
      "it is no flight record: expected a file record-….flight from a unit's data folder",
    );
  const version = line.slice(magic.length + 1);
  if (version !== String(formatVersion))
    throw new RecordError(
      `it is a flight record of format ${version}, and this version reads format ${formatVersion}: ` +
        "use the version of plinth that the unit runs",
    );
  return bytes.subarray(end + 1);
}

async function recordOf({ header, blocks, tailKnown }: Layout, bytes: Buffer): Promise<FlightRecord> {
  const head: FlightEvent[] = [];
  const tail: FlightEvent[] = [];
  let at = 0;
  for (const { startMs, bytes: length, isTail } of blocks) {
    const events = readBlock(startMs, await inflated(bytes.subarray(at, at + length)));
    for (const event of events) (isTail ? tail : head).push(event);
    at += length;
  }
  if (at !== bytes.length) throw new RangeError(`${bytes.length} bytes of events, not ${at}`);
  const { startMs = header.untilMs } = blocks.find(({ isTail }) => isTail) ?? {};
  return {
    header,
    head: head.sort(byBeginning),
    ...(tailKnown ? { tail: { startMs, known: tailKnown, events: tail.sort(byBeginning) } } : {}),
  };
}

/** Stable: what began at the same instant stays in the order in which it was over. */
const byBeginning = (one: FlightEvent, other: FlightEvent) => one.atMs - other.atMs;
