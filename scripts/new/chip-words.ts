import type { Name } from "./names.ts";

/** What is known of a part before its datasheet was opened. */
export interface NewChip {
  readonly name: Name;
  readonly title: string;
  readonly maker: string;
  readonly datasheet: string;
  /** Of a part on I2C, the factory's first. */
  readonly addresses: readonly number[];
}

/** The three files of a part on such a port: driver, test, twin. */
export interface ChipTexts {
  readonly driver: string;
  readonly test: string;
  readonly twin: string;
}

export const hexAddress = (address: number) => `0x${address.toString(16).padStart(2, "0")}`;

/** How every driver begins. */
export const heading = ({ name, title, maker, datasheet }: NewChip) => `/**
 * ${maker} ${name.id}: ${title}. Datasheet: ${datasheet}.
 *
 * Say here, in the datasheet's words, what somebody who never held this part has to know: what it measures and how
 * well, what it forgets when its supply dips, what it cannot tell, and which sections this file was written from.
 */`;

/** The words of a part that are the same on every port. */
export const words = ({ name, title, maker, datasheet }: NewChip) => `  id: "${name.id}",
  title: "${title}",
  maker: "${maker}",
  datasheet: "${datasheet}",`;

/** The rows that a test wants, and how it asks for them. */
export const wantedRows = ({ name, datasheet }: NewChip) =>
  `"copy at least three rows from ${datasheet} into \`rows\` of devices/chips/${name.id}.test.ts: its examples, " +
      "both ends of the range, a negative value if there is one"`;

/** What a plan of the wiring wants to know. */
export const supplyTest = ({ name, datasheet }: NewChip) => `  it("says what it asks of its supply", () => {
    expect(
      ${name.camel}.electrical,
      "look up supply voltage and current in ${datasheet}, and add \`electrical\` to devices/chips/${name.id}.ts",
    ).toBeDefined();
  });`;
