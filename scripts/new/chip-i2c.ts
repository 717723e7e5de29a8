import {
  type ChipTexts,
  heading,
  hexAddress,
  type NewChip,
  supplyTest,
  wantedRows,
  words,
} from "./chip-words.ts";

/** A part that is a table of registers behind a one-byte pointer, as most are. */
export const i2cChip = (chip: NewChip): ChipTexts => ({
  driver: driver(chip),
  test: test(chip),
  twin: twin(chip),
});

const driver = (chip: NewChip) => `${heading(chip)}
import { milliseconds } from "../duration.ts";
import { type Channels, type Driver, everywhere, i2cPart, type Reading } from "../part.ts";
import { temperature } from "../quantities.ts";
import { I2cDriver } from "./i2c-driver.ts";

/** Register addresses, spelled as in the datasheet; name its table here. */
export const Register = { Id: 0x00, Control: 0x01, Data: 0x02 } as const;

/**
 * What Id holds in every part of this type, and in no other: \`probe\` goes by it. NaN equals nothing, so as long as it
 * stands here, no part is taken for this one.
 */
export const identity = Number.NaN;

/** What Control holds at work. It must differ from the value after power-on: so a lost supply is noticed. */
const atWork = 0x01;

/** The longest that a conversion takes; name the table. */
const conversion = milliseconds(10);

/** What one count is worth, °C. NaN means "no value": nobody is told a number that nobody looked up. */
const celsiusPerCount = Number.NaN;

const channels = {
  /** One channel for each thing that it measures: quantities are in devices/quantities.ts, ranges in the datasheet. */
  temperature: { quantity: temperature, range: [-40, 85], step: everywhere(0.01) },
} as const satisfies Channels;

export const ${chip.name.camel} = i2cPart({
${words(chip)}
  addresses: [${chip.addresses.map(hexAddress).join(", ")}],
  channels,
  driver: (device, clock) => new ${chip.name.pascal}(device, clock),
});

class ${chip.name.pascal} extends I2cDriver implements Driver<typeof channels> {
  /** Proves that the right part answers, before anything is written to it. */
  probe(): Promise<void> {
    return this.device.verify(Register.Id, identity, "read Id");
  }

  async configure(): Promise<void> {
    await this.device.write(Register.Control, atWork);
  }

  /** A part that was reset since it was configured would go on answering, with numbers that mean nothing. */
  async sample(): Promise<Reading<typeof channels>> {
    if ((await this.device.readUint8(Register.Control)) !== atWork)
      throw this.device.error("not-ready", "read Control", "reset since it was configured");
    await this.wait(conversion);
    return decode(await this.device.readRegister(Register.Data, 2));
  }
}

/** Data as it comes off the bus: two's complement, high byte first. Pure, so that rows of the datasheet hold it. */
export function decode(data: Uint8Array): Reading<typeof channels> {
  const word = (data[0]! << 8) | data[1]!;
  const counts = word >= 0x8000 ? word - 0x1_0000 : word;
  return { temperature: counts * celsiusPerCount };
}
`;

const test = (chip: NewChip) => `import { describe, expect, it } from "vitest";
import { twin } from "#sim/chips/${chip.name.id}.ts";
import { Bench, hex } from "#test/bench/bench.ts";
import { decode, identity, ${chip.name.camel} } from "./${chip.name.id}.ts";

const place = { kind: "i2c", bus: 1, address: ${hexAddress(chip.addresses[0]!)} } as const;

/**
 * What the datasheet says that bytes mean, each row with the table or example that it is from. Never what this
 * driver makes of them: a row that the code computed proves nothing.
 */
const rows: readonly { readonly data: string; readonly celsius: number; readonly source: string }[] = [];

describe("the ${chip.name.id}", () => {
  it("knows what tells it from every other part", () => {
    expect(
      identity,
      "look up in ${chip.datasheet} what tells the part, and write it to \`identity\` of devices/chips/${chip.name.id}.ts",
    ).not.toBeNaN();
  });

  it("agrees with the datasheet, row by row", () => {
    expect(
      rows.length,
      ${wantedRows(chip)},
    ).toBeGreaterThanOrEqual(3);
    for (const { data, celsius, source } of rows)
      expect(decode(hex(data)).temperature, source).toBeCloseTo(celsius, 6);
  });

  it("measures what is around its twin", async () => {
    const bench = new Bench();
    const chip = bench.solder(twin, place);
    chip.set("temperature", 21.5);
    const driver = await bench.start(${chip.name.camel}, place);
    const reading = await bench.outcome(driver.sample());
    expect(reading.temperature).toBeCloseTo(21.5, 1);
  });

  it("says so when it was reset", async () => {
    const bench = new Bench();
    const chip = bench.solder(twin, place);
    const driver = await bench.start(${chip.name.camel}, place);
    chip.brownOut();
    expect(await bench.refusal(driver.sample())).toMatchObject({ kind: "not-ready", address: place.address });
  });

${supplyTest(chip)}
});
`;

const twin = (chip: NewChip) => `import { ${chip.name.camel} } from "#devices/chips/${chip.name.id}.ts";
import { RegisterTwin } from "./registers.ts";
import type { TwinDefinition, TwinEnvironment } from "./twin.ts";

/**
 * What Id holds and what a count is worth, °C, looked up in the datasheet once more: a twin that borrows the driver's
 * numbers agrees with its mistakes. As long as they are NaN, the registers hold zeros.
 */
const identity = Number.NaN;
const celsiusPerCount = Number.NaN;

/**
 * ${chip.name.id}: say here what it does by itself, and what it answers when it is read too early. Registers and
 * fields that are documented but not modelled are \`tagged\`: touching them is told by name.
 */
class ${chip.name.pascal}Twin extends RegisterTwin {
  readonly part = ${chip.name.camel};

  constructor(environment: TwinEnvironment) {
    super(${chip.name.camel}, environment, { width: 8 });
    this.define({
      Id: { at: 0x00, access: "r", reset: identity },
      Control: { at: 0x01, access: "rw", reset: 0x00 },
      DataHigh: { at: 0x02, access: "r", reset: 0, read: () => this.#counts() >> 8 },
      DataLow: { at: 0x03, access: "r", reset: 0, read: () => this.#counts() & 0xff },
    });
  }

  /** As the part counts what it senses: two's complement. */
  #counts(): number {
    return Math.round(this.senses.now("temperature") / celsiusPerCount) & 0xffff;
  }
}

export const twin = {
  part: ${chip.name.camel},
  create: (environment: TwinEnvironment) => new ${chip.name.pascal}Twin(environment),
} satisfies TwinDefinition;
`;
