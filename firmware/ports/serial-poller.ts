import type { SerialPort } from "serialport";

type Binding = NonNullable<SerialPort["port"]>;
type Poller = Extract<Binding, { poller: unknown }>["poller"];

/** Who waits for the line: nobody, where the binding is not that of a tty. */
export const pollerOf = (port: Binding): Poller | undefined => ("poller" in port ? port.poller : undefined);

/** As uv_poll_start(3) has them (libuv, uv_poll_event). */
const awaited = { readable: 1, writable: 2, disconnect: 4 } as const;

/**
 * Mends two faults of how serialport's binding waits for a tty (bindings-cpp 13.0.0, src/poller.cpp):
 *
 * - Who waits last displaces who waited before: a write that the line cannot take yet is forgotten when a read begins to
 *   wait after it. All that somebody listens for is waited for.
 * - A line that hangs up while nobody waits is not noticed: it reads as zero bytes, and unixRead reads again, for ever.
 *   A hang-up is always waited for.
 *
 * @param hungUp the adapter was pulled, or the line was closed
 */
export function mendPoller(port: Binding, hungUp: () => void): void {
  const poller = pollerOf(port);
  if (!poller) return;
  const poll = poller.poll.bind(poller);
  poller.poll = (flags = 0) => {
    let all = flags | awaited.disconnect;
    for (const name of ["readable", "writable"] as const)
      if (poller.listenerCount(name) > 0) all |= awaited[name];
    poll(all);
  };
  poller.once("disconnect", hungUp);
}
