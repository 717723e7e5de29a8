import type { Driver } from "#devices/part.ts";
import type { StreamPort } from "../../stream/port.ts";
import type { Recorder } from "../recorder.ts";

/**
 * Notes how each stream is called and what it found. What it sampled, some hundred times a second in a thread of its own,
 * is not noted: a replay takes the detections for granted.
 */
export const recordedStreams = (port: StreamPort, recorder: Recorder): StreamPort => ({
  async open(streamed, onDetections) {
    const { role } = streamed;
    const noted = <T>(call: string, run: () => Promise<T>) =>
      recorder.noted("call", `stream ${role} ${call}`, run, (outcome) =>
        call === "sample" ? JSON.stringify(outcome) : "",
      );
    const driver = await noted("open", () =>
      port.open(streamed, (detections) => {
        recorder.note("detections", role, { payload: JSON.stringify(detections) });
        onDetections(detections);
      }),
    );
    const recorded: Driver = {
      probe: () => noted("probe", () => driver.probe()),
      configure: () => noted("configure", () => driver.configure()),
      sample: () => noted("sample", () => driver.sample()),
      close: () => driver.close(),
    };
    return recorded as typeof driver;
  },
  close: () => port.close(),
});
