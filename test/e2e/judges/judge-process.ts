import { createRequire, Module } from "node:module";
import { createInterface } from "node:readline";

/** A line to the process: call this function of the program. */
export interface Question {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** A line from it. */
export interface Answer {
  readonly value?: unknown;
  readonly error?: string;
}

/** What a program of programs/ exports by the name `open`: its driver, opened, as functions that give what JSON can say. */
export type Open = () => Promise<Readonly<Record<string, (...args: never[]) => unknown>>>;

/**
 * package.json's overrides keep the addon out of the judges' own folders, since a machine without a compiler must be
 * able to install: they find the one of the firmware.
 */
function lendAddon(): void {
  const addon = createRequire(import.meta.url).resolve("i2c-bus");
  const modules = Module as unknown as { _resolveFilename(request: string, ...rest: unknown[]): string };
  const resolve = modules._resolveFilename.bind(modules);
  modules._resolveFilename = (request, ...rest) =>
    request === "i2c-bus" ? addon : resolve(request, ...rest);
}

async function answering(work: () => unknown): Promise<void> {
  const answer: Answer = await Promise.resolve()
    .then(work)
    .then(
      (value) => ({ value }),
      (error: Error) => ({ error: error.message }),
    );
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

async function serve(program: string): Promise<void> {
  lendAddon();
  // What a judge itself prints is no answer.
  console.log = console.error;
  let judge: Awaited<ReturnType<Open>> = {};
  await answering(async () => {
    const { open } = (await import(`./programs/${program}.ts`)) as { open: Open };
    judge = await open();
  });
  for await (const line of createInterface({ input: process.stdin })) {
    const { name, args } = JSON.parse(line) as Question;
    await answering(() => judge[name]!(...(args as never[])));
  }
}

await serve(process.argv[2]!);
