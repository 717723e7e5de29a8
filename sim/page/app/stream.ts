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

/** What the page can ask of the street. */
export type Deed = "/speed" | "/step" | "/fault" | "/open" | "/replay" | "/cancel";
export type Ask = (path: Deed, body: object) => void;

/** Asks the street to do something. Rejects with a message for the person at the page. */
export async function ask(path: Deed, body: object): Promise<void> {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw await refusal(response);
}

/** What the street answers. Rejects with a message for the person at the page. */
export async function askFor<Answer>(path: string): Promise<Answer> {
  const response = await fetch(path);
  if (!response.ok) throw await refusal(response);
  return (await response.json()) as Answer;
}

async function refusal(response: Response): Promise<Error> {
  const { error } = (await response.json()) as { error: string };
  return new Error(error);
}
