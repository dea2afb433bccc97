/** Opens the journal of an agent: the store's, or one that nobody reads where the node belongs to no cluster. */
import type { AgentPorts, AgentSettings } from "../agent_ports.ts";
import { type JournalKeeper, openJournal } from "./journal_keeper.ts";

export function openAgentJournal(
  ports: Pick<AgentPorts, "kube" | "store" | "machine" | "clock" | "timeSync" | "log">,
  { journal: limits }: Pick<AgentSettings, "journal">,
): Promise<JournalKeeper> {
  return ports.kube === null ? Promise.resolve(noJournal) : open(ports, limits);
}

async function open(
  { store: { journal }, machine, clock, timeSync, log }: Parameters<typeof openAgentJournal>[0],
  limits: AgentSettings["journal"],
): Promise<JournalKeeper> {
  const { bootId } = await machine.identity();
  return await openJournal({ journal, clock, timeSync, bootId, limits, log: log.named("journal") });
}

const nothing = { sequence: 0, durable: Promise.resolve() };

const noJournal: JournalKeeper = {
  record: () => nothing,
  changed: () => null,
  gone: () => null,
  status: () => undefined,
  objects: () => [],
  acknowledge: () => {},
  earlier: () => [],
  forgetEarlier: () => {},
  isWaiting: () => false,
  isTold: () => false,
  waiting: () => Promise.resolve([]),
  onRecord: () => ({ [Symbol.dispose]: () => {} }),
  bootId: "",
  last: () => 0,
  view: () => ({ records: 0, bytes: 0, waiting: 0, oldestAt: null, folded: 0, problem: "" }),
  close: () => Promise.resolve(),
};
