/**
 * Sends bytes as they are, each on a TLS connection of its own, and prints what came back: run as a program inside of a lab, with a
 * `RawRequests` as JSON on standard input and Deno's `--unsafely-ignore-certificate-errors`.
 */

export interface RawRequests {
  readonly hostname: string;
  readonly port: number;
  /** The client's, as PEM. */
  readonly cert: string;
  readonly key: string;
  /** By title. */
  readonly sent: Readonly<Record<string, string>>;
}

/** All that came back, by title. */
export type RawAnswers = Readonly<Record<string, string>>;

/** Who says nothing for so long waits for more, and has said all it will. */
const SILENCE_MS = 1_500;

async function answerTo(sent: string, to: Omit<RawRequests, "sent">): Promise<string> {
  using connection = await Deno.connectTls(to);
  // A server that refuses what it is being sent may close before all of it is there.
  const sending = send(connection, sent).catch(() => {});
  let all = "";
  for (;;) {
    const piece = await nextOf(connection);
    if (piece === null) break;
    all += piece;
  }
  void sending;
  return all;
}

async function send(connection: Deno.TlsConn, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
}

async function nextOf(connection: Deno.TlsConn): Promise<string | null> {
  const buffer = new Uint8Array(65_536);
  const silence = Promise.withResolvers<null>();
  const timer = setTimeout(() => silence.resolve(null), SILENCE_MS);
  try {
    const count = await Promise.race([connection.read(buffer).catch(() => null), silence.promise]);
    return count === null ? null : new TextDecoder().decode(buffer.subarray(0, count));
  } finally {
    clearTimeout(timer);
  }
}

if (import.meta.main) {
  const { sent, ...to }: RawRequests = JSON.parse(await new Response(Deno.stdin.readable).text());
  const answers = await Promise.all(
    Object.entries(sent).map(async ([title, bytes]) => [title, await answerTo(bytes, to)]),
  );
  console.log(JSON.stringify(Object.fromEntries(answers)));
}
