/** The supervisor's suite against the client and the fake server. */
import { connectSupervisor } from "../../../src/adapters/k3s/supervisor.ts";
import type { Access } from "../../../src/adapters/kube/access.ts";
import { fixedAccess } from "../../../src/adapters/kube/access.ts";
import { systemClock } from "../../../src/adapters/clock.ts";
import type { Supervisor } from "../../../src/ports/supervisor.ts";
import { fakeSupervisorServer } from "../../fakes/supervisor_server.ts";
import { supervisorCases, type SupervisorSubject } from "../supervisor_suite.ts";

for (const { what, run } of supervisorCases()) {
  Deno.test(`fake k3s server: ${what}`, async () => {
    await using subject = open();
    await run(subject);
  });
}

function open(): SupervisorSubject {
  const clock = systemClock();
  const server = fakeSupervisorServer({ clock });
  const { authorization, openTransport } = server;
  const cluster = { server: "https://10.0.0.1:6443", authorityPem: server.ca };
  const connect = (access: Omit<Access, "cluster">): Supervisor =>
    connectSupervisor({
      access: fixedAccess({ cluster, ...access }),
      clock,
      userAgent: "skerry-test",
      openTransport,
    });
  const nodeName = "edge-1";
  return {
    nodeName,
    byToken: ({ isWrong } = { isWrong: false }) =>
      connect({ authorization: isWrong ? `Basic ${btoa("node:other")}` : authorization }),
    byCertificate: ({ certificate: certPem, key: keyPem }) =>
      connect({ certificate: { certPem, keyPem } }),
    byNothing: () => connect({}),
    createNode: () => Promise.resolve(void server.nodes.add(nodeName)),
    deleteNode() {
      server.nodes.delete(nodeName);
      server.nodePasswords.delete(nodeName);
      return Promise.resolve();
    },
    fail: (failure) => Promise.resolve(server.fail(failure)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
