/** An ordinary answer where a connection was to be handed over. */
import { STATUS_CODES } from "node:http";

export interface StreamAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One among the ways in which a runtime may answer. */
export interface StreamRefusal extends StreamAnswer {
  readonly kind: "Refused";
}

/** The whole answer as it goes over the connection, which ends with it. */
export function refusalText({ status, text, headers = {} }: StreamRefusal): Uint8Array {
  const body = new TextEncoder().encode(text);
  const all = {
    "Content-Type": "text/plain; charset=utf-8",
    ...headers,
    "Content-Length": String(body.length),
    Connection: "close",
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const first = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n`;
  const head = new TextEncoder().encode(`${first}${lines}\r\n`);
  const answer = new Uint8Array(head.length + body.length);
  answer.set(head);
  answer.set(body, head.length);
  return answer;
}
