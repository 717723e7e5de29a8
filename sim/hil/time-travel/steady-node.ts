/**
 * Flags with which Node does the same each time, to the last look at the clock: every look takes half a microsecond of a
 * guest's time. V8 draws nothing by chance, and neither compiles nor collects garbage beside the program.
 */
export const steadyNode = ["--single-threaded", "--random-seed=1", "--hash-seed=1"] as const;
