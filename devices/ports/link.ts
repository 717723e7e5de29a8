import type { Cancel } from "./clock.ts";

export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retain: boolean;
}

export interface Will {
  readonly topic: string;
  readonly payload: string;
}

/**
 * MQTT 3.1.1, QoS 1, as much as a unit needs of it (OASIS mqtt-v3.1.1-os).
 * - The implementation connects, and reconnects with back-off and jitter, by itself; it queues nothing.
 * - `publish` resolves when the broker acknowledged (PUBACK), and rejects with PortError `not-ready` while
 *   offline or when the connection ends first. The caller keeps what must not be lost: see the outbox.
 * - Subscriptions survive reconnects. A listener gets each matching message; `retain` is the broker's flag.
 * - The will, if there is one, is published by the broker, retained, when the connection ends without `close`.
 * - `onState` fires with the current state at once, then on each change.
 */
export interface Link {
  readonly connected: boolean;
  publish(topic: string, payload: string, options?: { readonly retain?: boolean }): Promise<void>;
  subscribe(filter: string, listener: (message: Message) => void): Cancel;
  onState(listener: (connected: boolean) => void): Cancel;
  close(): Promise<void>;
}

export interface LinkPort {
  open(clientId: string, will?: Will): Link;
}
