/** What a depth does otherwise than a board, for a reason that is its own and no port's. */
export interface Depth {
  /** What the output of two joined lines drives is at the input so much later, ms. */
  readonly wireMs: number;
  /** So much longer than a port waits, the kernel holds on to a transfer on a line held low, ms. */
  readonly hangMs: number;
}

export type DepthName = "preload" | "timetravel";

const depths: Readonly<Record<DepthName, Depth>> = {
  // What a program does to a device node, the simulator has done before the call returns.
  preload: { wireMs: 0, hangMs: 0 },
  timetravel: {
    // gpio-sim joins no lines (Linux, Documentation/admin-guide/gpio/gpio-sim.rst): the simulator, a process that is
    // told of writes by inotify, pulls one as the other is driven. The guest's clock jumps only when that is done.
    wireMs: 1,
    // i2c-tiny-usb's requests have 2 s (drivers/i2c/busses/i2c-tiny-usb.c, usb_read), by a timer wheel of which the
    // slots are 8 jiffies of 10 ms apart (kernel/time/timer.c): they end later than a port's own 2 s.
    hangMs: 100,
  },
};

/** Which depth this process is at, for its environment. */
export const depthEnv = (name: DepthName) => ({ PLINTH_DEPTH: name });

/** The depth that this process is at. */
export const depth: Depth = depths[process.env.PLINTH_DEPTH as DepthName] ?? depths.preload;
