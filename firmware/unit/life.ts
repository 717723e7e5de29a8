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
import type { KeptChains } from "./chains.ts";
import { Records } from "./records.ts";

/** What the estimators, and the chains of what they told, must not forget. */
export interface KeptEstimates {
  readonly states: Readonly<Record<string, unknown>>;
  readonly chains: KeptChains;
}

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
  const boot = ((await keptBoot.load()) ?? 0) + 1;
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
  // Null is what no estimator ever saved: that of a latch holds then, for nobody knows that it did not.
  const lost = {
    states: Object.fromEntries(declaration.estimators.map(({ name }) => [name, null])),
    chains: {},
  };
  const alarms = kept<readonly string[]>("alarms");
  return {
    boot,
    settings,
    estimates: { kept: estimates, loaded: (await estimates.load(lost)) ?? { states: {}, chains: {} } },
    commands: await Commands.load(commandsOf(declaration), clock, kept("command"), commandListener),
    alarms: { kept: alarms, loaded: (await alarms.load()) ?? [] },
    records: await Records.open(config, medium, clock, boot, { journal, newEpoch }),
  };
}
