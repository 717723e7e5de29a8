import { FlightRecorder } from "#firmware/recorder/flight-recorder.ts";
import type { RecorderOptions } from "#firmware/recorder/options.ts";
import { type Start, startUnit } from "../street/in-process.ts";

export interface RecordingOptions {
  readonly recorder?: Exclude<RecorderOptions, "off">;
  /** Hears of each life's recorder when it begins. */
  readonly onFlight: (flight: FlightRecorder) => void;
  readonly onTrouble?: (what: string) => void;
}

/** Starts a unit with its flight recorder between it and its wires, as on a board. */
export const withRecorder =
  ({ recorder, onFlight, onTrouble = () => {} }: RecordingOptions): Start =>
  async (hosted, wires, options) => {
    const { version, journal, newEpoch } = options;
    const epoch = newEpoch();
    const flight = await FlightRecorder.begin(hosted.declaration, hosted.config, wires, {
      ...{ version, epoch, onTrouble },
      ...(recorder ? { recorder } : {}),
    });
    onFlight(flight);
    const recorded = { version, journal: flight.journal(journal), newEpoch: () => epoch };
    return await startUnit(hosted, flight.wires, recorded);
  };
