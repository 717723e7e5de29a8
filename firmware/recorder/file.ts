import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { UnitConfig } from "../config.ts";
import { readBlock } from "./block.ts";
import type { FlightEvent } from "./event.ts";
import type { Documents, Knowledge } from "./knowledge.ts";

/** Of the file. A reader refuses any other: what it does not know it cannot play. */
export const formatVersion = 1;
const magic = "plinth flight record";
/** Longer headers hold no unit. */
const headerBytesMax = 16 << 20;

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
  /** Why it was written, in words: `alarm lampFault`, `request`. */
  readonly why: string;
  /** When: monotonic ms. */
  readonly untilMs: number;
  /** Stand-ins of permitted cards' credentials, and how those of the cards in this record read. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Events that are lost between the beginning of the life and the rest; 0 where the record is of the whole life. */
  readonly lostEvents: number;
}

/** A stretch without gaps. */
export interface Stretch {
  readonly startMs: number;
  /** What was known when it began. */
  readonly known: Knowledge;
  /** In the order in which they began. */
  readonly events: readonly FlightEvent[];
}

export interface FlightRecord {
  readonly header: FlightHeader;
  /** From the beginning of the life. */
  readonly head: Stretch;
  /** What is left of the rest, where the record has wrapped. */
  readonly tail?: Stretch;
}

/** A file that is no record, or none that this version can read. */
export class RecordError extends Error {
  constructor(problem: string, cause?: unknown) {
    super(problem, { cause });
    this.name = "RecordError";
  }
}

interface Piece {
  readonly block: { readonly startMs: number; readonly bytes: Uint8Array };
  readonly known: Knowledge;
}

const encoder = new TextEncoder();

/** Packs a record; the work of compressing is done beside the event loop. @param pieces null stands for what is lost */
export async function packRecord(
  header: FlightHeader,
  pieces: readonly (Piece | null)[],
): Promise<Uint8Array> {
  const gap = pieces.indexOf(null);
  const firsts = [0, ...(gap < 0 ? [] : [gap + 1])];
  const blocks = pieces.filter((piece) => piece !== null);
  const contents = {
    header,
    stretches: firsts.map((first) => pieces[first]?.known),
    blocks: blocks.map(({ block }, index) => ({
      startMs: block.startMs,
      bytes: block.bytes.length,
      stretch: gap >= 0 && index >= gap ? 1 : 0,
    })),
  };
  const text = encoder.encode(JSON.stringify(contents));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, text.length);
  const body = Buffer.concat([length, text, ...blocks.map(({ block }) => block.bytes)]);
  return Buffer.concat([encoder.encode(`${magic} ${formatVersion}\n`), await promisify(gzip)(body)]);
}

/** Rejects with RecordError, which says what is wrong with the file. */
export async function unpackRecord(bytes: Uint8Array): Promise<FlightRecord> {
  const packed = withoutMagic(bytes);
  const body = await promisify(gunzip)(packed).catch((cause: Error) => {
    throw new RecordError(
      `the record is cut or damaged (${cause.message}): copy it from the unit once more`,
      cause,
    );
  });
  try {
    return recordOf(body);
  } catch (cause) {
    if (cause instanceof RecordError) throw cause;
    throw new RecordError(`the record's contents are damaged: ${(cause as Error).message}`, cause);
  }
}

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

interface Contents {
  readonly header: FlightHeader;
  readonly stretches: readonly (Knowledge | undefined)[];
  readonly blocks: readonly { readonly startMs: number; readonly bytes: number; readonly stretch: number }[];
}

function recordOf(body: Buffer): FlightRecord {
  const length = body.readUInt32BE(0);
  if (length > headerBytesMax || 4 + length > body.length)
    throw new RecordError(`its header would be ${length} bytes long`);
  const { header, stretches, blocks } = JSON.parse(body.toString("utf8", 4, 4 + length)) as Contents;
  let at = 4 + length;
  const events: FlightEvent[][] = [[], []];
  for (const { startMs, bytes, stretch } of blocks) {
    if (at + bytes > body.length) throw new RecordError(`its block at ${startMs} ms is not whole`);
    events[stretch]!.push(...readBlock(startMs, body.subarray(at, at + bytes)));
    at += bytes;
  }
  const stretchOf = (index: number): Stretch => ({
    startMs: blocks.find(({ stretch }) => stretch === index)?.startMs ?? 0,
    known: stretches[index] ?? ignorant,
    // Stable: what began at the same instant stays in the order in which it was over.
    events: events[index]!.sort((one, other) => one.atMs - other.atMs),
  });
  return { header, head: stretchOf(0), ...(stretches.length > 1 ? { tail: stretchOf(1) } : {}) };
}

const ignorant: Knowledge = {
  ...{ wallOffsetMs: undefined, wallQuality: "none", connected: false },
  ...{ levels: {}, documents: {} },
};
