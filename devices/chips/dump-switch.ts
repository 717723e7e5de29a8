/**
 * The dump load of a supercapacitor, on an MCP23017 (Microchip DS20001952): a power resistor hangs on a normally closed
 * contact, so that whatever fails, the capacitor is emptied. `dumpOff` energises the relay and opens the contact; an
 * expander keeps its outputs when nobody speaks to it any more, so the relay's supply is behind a dead man's switch.
 */
import { mcp23017With, type Wiring } from "./mcp23017.ts";

export const dumpWiring = {
  outputs: { dumpOff: "GPA0" },
  inputs: {},
} as const satisfies Wiring;

export const dumpSwitch = {
  ...mcp23017With(dumpWiring),
  id: "dump-switch",
  title: "relay of a dump load on an I/O expander",
};
