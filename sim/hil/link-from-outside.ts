import type { Link, LinkPort } from "#devices/ports/link.ts";
import type { EventLoop } from "../loop.ts";

/**
 * A link to a broker that lives by another clock, for a unit that lives on the loop: what the broker says comes to the
 * unit at an instant of the loop, as `fromOutside` calls it.
 */
export const linkFromOutside = (far: LinkPort, loop: EventLoop): LinkPort => ({
  open: (clientId, will) => {
    const link = far.open(clientId, will);
    const onLoop = () => new Promise<void>((resolve) => loop.fromOutside(resolve));
    return {
      get connected() {
        return link.connected;
      },
      publish: (topic, payload, options) => link.publish(topic, payload, options).finally(onLoop),
      subscribe: (filter, listener) =>
        link.subscribe(filter, (message) => loop.fromOutside(() => listener(message))),
      onState: (listener) => {
        // How it is now, a listener is told before this returns.
        let isNow = true;
        const cancel = link.onState((connected) => {
          if (isNow) listener(connected);
          else loop.fromOutside(() => listener(connected));
        });
        isNow = false;
        return cancel;
      },
      close: () => link.close(),
    } satisfies Link;
  },
});
