const { execFileSync } = require("node:child_process");
const { existsSync, mkdirSync, readFileSync } = require("node:fs");
const { hostname } = require("node:os");
const { join } = require("node:path");

const days = 825;

/**
 * Key and certificate from the folder's `tls/`: those of the city's own authority, put there as key.pem and cert.pem,
 * or self-signed ones, made at the first start by openssl.
 */
exports.certificate = (userDir) => {
  const folder = join(userDir, "tls");
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  if (existsSync(key) !== existsSync(cert))
    throw new Error(
      `${folder} has ${existsSync(key) ? "no cert.pem" : "no key.pem"}: put both there, or neither`,
    );
  if (!existsSync(key)) selfSigned(folder, key, cert);
  return { key: readFileSync(key), cert: readFileSync(cert), minVersion: "TLSv1.2" };
};

function selfSigned(folder, key, cert) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const name = hostname();
  const subject = [
    "-subj",
    `/CN=${name}`,
    "-addext",
    `subjectAltName=DNS:${name},DNS:localhost,IP:127.0.0.1`,
  ];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const files = ["-keyout", key, "-out", cert];
  try {
    execFileSync("openssl", ["req", "-x509", ...curve, "-days", `${days}`, ...subject, ...files], {
      stdio: ["ignore", "ignore", "pipe"],
    });
  } catch (error) {
    throw new Error(
      `no certificate in ${folder}, and openssl could not make one: ${error.stderr || error.message}. ` +
        "Install openssl, or put the city's key.pem and cert.pem there.",
    );
  }
}
