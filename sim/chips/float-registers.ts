/** A parameter of a table of IEEE 754 singles, two registers each, high word first. */
export interface FloatRow {
  readonly name: string;
  /** Undefined where the document has it and the twin does not: it reads zero, and is noted. */
  readonly value?: () => number;
}

/** Where a table of Eastron has no parameter between two others, zero is answered; what is beyond its last, refused. */
export function floatRegisters(
  rows: ReadonlyMap<number, FloatRow>,
  untouchable: Set<string>,
): (address: number) => number | undefined {
  const end = Math.max(...rows.keys()) + 2;
  const view = new DataView(new ArrayBuffer(4));
  return (address) => {
    if (address >= end) return undefined;
    const isLowWord = address % 2 === 1;
    const row = rows.get(address - Number(isLowWord));
    if (row && !row.value) untouchable.add(row.name);
    view.setFloat32(0, row?.value?.() ?? 0);
    return view.getUint16(isLowWord ? 2 : 0);
  };
}

/** Documented and not modelled, by address. */
export const taggedRows = (names: Readonly<Record<number, string>>): [number, FloatRow][] =>
  Object.entries(names).map(([address, name]) => [Number(address), { name }]);
