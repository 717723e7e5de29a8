import { applyMergePatch } from "../merge-patch.ts";
import type { PageState } from "../view.ts";

export interface StreamListener {
  /** @param atMs of `performance`'s origin, as animation frames have it. */
  onState(state: PageState, atMs: number): void;
  /** False while the server does not answer; the browser goes on trying. */
  onConnected(connected: boolean): void;
}

/** Listens to the street for as long as the page is open. */
export function listenToStreet({ onState, onConnected }: StreamListener): void {
  let state: unknown;
  const source = new EventSource("/events");
  const hear = (event: MessageEvent<string>, next: unknown) => {
    state = next;
    onState(state as PageState, event.timeStamp);
  };
  source.addEventListener("state", (event) => {
    onConnected(true);
    hear(event, JSON.parse(event.data));
  });
  source.addEventListener("patch", (event) => hear(event, applyMergePatch(state, JSON.parse(event.data))));
  source.addEventListener("error", () => onConnected(false));
}

/** Asks the street for something. Rejects with a message for the person at the page. */
export async function ask(path: "/speed" | "/fault", body: object): Promise<void> {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (response.ok) return;
  const { error } = (await response.json()) as { error: string };
  throw new Error(error);
}
