/** The lab's network namespace: made, entered, deleted. Nothing in it ever reaches the machine's own network. */
import { type Argv, run, tryRun } from "./run.ts";

/** The node's address on the bridge `node0` of a lab; labs see each other only where a test links them. */
export const NODE_ADDRESS = "10.99.0.1";

/**
 * `argv`, run inside the namespace. By nsenter and not `ip netns exec`, which remounts /sys and thereby hides the
 * cgroups from containerd.
 */
export function inNetns(netns: string, argv: Argv): Argv {
  return ["nsenter", `--net=/run/netns/${netns}`, ...argv];
}

/** Makes a namespace with loopback, a node address, a default route (for address detection) and forwarding. */
export async function createNetns(
  netns: string,
  { nodeAddress = NODE_ADDRESS }: { readonly nodeAddress?: string } = {},
): Promise<void> {
  await run(["ip", "netns", "add", netns]);
  await run(inNetns(netns, [
    "sh",
    "-ec",
    [
      "ip link set lo up",
      "ip link add node0 type bridge",
      `ip address add ${nodeAddress}/24 dev node0`,
      "ip link set node0 up",
      "ip route add default dev node0",
      "echo 1 > /proc/sys/net/ipv4/ip_forward",
    ].join("\n"),
  ]));
}

/** Deletes the namespace; the bridges in it go with it. One that is not there is no error. */
export async function deleteNetns(netns: string): Promise<void> {
  const { code, stderr } = await tryRun(["ip", "netns", "delete", netns]);
  if (code !== 0 && !/No such file/.test(stderr)) throw new Error(`ip netns delete: ${stderr}`);
}

/** Identity of the namespace, to find the processes in it; undefined where there is no such namespace. */
export function netnsIdentity(netns: string): number | undefined {
  try {
    return Deno.statSync(`/run/netns/${netns}`).ino ?? undefined;
  } catch {
    return undefined;
  }
}
