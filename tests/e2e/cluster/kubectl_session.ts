/** A kubectl that somebody talks to while it runs, with a terminal or without one. */
import type { ClusterNode } from "./cluster_node.ts";

export interface KubectlSession extends AsyncDisposable {
  write(text: string): Promise<void>;
  /** What it has said, as soon as the pattern is in it. Throws when it ends before. */
  until(pattern: RegExp): Promise<string>;
  /** Its exit code, as soon as it has ended. */
  code(): Promise<number>;
}

/** A kubectl that goes on until it has ended or is disposed of. */
export function startKubectl({ cluster }: ClusterNode, args: readonly string[]): KubectlSession {
  return session([cluster.programs("kubectl"), ...args], cluster.adminKubeconfig);
}

/** The same on a terminal of 33 rows and 77 columns. */
export function kubectlOnTerminal(
  { cluster }: ClusterNode,
  args: readonly string[],
): KubectlSession {
  const words = [cluster.programs("kubectl"), ...args]
    .map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  const script = `stty rows 33 cols 77; ${words.join(" ")}`;
  const argv = ["script", "--quiet", "--return", "--flush", "--command", script, "/dev/null"];
  return session(argv, cluster.adminKubeconfig);
}

function session([program = "", ...args]: readonly string[], kubeconfig: string): KubectlSession {
  const child = new Deno.Command(program, {
    args,
    env: { KUBECONFIG: kubeconfig },
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const writer = child.stdin.getWriter();
  let [said, isOver] = ["", false];
  void child.status.then(() => isOver = true);
  return {
    write: (text) => writer.write(new TextEncoder().encode(text)),
    async until(pattern) {
      while (!pattern.test(said)) {
        const { done, value } = await reader.read();
        if (done) throw new Error(`kubectl ended: ${said}`);
        said += value;
      }
      return said;
    },
    code: async () => (await child.status).code,
    async [Symbol.asyncDispose]() {
      if (!isOver) child.kill("SIGTERM");
      await reader.cancel();
      await writer.close().catch(() => {/* it has ended */});
      await child.status;
    },
  };
}
