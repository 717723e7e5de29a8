/**
 * Flags with which Node does the same each time, in the same order: V8 draws nothing by chance, and neither compiles nor
 * collects garbage beside the program.
 */
export const steadyNode = ["--single-threaded", "--random-seed=1", "--hash-seed=1"] as const;
