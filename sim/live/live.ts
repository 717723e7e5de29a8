import { systemClock, systemWallMs } from "#firmware/ports/clock.ts";
import { startBroker } from "../broker.ts";
import { makeDocs } from "../docs/docs.ts";
import { startNodeRed } from "../node-red.ts";
import { startPage } from "../page/server.ts";
import { inventory, type Scenario } from "../scenario/scenario.ts";
import type { Street } from "../street/street.ts";
import { streetFlow } from "../street-flow.ts";
import { Living } from "./living.ts";
import type { Shelf } from "./shelf.ts";
import { type Lay, LiveView } from "./street-view.ts";

export interface LiveOptions {
  /** The first street, and those that one may choose at the page. */
  readonly scenario: Scenario;
  readonly shelf: Shelf;
  readonly seed: number;
  /** Virtual seconds per real second to begin with. */
  readonly speed: number;
  readonly host: string;
  readonly ports: { readonly broker: number; readonly nodeRed: number; readonly page: number };
  /** Folder for Node-RED's files. */
  readonly workDir: string;
  readonly version: string;
  /** Called before each step, with what comes up. */
  readonly onStep: (what: string) => void;
}

export interface Live {
  readonly urls: { readonly broker: string; readonly nodeRed: string; readonly page: string };
  /** Node-RED runs the flow that was edited at an earlier start, not the street's own. */
  readonly hasKeptFlow: boolean;
  /** That one lives in now. */
  readonly street: Street;
  /** Ends everything that was started, in the opposite order. */
  close(): Promise<void>;
}

/** A street that one can walk through: its broker, its units at the pace of real time, the page, and Node-RED. */
export async function startLive(options: LiveOptions): Promise<Live> {
  const closers: (() => unknown)[] = [];
  const close = async () => {
    for (const end of closers.splice(0).reverse()) await end();
  };
  try {
    return await start(options, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(options: LiveOptions, closers: (() => unknown)[], close: Live["close"]): Promise<Live> {
  const { scenario, host, ports, onStep } = options;
  onStep(`MQTT broker on port ${ports.broker}`);
  const broker = await startBroker({ port: ports.broker, host });
  closers.push(() => broker.close());

  onStep(`street of ${inventory(scenario)}, seed ${options.seed}`);
  const realClock = systemClock();
  const lay: Lay = (next, seed, speed, onTrouble) =>
    Living.of({
      scenario: next,
      seed,
      speed,
      onTrouble,
      version: options.version,
      far: broker,
      realNowMs: () => realClock.now(),
      realWallMs: systemWallMs,
    });
  const view = await LiveView.begun(options.shelf, lay, options);
  closers.push(() => view.close());

  onStep(`street page on port ${ports.page}`);
  const page = await startPage({ port: ports.page, host, view, docs: await makeDocs() });
  closers.push(() => page.close());

  onStep(`Node-RED on port ${ports.nodeRed}`);
  const flow = streetFlow(
    scenario.units.map(({ config }) => config),
    broker.url,
  );
  const nodeRed = await startNodeRed({ port: ports.nodeRed, host, userDir: options.workDir, flow });
  closers.push(() => nodeRed.close());
  view.nodeRedAt(nodeRed.url);
  return {
    urls: { broker: broker.url, nodeRed: nodeRed.url, page: page.url },
    hasKeptFlow: nodeRed.hasKeptFlow,
    get street() {
      return view.street;
    },
    close,
  };
}
