import type { FlightPiece } from "#devices/wire.ts";
import type { CommandListener } from "../commands.ts";
import type { FlightPort } from "../recorder/flight-port.ts";

/** Hands commands that ask for a flight record to the recorder; a unit without one refuses them. */
export const flightCommands =
  (
    flight: FlightPort | undefined,
    publish: (piece: FlightPiece) => Promise<void>,
  ): CommandListener["onFlight"] =>
  async (does, { file }) => {
    if (!flight)
      return {
        refusals: [
          {
            field: "command",
            problem: "needs a flight recorder",
            expected: "a unit with one: recorder in unit.yaml",
          },
        ],
      };
    if (does === "save") return await flight.save();
    return await flight.send(file === undefined ? undefined : String(file), publish);
  };
