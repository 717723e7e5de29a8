import fc from "fast-check";

/** So that a property which fails does so again. Another seed looks elsewhere: `PLINTH_TEST_SEED=7 npx plinth test`. */
fc.configureGlobal({ seed: Number(process.env.PLINTH_TEST_SEED ?? 20_261_122) });
