import { mkdtemp, open, readFile, rm, stat, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { milliseconds } from "#devices/duration.ts";
import { Drain } from "#firmware/outbox/drain.ts";
import { Outbox } from "#firmware/outbox/outbox.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import { openStore } from "#firmware/ports/store.ts";
import type { Benchmark, BenchmarkOptions, Result, Row } from "./benchmark.ts";
import { type Figure, figureOf, interleaved, ratioOf } from "./statistics.ts";

const clock = systemClock();

/** About what a measurement of a streetlight takes, in bytes. */
const payload = `{"time":{"wall":1742558400000,"clock":"network","uptime":3600000,"boot":7},${"x".repeat(132)}}`;

interface Measurement {
  readonly recordsPerSecond: number;
  /** What went to the device for each byte of payload: whole blocks, metadata and the file system's journal included. */
  readonly amplification: number;
}

export const outbox: Benchmark = { name: "outbox", title: "The outbox on this file system", run };

/** Records that are durable when their append resolves, against the least that could do: append, then fdatasync. */
async function run({ quick, say }: BenchmarkOptions): Promise<Result> {
  const repetitions = quick ? 2 : 7;
  const rows: Row[] = [];
  for (const batch of [1, 64]) {
    const records = (quick ? 500 : 4_000) * (batch === 1 ? 1 : 16);
    const { ours, plain } = await interleaved(
      {
        ours: () => inFolder((folder) => appendToOutbox(folder, records, batch)),
        plain: () => inFolder((folder) => appendToFile(folder, records, batch)),
      },
      repetitions,
    );
    const title = `${batch} record${batch > 1 ? "s" : ""} per sync`;
    say(title);
    rows.push(rowOf(`outbox, ${title}`, ours, plain), rowOf(`append + fdatasync, ${title}`, plain, plain));
  }
  const drained = await interleaved(
    { ours: () => inFolder((folder) => drain(folder, quick ? 2_000 : 20_000)) },
    repetitions,
  );
  return {
    tables: [
      { title: "Appending", columns: ["records/s", "of the plain file", "bytes written per byte"], rows },
      {
        title: "Draining",
        columns: ["records/s"],
        rows: [{ subject: "taken, acknowledged, removed", figures: [figureOf(drained.ours)] }],
      },
    ],
    aims: [],
    notes: [
      `A record has ${payload.length} bytes; the folder is in ${tmpdir()}, a file system of type ` +
        `0x${(await statfs(tmpdir())).type.toString(16)} (statfs(2)).`,
      "Bytes written are those of the whole device: anything else that writes at the time is in them.",
      "The outbox preallocates its segments once; that is in its figures.",
    ],
  };
}

const rowOf = (subject: string, own: readonly Measurement[], peer: readonly Measurement[]): Row => {
  const rates = (runs: readonly Measurement[]) => runs.map(({ recordsPerSecond }) => recordsPerSecond);
  const written: Figure = figureOf(own.map(({ amplification }) => amplification));
  return { subject, figures: [figureOf(rates(own)), ratioOf(rates(own), rates(peer)), written] };
};

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-bench-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measured(folder: string, records: number, work: () => Promise<void>): Promise<Measurement> {
  const before = await bytesWritten(folder);
  const begunMs = clock.now();
  await work();
  const recordsPerSecond = (records * 1_000) / (clock.now() - begunMs);
  const amplification = ((await bytesWritten(folder)) - before) / (records * payload.length);
  return { recordsPerSecond, amplification };
}

/**
 * By the device below the folder, since it began: sectors written of 512 bytes (Linux, Documentation/block/stat.rst).
 * A process's own account is too high: it counts whole folios where a page was dirtied. NaN where no device is known.
 */
async function bytesWritten(folder: string): Promise<number> {
  const { dev } = await stat(folder, { bigint: true });
  // gnu_dev_major and gnu_dev_minor (sys/sysmacros.h).
  const major = (dev >> 8n) & 0xfffn;
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xfff00n);
  const fields = await readFile(`/sys/dev/block/${major}:${minor}/stat`, "utf8").catch(() => "");
  return Number(fields.trim().split(/\s+/)[6] ?? Number.NaN) * 512;
}

const openOutbox = async (folder: string, commitRecords: number) =>
  await Outbox.open(await openStore(join(folder, "store")), clock, {
    device: "bench/one",
    epoch: "0123456789abcdef",
    commitRecords,
  });

async function appendToOutbox(folder: string, records: number, batch: number): Promise<Measurement> {
  const box = await openOutbox(folder, batch);
  const result = await measured(folder, records, async () => {
    for (let done = 0; done < records; done += batch)
      await Promise.all(Array.from({ length: batch }, () => box.append("event", payload)));
  });
  await box.close();
  return result;
}

async function appendToFile(folder: string, records: number, batch: number): Promise<Measurement> {
  const file = await open(join(folder, "plain"), "a");
  const bytes = Buffer.from(`${payload}\n`.repeat(batch));
  const result = await measured(folder, records, async () => {
    for (let done = 0; done < records; done += batch) {
      await file.write(bytes);
      await file.datasync();
    }
  });
  await file.close();
  return result;
}

/** @returns records per second, over a link that acknowledges at once. */
async function drain(folder: string, records: number): Promise<number> {
  const box = await openOutbox(folder, 64);
  await Promise.all(Array.from({ length: records }, () => box.append("event", payload)));
  let left = records;
  const begunMs = clock.now();
  const options = { receipts: "puback", ratePerSecond: 1e9, spread: milliseconds(1) } as const;
  const drain = await new Promise<Drain>((resolve) => {
    const drain = new Drain(
      box,
      clock,
      async () => {
        if (--left === 0) resolve(drain);
      },
      options,
    );
    drain.setConnected(true);
  });
  drain.close();
  await box.flush();
  const rate = (records * 1_000) / (clock.now() - begunMs);
  await box.close();
  return rate;
}
