import type { FlightPort } from "../flight-port.ts";
import type { Recorder } from "../recorder.ts";

/** Notes what was answered. A record that is being made has not got its own answer yet. */
export const recordedFlight = (port: FlightPort, recorder: Recorder): FlightPort => ({
  save: () => recorder.noted("flight", "save", () => port.save(), JSON.stringify),
  send: (file, publish) => recorder.noted("flight", "send", () => port.send(file, publish), JSON.stringify),
  close: () => port.close(),
});
