import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { LineSpeed } from "#devices/ports/serial.ts";
import type { EventLoop } from "../../loop.ts";
import type { HeldLine, NearEnd, SerialCable } from "../../ports/serial.ts";
import { sampled } from "../../ports/serial-wire.ts";
import type { TtyEvent, TtySettings } from "./frames.ts";
import { PseudoTerminal } from "./pseudo-terminal.ts";

/** A serial line of a simulated board that programs of this machine can open. */
export interface OfferedLine {
  /** Where they open it: `/dev/ttyAMA3` below the folder. */
  readonly link: string;
  /** Programs that have it open see it hang up, as when an adapter is pulled. */
  close(): Promise<void>;
}

/**
 * Bytes taken from a program that have not left. Beyond them, and what the kernel keeps of a pseudo-terminal, its
 * writes block. More than the longest frame of any part, so that it is taken in one piece.
 */
const takenMax = 1_024;

/**
 * Offers a cable's near end as a pseudo-terminal, `cable.path` below `folder`. What programs write leaves at the
 * speed to which they set it, in the loop's time, and what comes over the wire reaches them when its last byte has
 * come; while no program has it open, that is lost. The cable's faults act: unplugged, programs see a hang-up and
 * the path is gone until it is replugged; held, writes block.
 *
 * A pseudo-terminal forgets parity and data bits, which are then taken for right, and it drains at once: a program
 * that waits for that goes on before its last bytes have left, by what they take. Neither is so for a program that
 * comes with the preloaded library, which asks at `doors`.
 *
 * Rejects with EnvironmentError where this machine has no C compiler or no pseudo-terminal left.
 *
 * @param doors a folder for the preloaded library's questions; left out where no program brings it
 */
export async function offerSerial(
  cable: SerialCable,
  folder: string,
  loop: EventLoop,
  doors?: string,
): Promise<OfferedLine> {
  const line = new SerialOffer(cable, loop, join(folder, cable.path), doors);
  await line.open();
  return line;
}

interface Written {
  readonly settings: TtySettings;
  readonly bytes: Uint8Array;
}

class SerialOffer implements OfferedLine, NearEnd {
  readonly link: string;
  readonly #doors: string | undefined;
  readonly #cable: SerialCable;
  readonly #loop: EventLoop;
  readonly #stopWatching: () => void;
  #pty: PseudoTerminal | undefined;
  /** Of the pseudo-terminal that is there now, or being made: what an earlier one still says is nobody's. */
  #life: object | undefined;
  /** Making and ending them, one after the other. */
  #changes: Promise<unknown> = Promise.resolve();
  #held: HeldLine | undefined;
  #isListening = false;
  #settings: TtySettings = { baudRate: 9_600, stopBits: 1 };
  #written: Written[] = [];
  #isSending = false;

  constructor(cable: SerialCable, loop: EventLoop, link: string, doors: string | undefined) {
    this.#cable = cable;
    this.#loop = loop;
    this.link = link;
    this.#doors = doors;
    this.#stopWatching = cable.watch(() => this.#follow());
  }

  get isListening(): boolean {
    return this.#isListening;
  }

  get speed(): LineSpeed {
    const { speeds } = this.#cable;
    return completed(
      this.#settings,
      speeds.find(({ baudRate }) => baudRate === this.#settings.baudRate) ?? speeds[0],
    );
  }

  async open(): Promise<void> {
    await mkdir(dirname(this.link), { recursive: true });
    if (this.#doors) await mkdir(this.#doors, { recursive: true });
    this.#follow();
    await this.#changes.catch((error: unknown) => {
      this.#stopWatching();
      throw error;
    });
  }

  async close(): Promise<void> {
    this.#stopWatching();
    this.#unplug();
    this.#held?.listening(false);
    this.#held?.closed();
    this.lost();
    await this.#changes;
  }

  deliver(wire: Uint8Array, sent: LineSpeed): void {
    if (this.#isListening) this.#pty?.deliver(wire, sent);
  }

  lost(): void {
    this.#held = undefined;
    this.#isListening = false;
    this.#written = [];
  }

  /** The pseudo-terminal becomes what the cable is. */
  #follow(): void {
    if (!this.#cable.isPlugged) this.#unplug();
    else if (!this.#life) this.#plugIn();
    this.#pty?.hold(this.#cable.isHeld);
    void this.#send();
  }

  #plugIn(): void {
    const life = {};
    this.#life = life;
    const onEvent = (event: TtyEvent) =>
      this.#loop.fromOutside(() => {
        if (this.#life === life) this.#happened(event);
      });
    this.#changes = this.#changes.then(async () => {
      const pty = await PseudoTerminal.open({ link: this.link, doors: this.#doors, onEvent });
      if (this.#life !== life) return pty.close();
      this.#pty = pty;
      pty.allow(takenMax);
      pty.hold(this.#cable.isHeld);
    });
  }

  #unplug(): void {
    const ended = this.#pty?.close();
    this.#pty = undefined;
    this.#life = undefined;
    this.#changes = this.#changes.then(() => ended);
  }

  #happened(event: TtyEvent): void {
    if ("settings" in event) this.#settings = event.settings;
    if (event.kind === "opened") {
      this.#held ??= this.#cable.take(this);
      this.#isListening = true;
      this.#held.listening(true);
    } else if (event.kind === "written") {
      this.#written.push(event);
      void this.#send();
    } else if (event.kind === "misread") {
      const { settings, sent, bytes } = event;
      this.#pty?.deliverAsRead(sampled(bytes, completed(sent), completed(settings, completed(sent))));
    } else if (event.kind === "gave-up") this.#drop();
    else if (event.kind === "closed") this.#closed();
  }

  #closed(): void {
    this.#isListening = false;
    this.#held?.listening(false);
    // A kernel lets a UART's last bytes leave before it is closed, and drops what cannot (setserial, closing_wait).
    if (this.#cable.isHeld) this.#drop();
    void this.#send();
  }

  #drop(): void {
    const count = this.#written.reduce((sum, { bytes }) => sum + bytes.length, 0);
    this.#written = [];
    if (count > 0) this.#pty?.allow(count);
  }

  /** Lets leave what was taken, and goes from the line when no program has it and all has left. */
  async #send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    while (this.#held && !this.#cable.isHeld && this.#written.length > 0) await this.#leave(this.#held);
    this.#isSending = false;
    if (this.#isListening || this.#written.length > 0) return;
    this.#held?.closed();
    this.#held = undefined;
  }

  /** What was written piece by piece at the same settings leaves in one go. */
  async #leave(held: HeldLine): Promise<void> {
    const { settings } = this.#written[0]!;
    const other = this.#written.findIndex((written) => !isDeepStrictEqual(written.settings, settings));
    const together = this.#written.splice(0, other < 0 ? this.#written.length : other);
    const bytes = Buffer.concat(together.map((written) => written.bytes));
    this.#settings = settings;
    // At B0 a UART is hung up (POSIX, termios).
    const sent = settings.baudRate > 0 ? held.transmit(bytes, Number.POSITIVE_INFINITY) : Promise.resolve();
    const hasLeft = await sent.then(
      () => true,
      () => false,
    );
    if (hasLeft && this.#held === held) this.#pty?.allow(bytes.length);
  }
}

/** With what a pseudo-terminal forgets as it would be right. */
const completed = (settings: TtySettings, right: Partial<LineSpeed> = {}): LineSpeed => ({
  ...settings,
  dataBits: settings.dataBits ?? right.dataBits ?? 8,
  parity: settings.parity ?? right.parity ?? "none",
});
