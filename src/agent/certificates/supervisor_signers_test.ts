/** Whom a node of a k3s cluster asks for its certificates, and what it says of itself. */
import assert from "node:assert/strict";
import { fakeCertificateStore } from "../../../tests/fakes/certificate_store.ts";
import { fakeAuthority, publicKeyOf } from "../../../tests/fakes/certificate_authority.ts";
import { minute } from "../../core/instant.ts";
import {
  clientPurpose,
  nodeTemplate,
  servingPurpose,
} from "../../core/kube/certificate_request.ts";
import { pemText } from "../../core/x509/pem.ts";
import { Forbidden, type PortError, Unauthorized } from "../../ports/errors.ts";
import type { SupervisedNode, Supervisor, SupervisorPurpose } from "../../ports/supervisor.ts";
import type { CertificateOrder } from "./obtain_certificate.ts";
import { obtainCertificate } from "./obtain_certificate.ts";
import { supervisorSigners } from "./supervisor_signers.ts";

const nodeName = "edge-1";
const password = "00112233445566778899aabbccddeeff";

interface Asked {
  readonly by: "certificate" | "token";
  readonly purpose: SupervisorPurpose;
  readonly node: SupervisedNode;
}

/** A server that refuses the node's certificate, or whatever is shown. */
function stage({ own, token }: { readonly own?: PortError; readonly token?: PortError } = {}) {
  const authority = fakeAuthority();
  const asked: Asked[] = [];
  const problems: string[] = [];
  const supervisor = (
    by: Asked["by"],
    refusal: PortError | undefined,
  ): Pick<Supervisor, "sign"> => ({
    sign(purpose, { request, node }) {
      asked.push({ by, purpose, node });
      if (refusal !== undefined) return Promise.reject(refusal);
      const pem = pemText({ label: "CERTIFICATE REQUEST", bytes: request });
      const life = { serialNumber: 1n, notBefore: 0, notAfter: 60 * minute };
      const template = nodeTemplate({ nodeName });
      return Promise.resolve(authority.issue({ ...template, ...life }, publicKeyOf(pem)));
    },
  });
  const signers = supervisorSigners({
    nodeName,
    password: () => Promise.resolve(password),
    own: supervisor("certificate", own),
    byToken: supervisor("token", token),
    hasToken: () => Promise.resolve(true),
  });

  function obtain(order: Pick<CertificateOrder, "template" | "purpose">) {
    const { fallback } = signers;
    assert(fallback !== null);
    return obtainCertificate({ ...order, requesters: [signers.own, fallback] }, {
      store: fakeCertificateStore(),
      progress: () => {},
      passedOver: (problem) => void problems.push(problem),
    }, new AbortController().signal);
  }

  return { signers, asked, problems, obtain };
}

const client = { template: nodeTemplate({ nodeName }), purpose: clientPurpose };

Deno.test("the node's own certificate is shown, and the server knows the node by its password", async () => {
  const { asked, obtain } = stage();
  assert.equal((await obtain(client)).kind, "Issued");
  const node = { name: nodeName, password, ips: [] };
  assert.deepEqual(asked, [{ by: "certificate", purpose: "client", node }]);
});

Deno.test("a serving certificate is asked for with the node's addresses, without loopback, which the server adds", async () => {
  const { signers, asked, obtain } = stage();
  const names = { dnsNames: ["other", nodeName], ips: ["10.0.0.7", "fd00::7"] };
  const template = signers.servingTemplate(names);
  assert.deepEqual(template, {
    subject: { commonName: nodeName },
    dnsNames: [nodeName, "localhost"],
    ips: ["10.0.0.7", "fd00::7", "127.0.0.1"],
  });
  await obtain({ template, purpose: servingPurpose });
  assert.deepEqual(asked.map(({ purpose, node }) => [purpose, node.ips]), [
    ["serving", ["10.0.0.7", "fd00::7"]],
  ]);
});

Deno.test("where the certificate is not accepted the token is", async () => {
  const { asked, problems, obtain } = stage({ own: new Unauthorized("not authorized") });
  assert.equal((await obtain(client)).kind, "Issued");
  assert.deepEqual(asked.map(({ by }) => by), ["certificate", "token"]);
  assert.match(problems[0] ?? "", /^the node's certificate is not accepted \(not authorized\)/);
});

Deno.test("a name that another machine has got meanwhile is told of", async () => {
  const refusal = new Forbidden("hash does not match");
  const { obtain } = stage({ own: refusal, token: refusal });
  await assert.rejects(
    obtain(client),
    (error) =>
      error instanceof Forbidden && /knows edge-1 by another node password/.test(error.message),
  );
});
