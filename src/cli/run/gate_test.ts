/** Which gate the configuration opens, with and without a cluster. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { fakeKube } from "../../../tests/fakes/kube_api.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { answerReviews } from "../../../tests/fakes/reviews.ts";
import { temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import { createAgentMetrics } from "../../core/metrics/agent_metrics.ts";
import type { Credentials } from "../../server/auth/auth.ts";
import type { AuthSettings } from "../config/configuration.ts";
import { openGate } from "./gate.ts";
import { openSecurityLog } from "./security_log.ts";

const webhooks: AuthSettings = {
  clientCaFile: undefined,
  anonymous: false,
  tokenReview: { cacheMs: 120_000 },
  accessReview: { allowedMs: 300_000, deniedMs: 30_000 },
};
const jane: Credentials = {
  certificate: { commonName: "jane", organizations: [] },
  token: null,
};
const token: Credentials = { certificate: null, token: "good" };
const none: Credentials = { certificate: null, token: null };

/** The status of each answer, 200 for who is let in, and the security log. */
async function answers(
  { auth, standalone = false }: { readonly auth: AuthSettings; readonly standalone?: boolean },
  callers: readonly Credentials[],
): Promise<{ readonly statuses: readonly number[]; readonly log: string }> {
  using folder = temporaryFolder();
  const securityLog = { path: `${folder.path}/security.log`, maxBytes: 10_000 };
  const clock = fakeClock();
  const kube = fakeKube({ clock });
  answerReviews(kube.server, {
    users: { good: { username: "jane" } },
    allowed: { jane: ["metrics"] },
  });
  const statuses: number[] = [];
  {
    using log = openSecurityLog({ securityLog }, { clock, log: fakeLog() });
    const gate = openGate({ nodeName: "edge-1", auth }, {
      kube: standalone ? null : kube,
      clock,
      securityLog: log,
      metrics: createAgentMetrics(),
    });
    for (const credentials of callers) {
      const admission = await gate.admit({
        method: "GET",
        path: "/metrics",
        query: "",
        remoteAddress: "10.0.0.1:5000",
        credentials,
      });
      statuses.push(admission.kind === "Admitted" ? 200 : admission.status);
    }
  }
  const log = await Deno.readTextFile(securityLog.path).catch(() => "");
  return { statuses, log };
}

Deno.test("in a cluster the API server is asked, and refusals are in the file", async () => {
  const { statuses, log } = await answers({ auth: webhooks }, [jane, token, none]);
  assert.deepEqual(statuses, [200, 200, 401]);
  assert.equal(JSON.parse(log).reason, "no credentials");
});

Deno.test("without webhooks no token counts, and with AlwaysAllow whoever is known may have all", async () => {
  const auth = { ...webhooks, tokenReview: null, accessReview: null };
  const { statuses } = await answers({ auth }, [jane, token, none]);
  assert.deepEqual(statuses, [200, 401, 401]);
});

Deno.test("anonymous requests are let in where the configuration says so", async () => {
  const auth = { ...webhooks, anonymous: true };
  assert.deepEqual((await answers({ auth }, [none])).statuses, [403]);
  const open = { ...auth, accessReview: null };
  assert.deepEqual((await answers({ auth: open }, [none])).statuses, [200]);
});

Deno.test("without a cluster nobody can be asked", async () => {
  const { statuses, log } = await answers({ auth: webhooks, standalone: true }, [jane, token]);
  assert.deepEqual(statuses, [500, 401]);
  assert.match(log, /this node has no kubeconfig/);
});
