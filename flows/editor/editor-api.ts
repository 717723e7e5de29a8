/** The part of the Node-RED editor's API that the forms use; the same in 4.1 and 5. */
import { input } from "./elements.ts";

/** A node as the editor holds it: its properties, and its set's message catalogue. */
export interface EditedNode {
  readonly id: string;
  readonly type: string;
  _(key: string, words?: Readonly<Record<string, unknown>>): string;
  [property: string]: unknown;
}

interface Editor {
  readonly nodes: {
    filterNodes(filter: { type: string }): readonly EditedNode[];
    node(id: string): EditedNode | null;
  };
}

/** jQuery, as Node-RED sets it up: its requests carry the editor's access token. */
interface Requests {
  getJSON(url: string, query: Readonly<Record<string, string>>): PromiseLike<unknown>;
}

declare const RED: Editor;
declare const $: Requests;

export const nodesOfType = (type: string) => RED.nodes.filterNodes({ type });

/** A site on a broker, as a `plinth-site` node has it. */
export interface Place {
  readonly broker: string;
  readonly site: string;
}

/** The place that the chosen site node stands for; undefined while none is chosen, or it is not filled in. */
export function placeOf(siteNode: unknown): Place | undefined {
  const found = typeof siteNode === "string" ? RED.nodes.node(siteNode) : null;
  if (!found) return undefined;
  const { broker, site } = found;
  return typeof broker === "string" && broker !== "" && typeof site === "string" && site !== ""
    ? { broker, site }
    : undefined;
}

/** The place of the site that is chosen in the form. */
export const chosenPlace = () => placeOf(input("node-input-site").value);

export const getJson = (url: string, query: Readonly<Record<string, string>>) => $.getJSON(url, query);
