/**
 * The conversation with DPS, rehearsed: the machine that provisions devices talks to answers as DPS gives them. Nothing
 * is dialled; the packets of the device are those that it would send.
 */

import { DpsError, Session } from "../package/esm/index.js";

/**
 * @typedef {object} Step
 * @property {"device" | "service" | "nobody"} from
 * @property {string} about what happens, for a person
 * @property {string} [line] as a client's log window shows it
 * @property {string} [hex] the bytes
 */

/** What each packet is for. */
const ABOUT = /** @type {Record<string, string>} */ ({
  "device CONNECT": "says who it is: the registration ID as client ID; ID scope and API version in the user name. There is no password, since the certificate has proved it in TLS.",
  "service CONNACK": "accepts the connection. That is no verdict on the certificate yet: it is usually judged at the registration.",
  "device SUBSCRIBE": "asks for the answers. DPS takes this one filter and no other.",
  "service SUBACK": "grants the subscription.",
  "device PUBLISH": "asks to be registered, or how its registration stands.",
  "service PUBACK": "has received the question.",
  "service PUBLISH": "answers: the status is in the topic, the rest in the body.",
  "device PUBACK": "has received the answer.",
  "device DISCONNECT": "takes its leave.",
});

/** More steps than any registration takes. */
const MOST = 200;

/**
 * @param {import("./state.js").Settings} settings
 * @returns {Promise<{ steps: Step[], trouble?: string }>}
 */
export async function rehearse({ idScope, registrationId, endpoint }) {
  /** @type {Session} */
  let session;
  try {
    session = await Session.start({ idScope, registrationId, ...(endpoint === "" ? {} : { endpoint }) }, 0, new Uint8Array(16));
  } catch (error) {
    if (!(error instanceof DpsError)) throw error;
    return { steps: [], trouble: error.findings.map((finding) => `${finding.message} ${finding.nextStep}`).join(" ") || error.message };
  }
  /** @type {Step[]} */
  const steps = [{ from: "nobody", about: "TCP and TLS to the server. It asks for the device's certificate and gets the chain." }];
  const service = new Service(registrationId);
  let now = 0;
  let hex = "";
  let connection = 0;
  for (let count = 0; count < MOST; count += 1) {
    const output = session.poll();
    if (output.type === "connect") {
      connection = output.connection;
      session.connected(now, connection);
    } else if (output.type === "transmit") {
      hex = toHex(output.bytes);
      service.take(output.bytes);
    } else if (output.type === "event") {
      const { event, line } = output;
      if (event.event === "sent" || event.event === "received") {
        const from = event.event === "sent" ? "device" : "service";
        steps.push({ from, about: about(from, event.packet), line, hex });
      } else if (event.event === "waiting") {
        steps.push({ from: "nobody", about: `The device waits ${event.seconds} s, as the service asks.` });
      }
    } else if (output.type === "wait") {
      const answer = service.answers.shift();
      if (answer) {
        hex = toHex(answer);
        session.received(now, connection, answer);
      } else {
        now = output.until;
        session.timeout(now);
      }
    } else if (output.type === "done") {
      steps.push({ from: "nobody", about: "The device has its hub, and goes there with the same certificate." });
      break;
    }
  }
  return { steps };
}

/**
 * @param {"device" | "service"} from
 * @param {string} packet
 */
function about(from, packet) {
  return ABOUT[`${from} ${packet}`] ?? packet;
}

/** The service's side: it accepts, says "assigning" once, and then assigns. */
class Service {
  /** @type {Uint8Array[]} */
  answers = [];
  #requests = 0;

  /** @param {string} registrationId */
  constructor(registrationId) {
    this.registrationId = registrationId;
  }

  /** @param {Uint8Array} packet of the device, a whole one (MQTT 3.1.1 section 2.2.1) */
  take(packet) {
    const body = packet.subarray(headerLength(packet));
    const type = (packet[0] ?? 0) >> 4;
    if (type === 1) {
      this.answers.push(Uint8Array.of(0x20, 2, 0, 0));
    } else if (type === 8) {
      this.answers.push(Uint8Array.of(0x90, 3, body[0] ?? 0, body[1] ?? 0, 1));
    } else if (type === 3) {
      this.#answer(body);
    }
  }

  /** @param {Uint8Array} publish */
  #answer(publish) {
    const length = (publish[0] ?? 0) * 256 + (publish[1] ?? 0);
    const topic = new TextDecoder().decode(publish.subarray(2, 2 + length));
    const rid = new URLSearchParams(topic.split("?")[1]).get("$rid") ?? "";
    const isFirst = this.#requests++ === 0;
    const { registrationId } = this;
    this.answers.push(
      Uint8Array.of(0x40, 2, publish[2 + length] ?? 0, publish[3 + length] ?? 0),
      isFirst
        ? published(`$dps/registrations/res/202/?$rid=${rid}&retry-after=3`, { operationId: "4.example", status: "assigning" })
        : published(`$dps/registrations/res/200/?$rid=${rid}`, {
          operationId: "4.example",
          status: "assigned",
          registrationState: { registrationId, assignedHub: "your-hub.azure-devices.net", deviceId: registrationId, status: "assigned", substatus: "initialAssignment" },
        }),
    );
  }
}

/**
 * A PUBLISH with QoS 0 (MQTT 3.1.1 section 3.3).
 *
 * @param {string} topic
 * @param {object} body
 */
function published(topic, body) {
  const encoder = new TextEncoder();
  const name = encoder.encode(topic);
  const payload = encoder.encode(JSON.stringify(body));
  const length = 2 + name.length + payload.length;
  return Uint8Array.of(0x30, (length & 0x7f) | 0x80, length >> 7, name.length >> 8, name.length & 0xff, ...name, ...payload);
}

/** @param {Uint8Array} packet */
function headerLength(packet) {
  let at = 1;
  while (((packet[at] ?? 0) & 0x80) !== 0) at += 1;
  return at + 1;
}

/** @param {Uint8Array} bytes */
function toHex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
