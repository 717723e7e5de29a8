import { type ChipTexts, heading, type NewChip, supplyTest, words } from "./chip-words.ts";

/** A part of two states on one line. */
export const gpioChip = (chip: NewChip): ChipTexts => ({
  driver: driver(chip),
  test: test(chip),
  twin: twin(chip),
});

const driver = (chip: NewChip) => `${heading(chip)}
import { contact } from "./contact.ts";

export const ${chip.name.camel} = contact({
${words(chip)}
  // What the channel tells, as a question that is answered with 1 or 0: open, wet, occupied.
  channel: "active",
  // What it says while the line is high. Choose so that a cut cable, which is low, looks like what does no harm.
  high: 1,
});
`;

const test = (chip: NewChip) => `import { describe, expect, it } from "vitest";
import type { Level } from "#devices/ports/gpio.ts";
import { twin } from "#sim/chips/${chip.name.id}.ts";
import { Bench } from "#test/bench/bench.ts";
import { ${chip.name.camel} } from "./${chip.name.id}.ts";

const place = { kind: "gpio", chip: "pinctrl-bcm2711", offset: 17 } as const;

/** What the datasheet says that each level of the output means, and where. The line itself is driven, without the twin. */
const rows: readonly { readonly level: Level; readonly active: 0 | 1; readonly source: string }[] = [];

describe("the ${chip.name.id}", () => {
  it("agrees with the datasheet on both levels", async () => {
    expect(
      new Set(rows.map(({ level }) => level)).size,
      "copy what the output is in either state from ${chip.datasheet} into \`rows\` of devices/chips/${chip.name.id}.test.ts",
    ).toBe(2);
    for (const { level, active, source } of rows) {
      const bench = new Bench();
      bench.board.gpio.line(place.chip, place.offset).drive(level);
      const driver = await bench.start(${chip.name.camel}, place);
      await bench.pass(1_000);
      expect((await bench.outcome(driver.sample())).active, source).toBe(active);
    }
  });

  it("follows its twin", async () => {
    const bench = new Bench();
    const chip = bench.solder(twin, place);
    const driver = await bench.start(${chip.name.camel}, place);
    for (const state of [1, 0, 1]) {
      chip.set("active", state);
      await bench.pass(1_000);
      expect((await bench.outcome(driver.sample())).active).toBe(state);
    }
  });

${supplyTest(chip)}
});
`;

const twin = (chip: NewChip) => `import { ${chip.name.camel} } from "#devices/chips/${chip.name.id}.ts";
import { contactTwin } from "./contact-twin.ts";

/** ${chip.name.id}: say here how it changes, and how long it bounces at most, ms: 0 for what is no mechanical contact. */
export const twin = contactTwin(${chip.name.camel}, {
  high: 1,
  bounceMsMax: 0,
  honesty: { modelled: ["the level of its output"], tagged: ["everything else that the datasheet tells"] },
});
`;
