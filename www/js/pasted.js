/** The settings that a person has in a client now, beside what they should be. */

/** @typedef {import("../package/esm/index.js").FormField} FormField */

/**
 * @typedef {object} Compared
 * @property {FormField} field
 * @property {string} found
 * @property {"right" | "wrong" | "other-form"} result
 * @property {string} why what is different, where that is not plain
 */

/** What clients call a setting, in lower case and letters alone. @type {Record<string, string[]>} */
const CALLED = {
  "host": ["host", "hostname", "broker", "brokeraddress", "brokeraddresshost", "server", "serveraddress", "serveruri", "address", "endpoint", "url", "uri", "mqtthost", "brokerhost", "dpshost", "h"],
  "port": ["port", "brokerport", "serverport", "mqttport", "p"],
  "protocol": ["protocol", "transport", "scheme"],
  "path": ["path", "basepath", "websocketpath"],
  "client-id": ["clientid", "clientidentifier", "id", "i", "mqttclientid"],
  "user-name": ["username", "user", "login", "u", "mqttusername", "mqttuser"],
  "password": ["password", "pass", "pw", "mqttpassword"],
  "mqtt-version": ["mqttversion", "protocolversion", "version", "v"],
  "clean-session": ["cleansession", "clean", "cleanstart"],
  "verify-server": ["verifyserver", "sslsecure", "rejectunauthorized", "validatecertificate", "verifycertificate", "strict"],
  "time-in-client-id": ["appendatimetotheclientid", "clientidwithtime", "appendtimestamp"],
};

/** Paths and what a person may choose freely are not compared. */
const COMPARED = new Set(Object.keys(CALLED));

/**
 * @param {string} text lines of `name: value`, `name = value`, JSON, a command line, or a URL
 * @param {FormField[]} fields what they should be
 * @returns {Compared[]} in the order of the fields; a setting that the text does not have is left out
 */
export function compare(text, fields) {
  const had = settingsIn(text);
  return fields.flatMap((field) => {
    const found = COMPARED.has(field.name) ? had.get(field.name) : undefined;
    return found === undefined ? [] : [{ field, found, ...judge(field, found) }];
  });
}

/** @param {string} text @returns {Map<string, string>} */
function settingsIn(text) {
  /** @type {Map<string, string>} */
  const had = new Map();
  const put = (/** @type {string | undefined} */ name, /** @type {string} */ value) => { if (name && !had.has(name)) had.set(name, value); };
  for (const url of text.matchAll(/\b(mqtts?|wss?|ssl|tcp|tls):\/\/(?:[^\s@/]*@)?([^\s:/"'<>]+)(?::(\d+))?(\/[^\s"'<>,]*)?/gi)) {
    const [, scheme = "", host = "", port, path] = url;
    put("protocol", scheme.toLowerCase());
    put("host", host);
    if (port) put("port", port);
    if (path && path !== "/") put("path", path);
  }
  for (const flag of text.matchAll(/(?:^|\s)(?:-([hpiu])|--(host|port|id|username|pw))[ =]+("[^"]*"|'[^']*'|\S+)/gm)) {
    put(nameOf(flag[1] ?? flag[2] ?? ""), unquoted(flag[3] ?? ""));
  }
  for (const line of text.split(/\r\n|\n|\r|(?<="),(?=\s*")/)) {
    const [, label = "", value = ""] = /^[\s{[,]*["']?([A-Za-z][A-Za-z0-9 _./()-]{0,40}?)["']?(?:\s*[:=]\s*|\t+|\s{2,})(.*?)[\s,;}\]]*$/.exec(line) ?? [];
    if (label !== "" && !/^\/\//.test(value)) put(nameOf(label), unquoted(value));
  }
  return had;
}

/** @param {string} label @returns {string | undefined} */
function nameOf(label) {
  const plain = label.toLowerCase().replace(/[^a-z]/g, "");
  return Object.entries(CALLED).find(([, words]) => words.includes(plain))?.[0];
}

/** @param {string} text */
function unquoted(text) {
  return /^(["'`]).*\1$/.test(text) ? text.slice(1, -1) : text;
}

/**
 * @param {FormField} field
 * @param {string} found
 * @returns {{ result: Compared["result"], why: string }}
 */
function judge({ name, value }, found) {
  const right = { result: /** @type {const} */ ("right"), why: "" };
  const wrong = (/** @type {string} */ why) => ({ result: /** @type {const} */ ("wrong"), why });
  if (found === value) return right;
  if (name === "user-name") return userName(value, found);
  if (isSwitch(value) !== null && isSwitch(found) !== null) return isSwitch(value) === isSwitch(found) ? right : wrong("");
  if (name === "protocol") return /wss/i.test(value) === /wss/i.test(found) && /mqtts|ssl|tls|wss/i.test(found) ? right : wrong("TLS is needed");
  if (name === "mqtt-version") return /(^|\D)(3\.1\.1|4|311)\b/.test(found) || /v311/i.test(found) ? right : wrong("DPS speaks MQTT 3.1.1 here");
  if (name === "path" && value === "") return wrong("only WebSocket has a path");
  if (value === "") return wrong("it stays empty: the certificate is the proof");
  if (found === "") return wrong("it is empty");
  if (name === "client-id" && found.startsWith(value)) return wrong("something is appended to the registration ID");
  if (found.trim() === value.trim()) return wrong("a space is around it");
  if (found.toLowerCase() === value.toLowerCase()) {
    return name === "host" ? right : { result: "other-form", why: "capitals differ: DPS does not mind, a hub may" };
  }
  return wrong("");
}

/** @param {string} text */
function isSwitch(text) {
  if (/^(yes|on|true|1|enabled)$/i.test(text)) return true;
  return /^(no|off|false|0|disabled)$/i.test(text) ? false : null;
}

/**
 * `{idScope}/registrations/{registration_id}/api-version=…`, with what may follow (DPS document iot-mqtt-connect-to-iot-dps).
 *
 * @param {string} value
 * @param {string} found
 * @returns {{ result: Compared["result"], why: string }}
 */
function userName(value, found) {
  const [scope, , id] = value.split("/");
  const parts = found.split("/");
  if (parts.length < 4 || parts[1] !== "registrations") return { result: "wrong", why: "its form is {ID scope}/registrations/{registration ID}/api-version=…" };
  if (parts[0] !== scope) return { result: "wrong", why: "the ID scope differs" };
  if (parts[2] !== id) return { result: "wrong", why: "the registration ID differs" };
  if (!/^(\?)?api-version=\d{4}-\d{2}-\d{2}/.test(parts.slice(3).join("/"))) return { result: "wrong", why: "api-version is missing" };
  return { result: "right", why: "" };
}
