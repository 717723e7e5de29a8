/** The part of the Node-RED editor's API that the forms use; the same in 4.1 and 5. */

/** A node as the editor holds it: its properties, and its set's message catalogue. */
export interface EditedNode {
  readonly id: string;
  readonly type: string;
  _(key: string): string;
  [property: string]: unknown;
}

interface Editor {
  readonly nodes: { filterNodes(filter: { type: string }): readonly EditedNode[] };
}

/** jQuery, as Node-RED sets it up: its requests carry the editor's access token. */
interface Requests {
  getJSON(url: string, query: Readonly<Record<string, string>>): PromiseLike<unknown>;
}

declare const RED: Editor;
declare const $: Requests;

export const nodesOfType = (type: string) => RED.nodes.filterNodes({ type });
export const getJson = (url: string, query: Readonly<Record<string, string>>) => $.getJSON(url, query);
