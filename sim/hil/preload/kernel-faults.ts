import { constants } from "node:os";
import type { Answer, Request } from "./frames.ts";
import { type I2cCall, nameOfCall } from "./i2c-messages.ts";

/** What a program can ask of a device node. I2C_TIMEOUT stands for I2C_RETRIES as well. */
export type KernelCall = "I2C_FUNCS" | "I2C_SLAVE" | "I2C_TIMEOUT" | "open" | I2cCall;

export type ErrnoName = keyof typeof constants.errno;

interface Rule {
  readonly path: string;
  readonly call: KernelCall | undefined;
}

/**
 * Faults at the kernel's edge, of the device nodes that are offered: they act whatever the wires behind do. Paths are
 * the programs': `/dev/i2c-1`, `/sys/class/gpio/gpio529/value`. Where no call is named, all are meant.
 */
export class KernelFaults {
  readonly #failing: (Rule & { readonly errno: number; left: number })[] = [];
  readonly #hanging: Rule[] = [];
  readonly #bound = new Map<string, Set<number>>();
  #hung: (() => void)[] = [];

  /** Calls end with an errno, `times` times or until `mend`. */
  fail(path: string, errno: ErrnoName, call?: KernelCall, times = Number.POSITIVE_INFINITY): void {
    this.#failing.push({ path, call, errno: constants.errno[errno], left: times });
  }

  /** Calls do not return, until `mend`: then they do what they were to do. */
  hang(path: string, call?: KernelCall): void {
    this.#hanging.push({ path, call });
  }

  /** A kernel driver claims an address of a bus: I2C_SLAVE gives EBUSY, I2C_SLAVE_FORCE and I2C_RDWR do not. */
  bindDriver(path: string, address: number): void {
    const held = this.#bound.get(path) ?? new Set();
    this.#bound.set(path, held.add(address));
  }

  mend(): void {
    this.#failing.length = 0;
    this.#hanging.length = 0;
    this.#bound.clear();
    const hung = this.#hung;
    this.#hung = [];
    for (const go of hung) go();
  }

  /** Whether a fault has taken the request over. @param proceed does what was asked for after all */
  takes(path: string, request: Request, answer: (answer: Answer) => void, proceed: () => void): boolean {
    const call = callOf(request);
    if (!call) return false;
    if (this.#hanging.some((rule) => meets(rule, path, call))) {
      this.#hung.push(proceed);
      return true;
    }
    const errno = this.#errnoOf(path, call, request);
    if (errno !== undefined) answer({ errno });
    return errno !== undefined;
  }

  #errnoOf(path: string, call: KernelCall, { operation, payload }: Request): number | undefined {
    const failing = this.#failing.find((rule) => rule.left > 0 && meets(rule, path, call));
    if (failing) {
      failing.left--;
      return failing.errno;
    }
    if (operation !== "S" || payload.readUInt16LE(2)) return undefined;
    return this.#bound.get(path)?.has(payload.readUInt16LE(0)) ? constants.errno.EBUSY : undefined;
  }
}

const meets = (rule: Rule, path: string, call: KernelCall) =>
  rule.path === path && (rule.call === undefined || rule.call === call);

function callOf({ operation, payload }: Request): KernelCall | undefined {
  if (operation === "M") return nameOfCall(payload);
  return calls[operation];
}

const calls: Readonly<Partial<Record<Request["operation"], KernelCall>>> = {
  F: "I2C_FUNCS",
  O: "open",
  R: "read",
  S: "I2C_SLAVE",
  T: "write",
  X: "I2C_TIMEOUT",
};
