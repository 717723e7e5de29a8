import type { Reason } from "../../control.ts";
import type { TripCause } from "./port-guard.ts";

/** How a charging port stands, and why, by the number that a port's `standing` has. The first ones are on. */
export const standings = [
  { code: "open", text: "open for charging" },
  { code: "operator-on", text: "switched on by the operator" },
  { code: "unsure", text: "not yet known whether it may be on" },
  { code: "over-current", text: "tripped by too much current" },
  { code: "over-temperature", text: "tripped by heat" },
  { code: "meter-stale", text: "tripped by a silent meter" },
  { code: "load-switch-fault", text: "tripped by its load switch" },
  { code: "operator", text: "switched off by the operator" },
  { code: "shed", text: "off to spare the battery" },
  { code: "frost", text: "too cold to charge" },
  { code: "hours-ended", text: "outside its hours" },
  { code: "quota-used", text: "the free quota is used" },
  { code: "tariff-window-ended", text: "no tariff applies at this time" },
  { code: "card-needed", text: "waits for a permitted card" },
  { code: "stuck-on", text: "tripped by current though it was off" },
] as const satisfies readonly Reason[];

export type StandingCode = (typeof standings)[number]["code"];

export const standingOf = (code: StandingCode | Exclude<TripCause, "none">): number =>
  standings.findIndex((standing) => standing.code === code);

export const isOn = (code: StandingCode) => code === "open" || code === "operator-on";

/**
 * Why a session can end: a standing that is off; the load that went, or the power that did; or the port was held off
 * because something that it needs was not known (`in-doubt`).
 */
export const endReasons = [
  "unplugged",
  "over-current",
  "over-temperature",
  "meter-stale",
  "load-switch-fault",
  "operator",
  "shed",
  "frost",
  "hours-ended",
  "quota-used",
  "tariff-window-ended",
  "card-needed",
  "power-cut",
  "stuck-on",
  "in-doubt",
] as const;
export type EndReason = (typeof endReasons)[number];

/** Ends of a session after which the port rests. */
export const restCodes = [
  "quota-used",
  "tariff-window-ended",
  "card-needed",
] as const satisfies StandingCode[];
export type RestCode = (typeof restCodes)[number];
