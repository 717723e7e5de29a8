// Appends records to an outbox on a real directory and delivers some, telling what it does on standard output:
// `kept <sequence> <body>` after an append resolved, `released <sequence>` before a release.
import { writeSync } from "node:fs";
import type { RecordClass } from "#devices/furniture/vocabulary.ts";
import { Outbox } from "#firmware/outbox/outbox.ts";
import { openStore } from "#firmware/ports/store.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";

const [directory, life, groups, segments, deliver] = process.argv.slice(2);
const classes: readonly RecordClass[] = ["event", "meter", "alarm"];

// A clock that stands still: every commit here is asked for.
const outbox = await Outbox.open(await openStore(directory!), new VirtualClock(new EventLoop()), {
  device: "lamp-1",
  epoch: "0123456789abcdef",
  segmentBytes: 8192,
  maxBytes: Number(segments) * 8192,
});

for (let group = 0; group < Number(groups); group++) {
  const appended = Array.from({ length: 1 + (group % 5) }, async (_, at) => {
    const body = `${life}/${group}/${at} ${"x".repeat((group * 37 + at * 11) % 300)}`;
    writeSync(1, `kept ${await outbox.append(classes[at % 3]!, body)} ${body}\n`);
  });
  void outbox.flush();
  await Promise.all(appended);
  for (let count = 0; deliver === "deliver" && count < 3; count++) await deliverOne(count);
}

async function deliverOne(count: number): Promise<void> {
  const record = await outbox.take();
  if (record === undefined || (record.sequence + count) % 9 === 0) return;
  writeSync(1, `released ${record.sequence}\n`);
  outbox.release(record.sequence);
}
