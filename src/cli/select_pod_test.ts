/** Which pod and container a command means. */
import { deepEqual, throws } from "node:assert/strict";
import { pod } from "../../tests/fakes/pods.ts";
import { ExitCode } from "./exit_codes.ts";
import { selectContainer, selectPod } from "./select_pod.ts";

const pods = [pod("web").build(), pod("web").namespace("shop").build(), pod("db").build()];

Deno.test("a pod is found by its name, and by namespace where the name is not enough", () => {
  deepEqual(selectPod(pods, { text: "db" }), pods[2]);
  deepEqual(selectPod(pods, { text: "shop/web" }), pods[1]);
  deepEqual(selectPod(pods, { text: "web", namespace: "default" }), pods[0]);
});

Deno.test("no pod and too many pods end with different codes", () => {
  throws(() => selectPod(pods, { text: "nope" }), { exitCode: ExitCode.notFound });
  throws(() => selectPod(pods, { text: "web" }), {
    exitCode: ExitCode.usage,
    hint: "name it as NAMESPACE/NAME",
  });
});

const many = pod("web").initContainer("setup").sidecar("proxy").container("main").container("aux");
const note = (chosen: string) =>
  `Defaulted container "${chosen}" out of: main, aux, setup (init), proxy (init)`;
const annotated = (name: string) =>
  many.annotations({ "kubectl.kubernetes.io/default-container": name });

Deno.test("the container is kubectl's choice", () => {
  deepEqual(selectContainer(pod("web").build(), undefined), { name: "main", note: undefined });
  deepEqual(selectContainer(many.build(), "proxy"), { name: "proxy", note: undefined });
  deepEqual(selectContainer(many.build(), undefined), { name: "main", note: note("main") });
  deepEqual(selectContainer(annotated("aux").build(), undefined), {
    name: "aux",
    note: note("aux"),
  });
  deepEqual(selectContainer(annotated("gone").build(), undefined), {
    name: "main",
    note: note("main"),
  });
});

Deno.test("a container that somebody has added to debug the pod is chosen by its name alone", () => {
  const debugged = many.spec({ ephemeralContainers: [{ name: "debug" }] }).build();
  deepEqual(selectContainer(debugged, "debug"), { name: "debug", note: undefined });
  deepEqual(selectContainer(debugged, undefined), {
    name: "main",
    note: note("main").replace("aux", "aux, debug (ephem)"),
  });
});

Deno.test("a container that is not there is told with those that are", () => {
  throws(() => selectContainer(many.build(), "x"), {
    exitCode: ExitCode.notFound,
    message: 'pod default/web has no container "x"; it has main, aux, setup (init), proxy (init)',
  });
});
