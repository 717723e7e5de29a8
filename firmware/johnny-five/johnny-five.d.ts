/** The part of johnny-five 2.1 that Plinth touches; the package brings no types. */

declare module "johnny-five/lib/board.js" {
  import type { EventEmitter } from "node:events";

  export interface BoardOptions {
    readonly id: string;
    readonly io: EventEmitter;
    /** All three default to true: an interactive prompt, lines on the console, a listener for SIGINT. */
    readonly repl: boolean;
    readonly debug: false;
    readonly sigint: false;
  }

  /** The REPLServer behind a board's prompt. */
  export interface Prompt {
    eval(...line: unknown[]): void;
  }

  export default class Board extends EventEmitter {
    /** All boards of the process, oldest first; a component without a `board` takes the first. */
    static readonly cache: Board[];
    static readonly Pins: { readonly normalize: { clear(): void } };
    constructor(options?: BoardOptions);
    readonly isReady: boolean;
    /** `cmd` is there from `ready` on. */
    readonly repl: { readonly cmd: Prompt } | false;
  }
}

declare module "johnny-five/lib/motion.js" {
  import type { EventEmitter } from "node:events";
  import type Board from "johnny-five/lib/board.js";

  export default class Motion extends EventEmitter {
    constructor(options: {
      readonly id: string;
      readonly board: Board;
      readonly pin: number;
      readonly freq: number;
      readonly calibrationDelay: number;
    });
    board: Board | null;
    io: EventEmitter | null;
    readonly detectedMotion: boolean;
    readonly isCalibrated: boolean;
  }
}

declare module "johnny-five/lib/switch.js" {
  import type { EventEmitter } from "node:events";
  import type Board from "johnny-five/lib/board.js";

  export default class Switch extends EventEmitter {
    constructor(options: {
      readonly id: string;
      readonly board: Board;
      readonly pin: number;
      readonly type: "NO" | "NC";
      readonly invert: boolean;
    });
    board: Board | null;
    io: EventEmitter | null;
    readonly isClosed: boolean;
  }
}

declare module "johnny-five" {
  import type { EventEmitter } from "node:events";
  import type Board from "johnny-five/lib/board.js";
  import type Motion from "johnny-five/lib/motion.js";
  import type Switch from "johnny-five/lib/switch.js";

  type Pin = number | string;
  interface OnPca9685 {
    readonly controller: "PCA9685";
    readonly address?: number;
    readonly pin: number;
  }

  class Led {
    constructor(pin?: Pin | { readonly pin: Pin } | OnPca9685);
    readonly isOn: boolean;
    on(): this;
    off(): this;
    brightness(value: number): this;
    blink(periodMs: number): this;
    pulse(periodMs: number): this;
    fadeIn(durationMs: number): this;
    stop(): this;
  }
  class Relay {
    constructor(options: Pin | { readonly pin: Pin; readonly type: "NO" | "NC" });
    readonly isClosed: boolean;
    open(): this;
    close(): this;
    toggle(): this;
  }
  class Button extends EventEmitter {
    constructor(
      options: Pin | { readonly pin: Pin; readonly isPullup?: boolean; readonly holdtime?: number },
    );
    readonly isDown: boolean;
  }
  class Servo extends EventEmitter {
    constructor(options: OnPca9685 | Pin);
    readonly position: number;
    to(degrees: number, durationMs?: number): this;
    sweep(): this;
    stop(): this;
  }
  class Expander extends EventEmitter {
    static get(required: { readonly address: number; readonly controller: string }): Expander;
    static byAddress(address: number): Expander | undefined;
    readonly board: Board;
  }
  type New<Options, Part> = { new (options: Options): Part };

  const five: {
    readonly Board: typeof Board & { mount(): Board };
    readonly Button: typeof Button;
    readonly Expander: typeof Expander;
    readonly Led: typeof Led;
    readonly Motion: typeof Motion & New<Pin, Motion>;
    readonly Relay: typeof Relay;
    readonly Servo: typeof Servo;
    readonly Switch: typeof Switch & New<Pin, Switch>;
  };
  export default five;
}

declare module "temporal" {
  interface Loop {
    stop(): void;
  }
  const temporal: { loop(periodMs: number, work: (loop: { readonly calledAt: number }) => void): Loop };
  export default temporal;
}
