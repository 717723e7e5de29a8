const { randomInt } = require("node:crypto");
const { mkdirSync, rmSync, writeFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { join } = require("node:path");
const { secretOf } = require("./secret.cjs");

/** Node-RED's own, so that the hash is the one that its `node-red admin hash-pw` makes. */
const bcrypt = createRequire(require.main.filename)("bcryptjs");

const username = "admin";
const rounds = 12;
/** Without letters and digits that look alike; 20 of them hold 98 bits. */
const alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
const passwordLength = 20;
/**
 * Who may do what: one administrator, whose password is made at the first start and shown once, on the terminal or,
 * where there is none, in a file that the first login removes. Only its hash is kept. Guessing is
 * slow: Node-RED takes five wrong passwords in ten minutes.
 */
exports.access = (userDir, isReadOnly) => {
  const shown = join(userDir, "first-password");
  const hash = secretOf(userDir, "password-hash", () => {
    const password = newPassword();
    show(password, shown, userDir);
    return bcrypt.hashSync(password, rounds);
  }).trim();
  const user = { username, permissions: isReadOnly ? "read" : "*" };
  return {
    adminAuth: {
      type: "credentials",
      users: async (name) => (name === username ? user : null),
      authenticate: async (name, password) => {
        if (name !== username || !(await bcrypt.compare(password, hash))) return null;
        rmSync(shown, { force: true });
        return user;
      },
    },
    httpNodeAuth: { user: username, pass: hash },
  };
};

const newPassword = () =>
  Array.from({ length: passwordLength }, () => alphabet[randomInt(alphabet.length)]).join("");

function show(password, file, userDir) {
  if (process.stdout.isTTY) {
    process.stdout.write(`\nUser: ${username}\nPassword: ${password}\nIt is shown this once; keep it.\n\n`);
    return;
  }
  mkdirSync(userDir, { recursive: true, mode: 0o700 });
  writeFileSync(file, `${password}\n`, { mode: 0o600 });
  process.stdout.write(`The password of ${username} is in ${file} until the first login.\n`);
}
