import type { Clock } from "#devices/ports/clock.ts";
import type { GpioPort } from "#devices/ports/gpio.ts";
import type { I2cPort, MultiplexerChannel } from "#devices/ports/i2c.ts";
import type { SerialPortPort } from "#devices/ports/serial.ts";
import type { Wiring } from "./chips/twin.ts";
import type { EventLoop } from "./loop.ts";
import { VirtualGpio, virtualGpioPort } from "./ports/gpio.ts";
import { type I2cTraffic, VirtualI2cBus, virtualI2cPort } from "./ports/i2c.ts";
import { KernelFaults } from "./ports/kernel-faults.ts";
import {
  SerialCable,
  type SerialTarget,
  type SerialTraffic,
  type VirtualSerialLine,
} from "./ports/serial.ts";
import { virtualSerialPort } from "./ports/serial-port.ts";

/** Lines of a Raspberry Pi 4's GPIO chip and its label (bcm2711 device tree). */
const gpioChip = { label: "pinctrl-bcm2711", lines: 58 } as const;

export interface WireTraffic {
  readonly i2c: ReadonlyMap<string, I2cTraffic>;
  readonly serial: ReadonlyMap<string, SerialTraffic>;
}

/**
 * A simulated board: its wires, to which twins are soldered, and the ports that a unit's process opens on them.
 * The wires outlive the process.
 */
export class Board implements Wiring {
  readonly gpio = new VirtualGpio();
  /** Of whatever process opens its device nodes. */
  readonly kernel = new KernelFaults();
  readonly #loop: EventLoop;
  readonly #buses = new Map<number, VirtualI2cBus>();
  readonly #cables = new Map<string, SerialCable>();

  readonly #fastBuses: readonly number[];

  /** @param fastBuses I2C buses in fast mode, 400 kHz; all others run at 100 kHz (NXP UM10204, table 10) */
  constructor(loop: EventLoop, fastBuses: readonly number[] = []) {
    this.#loop = loop;
    this.#fastBuses = fastBuses;
    this.gpio.addChip(gpioChip.label, gpioChip.lines);
  }

  i2c(bus: number, behind?: MultiplexerChannel): VirtualI2cBus {
    const clockHz = this.#fastBuses.includes(bus) ? 400_000 : 100_000;
    const known = this.#buses.get(bus) ?? new VirtualI2cBus(`i2c-${bus}`, clockHz);
    this.#buses.set(bus, known);
    return behind ? known.branch(behind) : known;
  }

  /** By the kernel's bus number. */
  get i2cBuses(): ReadonlyMap<number, VirtualI2cBus> {
    return this.#buses;
  }

  /** For how long bits were on the wires of each I2C bus, ms, since the street began; by the kernel's bus number. */
  get i2cBusyMs(): ReadonlyMap<number, number> {
    return new Map([...this.#buses].map(([number, { busyMs }]) => [number, busyMs]));
  }

  /** What passed over its wires since the street began: by `i2c-1`, and by the path of a serial line. */
  get traffic(): WireTraffic {
    const byNumber = [...this.#buses].sort(([one], [other]) => one - other);
    const byPath = [...this.#cables].sort(([one], [other]) => (one < other ? -1 : 1));
    return {
      i2c: new Map(byNumber.map(([, { name, traffic }]) => [name, traffic])),
      serial: new Map(byPath.map(([path, { traffic }]) => [path, traffic])),
    };
  }

  /** By the path that a program opens. */
  get cables(): ReadonlyMap<string, SerialCable> {
    return this.#cables;
  }

  /** Several at the far end of one line are for targets that can share it. */
  serial(path: string, target: SerialTarget): VirtualSerialLine {
    const cable = this.#cables.get(path) ?? new SerialCable(path, this.#loop);
    this.#cables.set(path, cable);
    return cable.attach(target);
  }

  /** Ports for one life of a unit's process. */
  ports(clock: Clock): { i2c: I2cPort; gpio: GpioPort; serial: SerialPortPort } {
    const edge = { clock, faults: this.kernel };
    return {
      i2c: virtualI2cPort(this.#buses, edge),
      gpio: virtualGpioPort(this.gpio, () => clock.now(), edge),
      serial: virtualSerialPort(this.#cables, this.kernel),
    };
  }

  /** The process is gone, without a goodbye. */
  abandon(): void {
    this.gpio.abandon();
    this.kernel.abandon();
    for (const cable of this.#cables.values()) cable.abandon();
  }
}
