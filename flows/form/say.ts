/** Says an English text in the language that is being written; `__name__` stands for a value. */
export type Say = (english: string, values?: Readonly<Record<string, string | number>>) => string;

/** A text with its values in it. */
export const filled = (text: string, values: Readonly<Record<string, string | number>> = {}): string =>
  text.replace(/__(\w+?)__/g, (gap, name: string) => String(values[name] ?? gap));

export const english: Say = filled;
