/**
 * Boards as whoever wires them sees them: what is on the 40-pin header (of a Compute Module: on a carrier board that
 * follows it), and what that can carry.
 *
 * Sources: Raspberry Pi's kernel, bcm2711-rpi-ds.dtsi (pins and aliases of UARTs and buses), rp1.dtsi, and its
 * overlays' README; raspberrypi/linux pull request 5436 (ttyAMA numbers); Raspberry Pi documentation, "Typical
 * power requirements" (supply, and what the bare board draws); CM4 datasheet, table of pins (3.3 V, 600 mA).
 */

/** A bus or serial port of the board that takes pins of the header. */
export interface BoardFunction {
  /** As the processor's manual calls it. */
  readonly name: string;
  /** As places call it: `i2c-1`, `/dev/ttyAMA0`. */
  readonly device: string;
  /** GPIO numbers. */
  readonly pins: readonly number[];
  /** Line of config.txt that makes it; of an I2C bus also the one that makes it run at 400 kHz. */
  readonly enable: string;
  readonly enableFast?: string;
}

export interface Board {
  readonly id: string;
  readonly title: string;
  /** Label of the GPIO controller whose lines are on the header. */
  readonly gpioChip: string;
  readonly functions: readonly BoardFunction[];
  /** PL011 UARTs of the processor: kernels before 6.1.26 numbered those that were enabled from 0 on. */
  readonly uarts: number;
  /** Buses with pull-ups to 3.3 V on the board. */
  readonly pulledUp: readonly string[];
  /** What its 3.3 V pins may be asked for, mA. */
  readonly rail3V3Ma: number;
  /** What its supply gives at 5 V, and what the board takes of that for itself, mA. */
  readonly supplyMa: number;
  readonly ownMa: number;
}

/** Level that no pin of the header may see more than, V: none of these boards tolerates 5 V. */
export const pinLevelV = 3.3;

/** Lines 0 to 27 are on the header; all else is used on the board itself. */
export const headerLines = 28;

/** What a line of the header is for when nobody said otherwise. */
export const reservedLines: readonly { readonly pins: readonly number[]; readonly by: string }[] = [
  { pins: [0, 1], by: "the identification EEPROM of a HAT, which the firmware reads at start" },
  { pins: [2, 3], by: "I2C1, with its pull-ups of 1.8 kΩ" },
  { pins: [7, 8, 9, 10, 11], by: "SPI0, if dtparam=spi=on" },
  { pins: [14, 15], by: "UART0, and the console of the kernel, if enable_uart=1" },
];

/** Serial ports of the processor itself, by their names. Adapters on USB are anybody's. */
export const processorPort = /^\/dev\/(?:ttyAMA(?<number>\d+)|ttyS\d+|serial\d)$/;

const bus = (number: number, pins: readonly number[], overlay = `i2c${number}`): BoardFunction => ({
  name: `I2C${number}`,
  device: `i2c-${number}`,
  pins,
  enable: `dtoverlay=${overlay}`,
  enableFast: `dtoverlay=${overlay},baudrate=400000`,
});

const uart = (number: number, pins: readonly number[], enable: string): BoardFunction => ({
  name: `UART${number}`,
  device: `/dev/ttyAMA${number}`,
  pins,
  enable,
});

const i2c1: BoardFunction = {
  name: "I2C1",
  device: "i2c-1",
  pins: [2, 3],
  enable: "dtparam=i2c_arm=on",
  enableFast: "dtparam=i2c_arm=on,i2c_arm_baudrate=400000",
};

const i2c0: BoardFunction = {
  name: "I2C0",
  device: "i2c-0",
  pins: [0, 1],
  enable: "dtparam=i2c_vc=on",
  enableFast: "dtparam=i2c_vc=on,i2c_vc_baudrate=400000",
};

/** Whatever the firmware has put on GPIO 14 and 15. */
const primary: BoardFunction = {
  name: "the primary UART",
  device: "/dev/serial0",
  pins: [14, 15],
  enable: "enable_uart=1",
};

const miniUart: BoardFunction = { ...primary, name: "UART1", device: "/dev/ttyS0" };

/** UART0 speaks to the radio unless Bluetooth is given up. */
const uart0 = uart(0, [14, 15], "dtoverlay=disable-bt");

const bcm2711 = {
  gpioChip: "pinctrl-bcm2711",
  functions: [
    i2c0,
    i2c1,
    bus(3, [4, 5]),
    bus(4, [8, 9]),
    bus(5, [12, 13]),
    bus(6, [22, 23]),
    primary,
    uart0,
    miniUart,
    uart(2, [0, 1], "dtoverlay=uart2"),
    uart(3, [4, 5], "dtoverlay=uart3"),
    uart(4, [8, 9], "dtoverlay=uart4"),
    uart(5, [12, 13], "dtoverlay=uart5"),
  ],
  uarts: 5,
  pulledUp: ["i2c-1"],
} as const;

export const boards: readonly [Board, ...Board[]] = [
  {
    id: "raspberry-pi-4",
    title: "Raspberry Pi 4 Model B",
    ...bcm2711,
    rail3V3Ma: 500,
    supplyMa: 3_000,
    ownMa: 600,
  },
  {
    id: "raspberry-pi-5",
    title: "Raspberry Pi 5",
    gpioChip: "pinctrl-rp1",
    functions: [
      bus(0, [0, 1], "i2c0-pi5"),
      i2c1,
      bus(2, [4, 5], "i2c2-pi5"),
      bus(3, [6, 7], "i2c3-pi5"),
      primary,
      uart(0, [14, 15], "dtparam=uart0=on"),
      uart(1, [0, 1], "dtoverlay=uart1-pi5"),
      uart(2, [4, 5], "dtoverlay=uart2-pi5"),
      uart(3, [8, 9], "dtoverlay=uart3-pi5"),
      uart(4, [12, 13], "dtoverlay=uart4-pi5"),
      // The three-pin connector between the HDMI sockets; no pin of the header.
      { name: "the debug UART", device: "/dev/ttyAMA10", pins: [], enable: "enable_uart=1" },
    ],
    // All of them have numbers of their own.
    uarts: 0,
    pulledUp: ["i2c-1"],
    rail3V3Ma: 500,
    supplyMa: 5_000,
    ownMa: 800,
  },
  {
    id: "cm4",
    title: "Raspberry Pi Compute Module 4",
    ...bcm2711,
    rail3V3Ma: 600,
    supplyMa: 3_000,
    ownMa: 600,
  },
  {
    id: "zero-2-w",
    title: "Raspberry Pi Zero 2 W",
    gpioChip: "pinctrl-bcm2835",
    functions: [i2c0, i2c1, primary, uart0, miniUart],
    uarts: 1,
    pulledUp: ["i2c-1"],
    rail3V3Ma: 500,
    supplyMa: 2_000,
    ownMa: 350,
  },
];

/** The first board with that GPIO controller; where none is asked for, or no board has it, the first of all. */
export const boardWith = (gpioChip: string | undefined): Board =>
  boards.find((board) => board.gpioChip === gpioChip) ?? boards[0];

export const functionAt = ({ functions }: Board, device: string): BoardFunction | undefined =>
  functions.find((each) => each.device === device);
