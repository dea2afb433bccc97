/** A network namespace for a message broker, with a cable to each of some labs; a cable may break while all others stay. */
import { inNetns } from "./netns.ts";
import type { Lab } from "./lab.ts";
import { type Argv, run, tryRun } from "./run.ts";

export interface BrokerNetwork extends AsyncDisposable {
  readonly netns: string;
  inside(argv: Argv): Argv;
  /** The broker's addresses, one for each lab, in their order. */
  readonly addresses: readonly string[];
  /** Packets between the broker and this lab are lost from now on, and nobody is told. */
  cut(lab: number): Promise<void>;
  mend(lab: number): Promise<void>;
}

/** Nothing is carried from one cable to another. */
export async function startBrokerNetwork(labs: readonly Lab[]): Promise<BrokerNetwork> {
  const netns = `${labs[0]?.id ?? ""}-broker`;
  const ip = async (where: string, command: string): Promise<void> => {
    await run(["ip", "-n", where, ...command.split(" ")]);
  };
  await run(["ip", "netns", "add", netns]);
  await ip(netns, "link set lo up");
  for (const [index, lab] of labs.entries()) {
    await ip(netns, `link add lab${index} type bridge`);
    await ip(netns, `address add ${address(index)}/24 dev lab${index}`);
    await ip(netns, `link set lab${index} up`);
    await ip(netns, `link add cable${index} type veth peer name broker0 netns ${lab.netns}`);
    await ip(netns, `link set cable${index} master lab${index} up`);
    await ip(lab.netns, `address add 10.98.${index}.2/24 dev broker0`);
    await ip(lab.netns, "link set broker0 up");
  }
  return {
    netns,
    inside: (argv) => inNetns(netns, argv),
    addresses: labs.map((_, index) => address(index)),
    cut: (lab) => ip(netns, `link set cable${lab} nomaster`),
    mend: (lab) => ip(netns, `link set cable${lab} master lab${lab}`),
    async [Symbol.asyncDispose]() {
      await tryRun(["ip", "netns", "delete", netns]);
    },
  };
}

function address(index: number): string {
  return `10.98.${index}.1`;
}
