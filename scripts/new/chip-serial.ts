import { type ChipTexts, heading, type NewChip, supplyTest, wantedRows, words } from "./chip-words.ts";

/**
 * A part that sends frames by itself. A meter on Modbus is less than this: a register map in devices/meters and a
 * `meterPart`, as pzem004t has it.
 */
export const serialChip = (chip: NewChip): ChipTexts => ({
  driver: driver(chip),
  test: test(chip),
  twin: twin(chip),
});

const driver = (chip: NewChip) => `${heading(chip)}
import { milliseconds } from "../duration.ts";
import { type Channels, type Driver, everywhere, type Reading, serialPart } from "../part.ts";
import { distance } from "../quantities.ts";
import { SerialDriver } from "./serial-driver.ts";

/**
 * How long a frame is, in bytes, and how it begins; name the table. As long as there is no head, nothing that comes
 * is taken for a frame.
 */
export const frameLength = 4;
export const head: readonly number[] = [];

/** Within this time at least one whole frame must come. */
const frameLimit = milliseconds(500);

/** What one count is worth, m. NaN means "no value": nobody is told a number that nobody looked up. */
const metresPerCount = Number.NaN;

const channels = {
  /** One channel for each thing that it measures: quantities are in devices/quantities.ts, ranges in the datasheet. */
  distance: { quantity: distance, range: [0, 6], step: everywhere(0.01) },
} as const satisfies Channels;

export const ${chip.name.camel} = serialPart({
${words(chip)}
  // As it leaves the factory.
  speed: { baudRate: 9_600, dataBits: 8, parity: "none", stopBits: 1 },
  channels,
  driver: (line, clock) => new ${chip.name.pascal}(line, clock),
});

class ${chip.name.pascal} extends SerialDriver implements Driver<typeof channels> {
  /** Proves that the right part sends: ask for its version where it has one; a frame is the least. */
  async probe(): Promise<void> {
    await this.sample();
  }

  async configure(): Promise<void> {}

  /** The next frame: what came before is old. */
  sample(): Promise<Reading<typeof channels>> {
    const framing = new Framing();
    return this.next({ operation: "read frame", limit: frameLimit, framing, accept: (reading) => reading });
  }
}

/** Finds the frames in what comes, which may begin anywhere, in any chunks. */
class Framing {
  #recent: readonly number[] = [];

  push(chunk: Uint8Array): Reading<typeof channels>[] {
    return [...chunk].flatMap((byte) => {
      this.#recent = [...this.#recent, byte].slice(-frameLength);
      return decode(Uint8Array.from(this.#recent)) ?? [];
    });
  }
}

/**
 * A frame: head, a count with its high byte first, and the sum of all before it as a check. Pure, so that rows of the
 * datasheet can be held to it. Undefined when any byte says that it is no frame.
 */
export function decode(frame: Uint8Array): Reading<typeof channels> | undefined {
  const isHeaded = head.length > 0 && head.every((byte, at) => frame[at] === byte);
  if (frame.length !== frameLength || !isHeaded) return undefined;
  const sum = frame.subarray(0, -1).reduce((total, byte) => (total + byte) & 0xff, 0);
  if (sum !== frame.at(-1)) return undefined;
  return { distance: ((frame.at(-3)! << 8) | frame.at(-2)!) * metresPerCount };
}
`;

const test = (chip: NewChip) => `import { describe, expect, it } from "vitest";
import { twin } from "#sim/chips/${chip.name.id}.ts";
import { Bench, hex } from "#test/bench/bench.ts";
import { decode, head, ${chip.name.camel} } from "./${chip.name.id}.ts";

const place = { kind: "serial", path: "/dev/ttyAMA0" } as const;

/**
 * What the datasheet says that frames mean, each row with the table or example that it is from. Never what this
 * driver makes of them: a row that the code computed proves nothing.
 */
const rows: readonly { readonly frame: string; readonly metres: number; readonly source: string }[] = [];

describe("the ${chip.name.id}", () => {
  it("knows how a frame begins", () => {
    expect(
      head,
      "look up in ${chip.datasheet} how a frame begins, and write it to \`head\` of devices/chips/${chip.name.id}.ts",
    ).not.toEqual([]);
  });

  it("agrees with the datasheet, row by row", () => {
    expect(
      rows.length,
      ${wantedRows(chip)},
    ).toBeGreaterThanOrEqual(3);
    for (const { frame, metres, source } of rows)
      expect(decode(hex(frame))?.distance, source).toBeCloseTo(metres, 6);
  });

  it("takes no frame with a wrong bit for one", () => {
    expect(rows, "the rows of the test before this one are what it tries").not.toEqual([]);
    for (const { frame } of rows)
      for (let bit = 0; bit < 8 * hex(frame).length; bit++) {
        const wrong = hex(frame);
        wrong[bit >> 3]! ^= 1 << (bit & 7);
        expect(decode(wrong)).toBeUndefined();
      }
  });

  it("measures what is around its twin", async () => {
    const bench = new Bench();
    const chip = bench.solder(twin, place);
    chip.set("distance", 2.5);
    const driver = await bench.start(${chip.name.camel}, place);
    const reading = await bench.outcome(driver.sample());
    expect(reading.distance).toBeCloseTo(2.5, 1);
  });

${supplyTest(chip)}
});
`;

const twin = (chip: NewChip) => `import { ${chip.name.camel} } from "#devices/chips/${chip.name.id}.ts";
import { placeOf, speedAt } from "#devices/part.ts";
import type { Cancel } from "#devices/ports/clock.ts";
import type { LineSpeed } from "#devices/ports/serial.ts";
import type { EventLoop } from "../loop.ts";
import type { SerialTarget, VirtualSerialLine } from "../ports/serial.ts";
import { Senses, type Source, type Twin, type TwinDefinition, type TwinEnvironment } from "./twin.ts";

/**
 * How a frame begins and what a count is worth, m, looked up in the datasheet once more: a twin that borrows the
 * driver's numbers agrees with its mistakes. As long as there is no head, no frame is sent.
 */
const head: readonly number[] = [];
const metresPerCount = Number.NaN;

/** Between two frames. */
const frameMs = 100;

/** ${chip.name.id}: say here what it does by itself and what it can be told. */
class ${chip.name.pascal}Twin implements Twin, SerialTarget {
  readonly part = ${chip.name.camel};
  readonly speed: LineSpeed;
  readonly untouchable = new Set<string>();
  readonly honesty = { modelled: ["frames"], tagged: ["everything else that the datasheet tells"] };
  readonly #loop: EventLoop;
  readonly #senses: Senses;
  readonly #line: VirtualSerialLine;
  #isPlugged = true;
  #next: Cancel = () => {};

  constructor({ loop, place, wiring }: TwinEnvironment) {
    const at = placeOf("serial", place);
    this.#loop = loop;
    this.speed = speedAt(at, { baudRate: 9_600 });
    this.#senses = new Senses(${chip.name.camel}.channels, loop);
    this.#line = wiring.serial(at.path, this);
  }

  set(channel: string, source: Source): void {
    this.#senses.set(channel, source);
  }

  sensed(channel: string): number {
    return this.#senses.now(channel);
  }

  unplug(): void {
    this.#isPlugged = false;
  }

  stick(channel?: string): void {
    this.#senses.stick(channel);
  }

  drift(channel: string, offset: number): void {
    this.#senses.drift(channel, offset);
  }

  /** It keeps nothing that could be lost. */
  brownOut(): void {}

  mend(): void {
    this.#senses.mend();
    this.#isPlugged = true;
  }

  listening(yes: boolean): void {
    this.#next();
    if (yes) this.#schedule();
  }

  /** What it is told. Whatever the twin does not understand is told by name. */
  receive(bytes: Uint8Array): void {
    this.untouchable.add(\`command \${[...bytes]}\`);
  }

  #schedule(): void {
    this.#next = this.#loop.at(this.#loop.now + frameMs, () => {
      if (this.#isPlugged && head.length > 0) this.#line.send(this.#frame());
      this.#schedule();
    });
  }

  #frame(): Uint8Array {
    const counts = Math.round(this.sensed("distance") / metresPerCount);
    const bytes = [...head, counts >> 8, counts & 0xff];
    return Uint8Array.of(...bytes, bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0));
  }
}

export const twin = {
  part: ${chip.name.camel},
  create: (environment: TwinEnvironment) => new ${chip.name.pascal}Twin(environment),
} satisfies TwinDefinition;
`;
