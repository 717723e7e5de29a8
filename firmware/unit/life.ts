import { commandsOf } from "#devices/furniture/commands.ts";
import type { Furniture } from "#devices/furniture/vocabulary.ts";
import type { Clock } from "#devices/ports/clock.ts";
import type { Store, StoreError } from "#devices/ports/store.ts";
import { Commands } from "../commands.ts";
import type { UnitConfig } from "../config.ts";
import type { Journal } from "../journal.ts";
import { Kept } from "../kept.ts";
import { MemoryStore } from "../ports/memory-store.ts";
import { Settings } from "../settings.ts";
import { type KeptEstimates, keptEstimates } from "./kept-estimates.ts";
import { Records } from "./records.ts";

/** What a unit brings along from its earlier lives, and where it keeps what must outlast this one. */
export interface Life {
  /** Counts the starts of this unit, this one included. */
  readonly boot: number;
  readonly settings: Settings;
  readonly commands: Commands;
  readonly records: Records;
  /** State of the estimators by name, and with it, so that neither is ahead of the other, the chains of their events. */
  readonly estimates: {
    readonly kept: Kept<KeptEstimates>;
    readonly loaded: KeptEstimates;
  };
  /** Names of the alarms that are raised. */
  readonly alarms: { readonly kept: Kept<readonly string[]>; readonly loaded: readonly string[] };
}

/** Begins a life. A store that fails is told, and the unit goes on in memory. */
export async function beginLife(
  declaration: Furniture,
  config: UnitConfig,
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  { journal, newEpoch }: { readonly journal: Journal; readonly newEpoch: () => string },
  commandListener: Parameters<typeof Commands.load>[3],
): Promise<Life> {
  const trouble = (what: string) => journal({ type: "trouble", what });
  const kept = <T>(name: string) => new Kept<T>(store, name, trouble);
  const keptBoot = kept<number>("boot");
  const boot = startsOf(await keptBoot.load(), trouble) + 1;
  const medium = await keptBoot.save(boot).then(
    () => store,
    (error: StoreError) => {
      trouble(`starts are not counted: ${error.message}`);
      // Where only space is missing, the outbox has its own, and what waits in it.
      return error.kind === "full" ? store : new MemoryStore();
    },
  );
  journal({ type: "started", boot });
  const settings = await Settings.load(declaration, config.settings, kept("settings"), trouble);
  const estimates = kept<KeptEstimates>("estimates");
  const names = declaration.estimators.map(({ name }) => name);
  const lost = { states: Object.fromEntries(names.map((name) => [name, null])), chains: {} };
  const alarms = kept<readonly string[]>("alarms");
  return {
    boot,
    settings,
    estimates: {
      kept: estimates,
      loaded: keptEstimates(await estimates.load(lost), names, trouble),
    },
    commands: await Commands.load(commandsOf(declaration), clock, kept("command"), commandListener, trouble),
    alarms: { kept: alarms, loaded: raisedOf(await alarms.load(), trouble) },
    records: await Records.open(config, medium, clock, boot, { journal, newEpoch }),
  };
}

type Trouble = (what: string) => void;

function startsOf(kept: unknown, trouble: Trouble): number {
  if (Number.isSafeInteger(kept) && Number(kept) >= 0) return Number(kept);
  if (kept !== undefined) trouble("the kept number of starts cannot be read: it begins anew");
  return 0;
}

function raisedOf(kept: unknown, trouble: Trouble): readonly string[] {
  if (Array.isArray(kept) && kept.every((name) => typeof name === "string")) return kept;
  if (kept !== undefined) trouble("the kept alarms cannot be read: those that still hold are raised anew");
  return [];
}
