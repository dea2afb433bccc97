/** The contract's subjects on a private containerd of the machine's version or another. */
import { systemClock } from "../../../src/adapters/clock.ts";
import { connectCri } from "../../../src/adapters/cri/connect.ts";
import { fakeLog } from "../../fakes/log.ts";
import { containerdOfSuite, type DebianSuite } from "../../lab/containerd_release.ts";
import { type Lab, startLab } from "../../lab/lab.ts";
import type { Behaviour, RuntimeSubject } from "../runtime_suite.ts";

/** The lab and its containerd's client; `debian` names the release to take containerd from. */
export async function openCri(
  { debian }: { readonly debian?: DebianSuite } = {},
): Promise<{ readonly lab: Lab } & ReturnType<typeof connectCri> & AsyncDisposable> {
  const lab = await startLab(
    debian === undefined ? {} : { containerdBinDir: await containerdOfSuite(debian) },
  );
  const cri = connectCri({ endpoint: lab.endpoint, clock: systemClock(), log: fakeLog() });
  return {
    lab,
    ...cri,
    async [Symbol.asyncDispose]() {
      cri.close();
      await lab.stop();
    },
  };
}

/** A runtime subject; the containers' behaviours are shell scripts of busybox. */
export async function containerdSubject(
  options: { readonly debian?: DebianSuite } = {},
): Promise<RuntimeSubject> {
  const cri = await openCri(options);
  const { lab, runtime } = cri;
  let execs = 0;
  return {
    runtime,
    image: lab.images.busybox,
    logRoot: `${lab.workDir}/logs`,
    cgroupParent: lab.cgroupRoot,
    command: (_container, behaviour) => commandOf(behaviour),
    pause: () => new Promise((resolve) => setTimeout(resolve, 20)),
    async exec(id) {
      await lab.ctr(["tasks", "exec", "--exec-id", `exec-${++execs}`, id, "true"]);
    },
    async killSandbox({ id }) {
      await lab.ctr(["tasks", "kill", "--signal", "SIGKILL", id]);
    },
    goDown: () => lab.containerd.kill(),
    comeBack: () => lab.containerd.start(),
    [Symbol.asyncDispose]: () => cri[Symbol.asyncDispose](),
  };
}

function commandOf(behaviour: Behaviour): readonly string[] {
  const sh = (script: string): readonly string[] => ["sh", "-c", script];
  switch (behaviour.kind) {
    case "exits":
      return sh(`exit ${behaviour.code}`);
    case "runs": {
      const { onTerm } = behaviour;
      const trap = onTerm === "ignored" ? "trap '' TERM" : `trap 'exit ${onTerm.code}' TERM`;
      return sh(`${trap}; while :; do sleep 0.05; done`);
    }
    case "eatsMemory":
      return ["tail", "/dev/zero"];
    case "cannotStart":
      return ["missing"];
  }
}
