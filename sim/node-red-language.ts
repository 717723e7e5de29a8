/** Node-RED's setting `lang`. */

/**
 * The language in which Node-RED's process speaks: status under nodes, log. It takes two letters of the environment's
 * locale by itself, which is enough for `it` but does not tell which Chinese.
 * @param env `LC_ALL`, `LC_MESSAGES`, `LANG`, of which the first that is there counts (POSIX.1-2017, 8.2)
 * @returns undefined where Node-RED finds it alone
 */
export function languageOf(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || "";
  return /^zh(_(CN|SG))?(\.|@|$)/i.test(locale) ? "zh-CN" : undefined;
}
