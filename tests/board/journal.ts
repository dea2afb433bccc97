/** What the board's journal says of the agent since the last power-on. */
import type { Board } from "./board.ts";

/** One line of the agent's, without its header. */
export interface JournalLine {
  /** Milliseconds since the kernel started: no clock that is set disturbs it. */
  readonly at: number;
  readonly message: string;
}

/** The lines of `unit` in the order in which they came. */
export async function journalOf(board: Board, unit = "skerry"): Promise<readonly JournalLine[]> {
  const fields = "MESSAGE,__MONOTONIC_TIMESTAMP";
  const text = await board.run(`journalctl -b -u ${unit} -o json --output-fields=${fields}`);
  return text.trim().split("\n").filter((line) => line !== "").map((line) => {
    const { MESSAGE, __MONOTONIC_TIMESTAMP: at } = JSON.parse(line);
    return { at: Number(at) / 1000, message: String(MESSAGE) };
  });
}

/** How the last start of the agent went, in seconds from its first line. */
export interface AgentStart {
  /** Seconds from the kernel's start to the agent's first line. */
  readonly sinceBoot: number;
  /** When each container started, in order. */
  readonly started: readonly number[];
}

/** Reads the agent's last start from its lines. */
export function agentStart(lines: readonly JournalLine[]): AgentStart {
  const first = lines.findLastIndex(({ message }) => /\] "Starting" version=/.test(message));
  const begun = lines[first]?.at;
  if (begun === undefined) throw new Error("the agent's first line is not in the journal");
  const started = lines.slice(first)
    .filter(({ message }) => /\] "Event" .*reason="Started"/.test(message))
    .map(({ at }) => (at - begun) / 1000);
  return { sinceBoot: begun / 1000, started };
}
