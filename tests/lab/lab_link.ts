/** A cable between two labs: a node of one lab's cluster may then be another machine, and the cable may break. */
import type { Lab } from "./lab.ts";
import { run } from "./run.ts";

/** A cable. It goes with either of its labs. */
export interface LabLink {
  /** Packets are lost from now on, and nobody is told. */
  cut(): Promise<void>;
  mend(): Promise<void>;
}

/** Puts two labs with different node addresses on one wire. */
export async function linkLabs(lab: Lab, other: Lab): Promise<LabLink> {
  if (lab.nodeAddress === other.nodeAddress) {
    throw new Error(`two labs on one wire cannot both have the address ${lab.nodeAddress}`);
  }
  const port = `to-${other.id.slice(-6)}`;
  const otherPort = `to-${lab.id.slice(-6)}`;
  const ip = async (netns: string, command: string): Promise<void> => {
    await run(["ip", "-n", netns, ...command.split(" ")]);
  };
  await ip(lab.netns, `link add ${port} type veth peer name ${otherPort} netns ${other.netns}`);
  await ip(lab.netns, `link set ${port} master node0 up`);
  await ip(other.netns, `link set ${otherPort} master node0 up`);
  return {
    // Its own end stays up: a node whose link is down would know.
    cut: () => ip(lab.netns, `link set ${port} nomaster`),
    mend: () => ip(lab.netns, `link set ${port} master node0`),
  };
}
