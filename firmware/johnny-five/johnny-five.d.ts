/** The part of johnny-five 2.1 that Plinth touches; the package brings no types. */

declare module "johnny-five/lib/board.js" {
  import type { EventEmitter } from "node:events";

  export interface BoardOptions {
    readonly id: string;
    readonly io: EventEmitter;
    /** All three default to true: an interactive prompt, lines on the console, a listener for SIGINT. */
    readonly repl: false;
    readonly debug: false;
    readonly sigint: false;
  }

  export default class Board extends EventEmitter {
    /** All boards of the process, oldest first; a component without a `board` takes the first. */
    static readonly cache: Board[];
    static readonly Pins: { readonly normalize: { clear(): void } };
    constructor(options: BoardOptions);
    readonly isReady: boolean;
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
