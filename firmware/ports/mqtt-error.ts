/** CONNACK return codes (OASIS mqtt-v3.1.1-os table 3.1). */
const returnCodes: Readonly<Record<number, string>> = {
  1: "does not speak MQTT 3.1.1: use a broker that does",
  2: "rejects this client identifier: check the unit's name",
  3: "says that it is not available: look at the broker's log",
  4: "rejects the user name or password: check both in the unit's configuration",
  5: "does not authorise this unit: check its user, certificate and the broker's access list",
};

/** Node's error codes (nodejs.org/api/errors.html) and OpenSSL's verification errors, as Node spells them. */
const codes: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refuses the connection: is the broker running, and the port right?",
  ECONNRESET: "reset the connection: is it an MQTT broker, and does it want TLS (mqtts:)?",
  EPIPE: "closed the connection while it was written to: it is tried again",
  ETIMEDOUT: "does not answer: is it on, and does a firewall let this port through?",
  EHOSTUNREACH: "cannot be reached: is the network up, and the address right?",
  ENETUNREACH: "cannot be reached: is the network up?",
  ENOTFOUND: "has a name that nobody knows: check the spelling and the name server",
  EAI_AGAIN: "has a name that could not be looked up: is the network up, and a name server set?",
  CERT_HAS_EXPIRED: "shows a certificate that has expired: renew it, or set this unit's clock",
  CERT_NOT_YET_VALID: "shows a certificate that is not valid yet: is this unit's clock set?",
  DEPTH_ZERO_SELF_SIGNED_CERT: "shows a self-signed certificate: give its maker's certificate as ca",
  SELF_SIGNED_CERT_IN_CHAIN: "shows a certificate from an authority that is not trusted here: give it as ca",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "shows a certificate that the given ca did not sign: check ca",
  UNABLE_TO_GET_ISSUER_CERT: "shows a certificate whose issuer is not known here: check ca",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "shows a certificate whose issuer is not known here: check ca",
  CERT_SIGNATURE_FAILURE: "shows a certificate whose signature is wrong: check ca",
  CERT_REVOKED: "shows a certificate that was revoked: renew it",
  ERR_TLS_CERT_ALTNAME_INVALID: "shows a certificate for another name: use the host name it was issued for",
  ERR_SSL_WRONG_VERSION_NUMBER: "does not speak TLS on this port: use mqtt:, or its TLS port (usually 8883)",
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: "wants a client certificate: give cert and key",
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: "rejects this unit's certificate: check cert and key",
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA:
    "does not trust who signed this unit's certificate: check cert and the broker",
};

/** One sentence for a person: which broker, what is wrong, what to do. */
export function describeMqttError(broker: string, error: Error & { readonly code?: unknown }): string {
  const { code, message } = error;
  const known = typeof code === "number" ? returnCodes[code] : codes[String(code)];
  if (known !== undefined) return `broker ${broker} ${known}`;
  if (message === "connack timeout")
    return `broker ${broker} accepts the connection but does not answer: is it an MQTT broker, and healthy?`;
  return `broker ${broker}: ${message || String(code)}`;
}
