/** A file given to the simulator that cannot be used. Nothing of it is used; the message says where and what to mend. */
export class InputError extends Error {
  readonly file: string;
  /** Counted from 1, as editors do; undefined when it concerns the file as a whole. */
  readonly line: number | undefined;
  readonly field: string | undefined;

  constructor(file: string, reason: string, place: { readonly line?: number; readonly field?: string } = {}) {
    const line = place.line === undefined ? "" : `, line ${place.line}`;
    const field = place.field === undefined ? "" : `, ${place.field}`;
    super(`${file}${line}${field}: ${reason}`);
    this.name = "InputError";
    this.file = file;
    this.line = place.line;
    this.field = place.field;
  }
}

/** Lines of a text file, whatever its line ends, without byte-order mark and without blank lines at its end. */
export function linesOf(text: string): string[] {
  const body = text.replace(/^\uFEFF/, "").trimEnd();
  return body === "" ? [] : body.split(/\r\n|\n|\r/);
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** A decimal number, spaces around it allowed; undefined for anything else (hexadecimal and empty text included). */
export function parseDecimal(text: string): number | undefined {
  const trimmed = text.trim();
  return decimal.test(trimmed) ? Number(trimmed) : undefined;
}
