/** What every verb's exit code means. */
export const exitCodes = {
  ok: 0,
  /** A test, an expectation or a build failed. */
  failed: 1,
  /** Unknown verb or flag, or bad input. */
  usage: 2,
  /** A port is taken, hardware or a program is missing. */
  environment: 3,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodesHelp = `
Exit codes:
  0  done
  1  a test, an expectation or a build failed
  2  wrong usage, or bad input
  3  the environment: a port is taken, hardware or a program is missing`;
