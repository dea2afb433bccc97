/** The container runtime's suite against the fake. */
import { fakeClock } from "../../fakes/clock.ts";
import { fakeRuntime, type Program } from "../../fakes/runtime.ts";
import type { Behaviour, RuntimeSubject } from "../runtime/subject.ts";
import { runtimeSuite } from "../runtime_suite.ts";

runtimeSuite("fake runtime", () => Promise.resolve(open({})));
runtimeSuite(
  "fake runtime that lags and names the pod in events",
  () => Promise.resolve(open({ listLagMs: 300, eventsNameThePod: true })),
);

function open(
  options: { readonly listLagMs?: number; readonly eventsNameThePod?: boolean },
): RuntimeSubject {
  const clock = fakeClock();
  const runtime = fakeRuntime({ clock, ...options });
  const image = "skerry.test/busybox:1";
  runtime.images.add(image);
  return {
    runtime,
    image,
    logRoot: "/var/log/pods",
    cgroupParent: "/kubepods",
    command(container, behaviour) {
      runtime.program(container, programOf(behaviour));
      return [];
    },
    untilReady: () => Promise.resolve(),
    pause: () => clock.advance(20),
    execCommand(container, does) {
      runtime.onExec(container, () => does);
      return ["anything"];
    },
    exec: () => Promise.resolve(),
    async write(id, bytes) {
      runtime.write((await runtime.container(id)).name, bytes);
    },
    killSandbox: ({ podUid }) => Promise.resolve(runtime.killSandbox(podUid)),
    goDown: () => Promise.resolve(runtime.goDown()),
    comeBack: () => Promise.resolve(runtime.comeBack()),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function programOf(behaviour: Behaviour): Program {
  switch (behaviour.kind) {
    case "exits":
      return { exitCode: behaviour.code, afterMs: 10 };
    case "runs":
      return {
        onStop: behaviour.onTerm === "ignored" ? "ignored" : { exitCode: behaviour.onTerm.code },
      };
    case "eatsMemory":
      return { exitCode: 137, afterMs: 10, reason: "OOMKilled" };
    case "cannotStart":
      return {
        startError:
          "failed to create containerd task: failed to create shim task: OCI runtime create " +
          'failed: runc create failed: unable to start container process: exec: "missing": ' +
          "executable file not found in $PATH: unknown",
      };
  }
}
