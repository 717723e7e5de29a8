import { type ErrnoName, systemError } from "./errno.ts";

/** What a program can ask of a device node; of an ioctl, which. I2C_TIMEOUT stands for I2C_RETRIES as well. */
export type KernelCall = SystemCall | "I2C_FUNCS" | "I2C_RDWR" | "I2C_SLAVE" | "I2C_SMBUS" | "I2C_TIMEOUT";

export const systemCalls = ["open", "read", "write", "ioctl"] as const;
export type SystemCall = (typeof systemCalls)[number];

/** Which calls a fault meets. */
export interface Meets {
  /** All, when not given. `ioctl` is every one of them. */
  readonly call?: KernelCall | undefined;
  /** By which it is mended. */
  readonly cause?: string;
}

interface Rule extends Meets {
  /** Undefined: the call does not return. */
  readonly errno?: ErrnoName;
  left: number;
}

interface HungCall {
  readonly call: KernelCall;
  readonly proceed: () => void;
}

/** Faults at the kernel's edge, of one device node: they act whatever the wires behind do. */
export class NodeFaults {
  #rules: Rule[] = [];
  #bound: { readonly address: number; readonly cause: string }[] = [];
  #hung: HungCall[] = [];
  readonly #watchers = new Set<() => void>();

  /** Calls end with an errno, `times` times or until `mend`. */
  fail(
    errno: ErrnoName,
    { times = Number.POSITIVE_INFINITY, ...meets }: Meets & { times?: number } = {},
  ): void {
    this.#rules.push({ ...meets, errno, left: times });
    this.#tell();
  }

  /** Calls do not return, until `mend`: then they do what they were to do. */
  hang(meets: Meets = {}): void {
    this.#rules.push({ ...meets, left: Number.POSITIVE_INFINITY });
    this.#tell();
  }

  /** A kernel driver claims an address of a bus: I2C_SLAVE gives EBUSY, I2C_SLAVE_FORCE and I2C_RDWR do not. */
  bindDriver(address: number, cause = ""): void {
    this.#bound.push({ address, cause });
  }

  /** @param cause all, when not given */
  mend(cause?: string): void {
    const stays = (fault: { readonly cause?: string }) => cause !== undefined && fault.cause !== cause;
    this.#rules = this.#rules.filter(stays);
    this.#bound = this.#bound.filter(stays);
    const isFree = ({ call }: HungCall) =>
      !this.#rules.some((rule) => rule.errno === undefined && meets(rule, call));
    const free = this.#hung.filter(isFree);
    this.#hung = this.#hung.filter((hung) => !free.includes(hung));
    for (const { proceed } of free) proceed();
    this.#tell();
  }

  /** Whether a call may meet a fault. */
  get isTroubled(): boolean {
    return this.#rules.length > 0 || this.#bound.length > 0 || this.#hung.length > 0;
  }

  /** The process is gone that made the calls which hang. */
  abandon(): void {
    this.#hung = [];
  }

  /**
   * A call is made. Undefined: it may go on.
   * @param proceed for one that hangs, when it no longer does
   * @param address that I2C_SLAVE wants
   */
  meet(call: KernelCall, proceed: () => void, address?: number): ErrnoName | "hangs" | undefined {
    const rule = this.#rules.find((one) => meets(one, call));
    if (!rule) return this.#bound.some((driver) => driver.address === address) ? "EBUSY" : undefined;
    if (rule.errno === undefined) {
      this.#hung.push({ call, proceed });
      return "hangs";
    }
    rule.left--;
    if (rule.left === 0) {
      this.#rules = this.#rules.filter((one) => one !== rule);
      this.#tell();
    }
    return rule.errno;
  }

  /** Resolves when a call may go on; rejects as Node's own calls do. */
  enter(call: KernelCall, address?: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const met = this.meet(call, resolve, address);
      if (met === undefined) resolve();
      else if (met !== "hangs") reject(systemError(met, call));
    });
  }

  /** Calls back when `isTroubled` may have changed. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #tell(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}

const meets = (rule: Rule, call: KernelCall) =>
  rule.call === undefined || rule.call === call || (rule.call === "ioctl" && call.startsWith("I2C_"));

/**
 * Faults at the kernel's edge of a board, by device node: a path such as `/dev/i2c-1` or `/dev/ttyAMA3`; of a GPIO line
 * its name, such as `pinctrl-bcm2711:17`, which stands for the file with its value.
 */
export class KernelFaults {
  readonly #nodes = new Map<string, NodeFaults>();

  node(name: string): NodeFaults {
    const node = this.#nodes.get(name) ?? new NodeFaults();
    this.#nodes.set(name, node);
    return node;
  }

  mend(): void {
    for (const node of this.#nodes.values()) node.mend();
  }

  abandon(): void {
    for (const node of this.#nodes.values()) node.abandon();
  }
}
