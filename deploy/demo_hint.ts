/** What to try while the demo runs: lines that work as they are when they are pasted into another terminal. */
import { BUNDLE, type LabAgent } from "../tests/lab/agent.ts";
import type { Lab } from "../tests/lab/lab.ts";
import { wrapperScript } from "./wrapper.ts";

/** Lays the `skerry` command down beside the agent, as install.sh would. */
export async function layCommand(agent: LabAgent): Promise<void> {
  await Deno.mkdir(`${agent.dir}/bin`);
  await Deno.mkdir(`${agent.dir}/lib/skerry`, { recursive: true });
  await Deno.symlink(Deno.execPath(), `${agent.dir}/lib/skerry/deno`);
  await Deno.symlink(BUNDLE, `${agent.dir}/lib/skerry/skerry.js`);
  await Deno.writeTextFile(`${agent.dir}/bin/skerry`, wrapperScript());
  await Deno.chmod(`${agent.dir}/bin/skerry`, 0o755);
}

/** The commands are the lines that are indented. */
export function nextSteps(
  { lab, agent, examples }: {
    readonly lab: Lab;
    readonly agent: LabAgent;
    readonly examples: string;
  },
): string {
  return `In another terminal, as root:

   export SKERRY_SOCKET=${agent.socket} PATH=${agent.dir}/bin:$PATH
   skerry pods -o wide
   skerry logs -f hello                       # Ctrl-C ends it
   skerry events
   skerry status
   ${lab.inside(["busybox", "wget", "-qO-", `http://${lab.nodeAddress}:8080`]).join(" ")}
   rm ${agent.manifests}/web.yaml             # the pod ends, within its grace period
   cp ${examples}/web.yaml ${agent.manifests}/   # and comes back
   tail ${agent.logPath}

Ctrl-C here takes everything down.`;
}
