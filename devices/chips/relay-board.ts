/**
 * Relays of a kerb on an MCP23017 (Microchip DS20001952): two that drive a lock's motor up and down, one that holds a
 * charging point's contactor. All coils are off until they are told otherwise, and after a reset.
 */
import { mcp23017With, type Wiring } from "./mcp23017.ts";

export const relayWiring = {
  outputs: { raise: "GPA0", lower: "GPA1", contactor: "GPA2" },
  inputs: {},
} as const satisfies Wiring;

export const relayBoard = {
  ...mcp23017With(relayWiring),
  id: "relay-board",
  title: "three relays on an I/O expander",
};
