/** Looks up a text of the node set's message catalogue. */
export type Text = (key: string, values?: Readonly<Record<string, string>>) => string;
