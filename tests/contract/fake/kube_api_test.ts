/** The API client's suite against the server in memory. */
import { namespaces, serviceAccounts } from "../../../src/core/kube/resource.ts";
import { fakeClock } from "../../fakes/clock.ts";
import { fakeKube } from "../../fakes/kube_api.ts";
import { kubeApiSuite } from "../kube_api_suite.ts";

kubeApiSuite("fake API server", () => {
  const clock = fakeClock();
  const kube = fakeKube({ clock });
  const namespace = "suite";
  kube.server.put(namespaces, { metadata: { name: namespace }, status: { phase: "Active" } });
  kube.server.put(serviceAccounts, { metadata: { name: "default", namespace } });
  return Promise.resolve({
    kube,
    namespace,
    async restart() {
      kube.server.goDown();
      await clock.advance(1_000);
      kube.server.comeBack();
      await clock.advance(2_000);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(kube.close()),
  });
});
