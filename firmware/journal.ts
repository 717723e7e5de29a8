import type { Reason } from "#devices/control.ts";
import type { Severity } from "#devices/furniture/vocabulary.ts";
import type { CommandMessage, CommandResult, PartState, RecordBody, Refusal } from "#devices/wire.ts";

/** What a unit tells of itself while it runs: to the log on a board, to the street page and the digest when simulated. */
export type UnitEvent =
  | { readonly type: "started"; readonly boot: number }
  | { readonly type: "stopped" }
  | { readonly type: "part"; readonly role: string; readonly state: PartState; readonly fault?: string }
  | { readonly type: "actuator"; readonly name: string; readonly value: number; readonly reason: Reason }
  | {
      readonly type: "alarm";
      readonly name: string;
      readonly state: "raised" | "cleared";
      readonly severity: Severity;
    }
  | { readonly type: "settings"; readonly revision: string; readonly refusals: readonly Refusal[] }
  | { readonly type: "command"; readonly result: CommandResult }
  | { readonly type: "taken"; readonly command: string; readonly args: CommandMessage["args"] }
  | { readonly type: "link"; readonly connected: boolean }
  | { readonly type: "record"; readonly epoch: string; readonly sequence: number; readonly body: RecordBody }
  | { readonly type: "trouble"; readonly what: string };

export type Journal = (event: UnitEvent) => void;
