/** The pod network of a lab: one conflist with bridge, host-local addresses and hostPort mapping. */

/** Where the pod network of a lab lives; every path under the lab's root. */
export interface CniPaths {
  readonly configDir: string;
  readonly ipamDir: string;
}

/** Pod addresses of every lab. */
const POD_SUBNET = "10.88.0.0/16";

/**
 * Writes the conflist. `network` must be unique to the lab: libcni caches results in /var/lib/cni by that name.
 *
 * @see https://www.cni.dev/docs/spec/
 */
export async function writeCniConfig(
  { configDir, ipamDir }: CniPaths,
  network: string,
): Promise<void> {
  await Deno.mkdir(configDir, { recursive: true });
  const conflist = {
    cniVersion: "1.0.0",
    name: network,
    plugins: [
      {
        type: "bridge",
        bridge: "cni0",
        isGateway: true,
        ipMasq: true,
        hairpinMode: true,
        ipam: {
          type: "host-local",
          dataDir: ipamDir,
          ranges: [[{ subnet: POD_SUBNET }]],
          routes: [{ dst: "0.0.0.0/0" }],
        },
      },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  };
  await Deno.writeTextFile(`${configDir}/10-lab.conflist`, JSON.stringify(conflist, null, 2));
}

/** Forgets what libcni cached for a lab that did not take its pods down. */
export async function removeCniCache(network: string): Promise<void> {
  for (const dir of ["/var/lib/cni/results", "/var/lib/cni/cache/results"]) {
    const entries = await Array.fromAsync(Deno.readDir(dir)).catch(() => []);
    for (const { name } of entries) {
      if (name.startsWith(`${network}-`)) await Deno.remove(`${dir}/${name}`).catch(() => {});
    }
  }
}
