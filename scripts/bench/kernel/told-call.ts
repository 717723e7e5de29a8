import type { CallName, TimedCall } from "./timed-calls.ts";

/** What `call-program` says: which calls it has made, or what it has done in between. */
export type ToldCall =
  | { readonly name: CallName | PeerName; readonly timed: TimedCall }
  | { readonly name: "begun" | "connected" | "disconnected" };

export const peerTitles = {
  pread: "pread of a byte of an ordinary file",
  socket: "round trip over a Unix socket to another process",
} as const;
export type PeerName = keyof typeof peerTitles;
