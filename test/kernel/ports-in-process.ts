import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { PortError, type PortErrorKind } from "#devices/ports/error.ts";
import type { GpioLine, GpioPort, Level, LineAddress, LineSettings } from "#devices/ports/gpio.ts";
import { lineName } from "#devices/ports/gpio.ts";
import type { I2cOperation, I2cPort, MultiplexerChannel } from "#devices/ports/i2c.ts";

export type Call =
  | { readonly what: "openBus"; readonly bus: number; readonly behind: MultiplexerChannel | undefined }
  | {
      readonly what: "transfer";
      readonly bus: number;
      readonly address: number;
      readonly operations: readonly I2cOperation[];
    }
  | { readonly what: "closeBus"; readonly bus: number }
  | { readonly what: "openLine"; readonly address: LineAddress; readonly settings: LineSettings }
  | { readonly what: "read" | "watch" | "closeLine"; readonly line: number }
  | { readonly what: "write"; readonly line: number; readonly level: Level };

export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly kind?: PortErrorKind;
  readonly port?: string;
  readonly address?: number | undefined;
  readonly operation?: string;
}

export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: Failure }
  | { readonly line: number; readonly level: Level };

const program = fileURLToPath(new URL("./port-program.ts", import.meta.url));

/** A board's real ports in a process of their own: drivers and tests here use them as if they were in this one. */
export class PortsInProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  readonly #watching = new Map<number, (level: Level, atMs: number) => void>();
  #asked = 0;

  constructor(env: NodeJS.ProcessEnv) {
    this.#child = fork(program, [], { env, execArgv: ["--import", "tsx"], serialization: "advanced" });
    this.#child.on("message", (reply: Reply) => {
      if ("level" in reply) this.#watching.get(reply.line)?.(reply.level, performance.now());
      else this.#waiting.get(reply.id)?.(reply);
    });
    this.#child.on("exit", () => {
      const failure: Failure = { name: "other", message: "the process is gone" };
      for (const [id, settle] of this.#waiting) settle({ id, failure });
    });
  }

  /** False once the process ended, by itself or not. */
  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  readonly i2c: I2cPort = {
    open: async (number, behind) => {
      const bus = await this.#ask<number>({ what: "openBus", bus: number, behind });
      return {
        name: `i2c-${number}`,
        transfer: (address, operations) => this.#ask({ what: "transfer", bus, address, operations }),
        close: () => this.#ask({ what: "closeBus", bus }),
      };
    },
  };

  readonly gpio: GpioPort = {
    open: async (address, settings): Promise<GpioLine> => {
      const line = await this.#ask<number>({ what: "openLine", address, settings });
      return {
        name: lineName(address),
        read: () => this.#ask({ what: "read", line }),
        write: (level) => this.#ask({ what: "write", line, level }),
        watch: (listener) => {
          this.#watching.set(line, listener);
          void this.#ask({ what: "watch", line });
          return () => this.#watching.delete(line);
        },
        close: () => this.#ask({ what: "closeLine", line }),
      };
    },
  };

  async close(): Promise<void> {
    if (!this.isAlive) return;
    this.#child.kill("SIGKILL");
    await once(this.#child, "exit");
  }

  #ask<T>(call: Call): Promise<T> {
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (reply) => {
        this.#waiting.delete(id);
        if ("value" in reply) resolve(reply.value as T);
        else if ("failure" in reply) reject(errorOf(reply.failure));
      });
      this.#child.send({ id, call });
    });
  }
}

/** With the message that it had there. */
function errorOf({ name, message, kind, port, address, operation }: Failure): Error {
  if (kind === undefined || port === undefined || operation === undefined)
    return new Error(`${name}: ${message}`);
  const error = new PortError(kind, {
    port,
    operation,
    ...(address === undefined ? {} : { address }),
  });
  error.message = message;
  return error;
}
