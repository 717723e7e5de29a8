import { Gpio, type ValueCallback } from "onoff";

export type ExportedLine = Pick<
  Gpio,
  "read" | "readSync" | "write" | "watch" | "unwatchAll" | "direction" | "edge" | "unexport"
>;

/** How a line is exported; the parameters are those of onoff's constructor. */
export type ExportLine = (...line: ConstructorParameters<typeof Gpio>) => ExportedLine;

/**
 * A line by onoff. At an edge onoff reads the level in a callback of its epoll addon, where an error that is thrown
 * ends the process, and an event that is not cleared comes again at once: so when that read fails, the watch ends
 * and its callback is told.
 */
export const exportLine: ExportLine = (...parameters) => {
  const line = new Gpio(...parameters);
  const readSync = line.readSync.bind(line);
  const watch = line.watch.bind(line);
  const unwatchAll = line.unwatchAll.bind(line);
  let watching: ValueCallback | undefined;
  line.watch = (callback) => {
    watching = callback;
    watch(callback);
  };
  line.unwatchAll = () => {
    watching = undefined;
    unwatchAll();
  };
  line.readSync = () => {
    try {
      return readSync();
    } catch (cause) {
      if (!watching) throw cause;
      const told = watching;
      line.unwatchAll();
      told(cause as Error, 0);
      return 0;
    }
  };
  return line;
};
