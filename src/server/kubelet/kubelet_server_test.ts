/** Over real TLS: who the server takes a client for, and how its certificates change while it runs. */
import assert from "node:assert/strict";
import { startTestServer } from "../../../tests/fakes/kubelet_server.ts";
import { testAuthority } from "../../../tests/fakes/test_pki.ts";

Deno.test("whoever the gate does not let in gets its answer and no other", async () => {
  const message = "Unauthorized";
  const gate = {
    admit: () => Promise.resolve({ kind: "Refused", status: 401, message } as const),
  };
  await using server = await startTestServer({ gate });
  for (const path of ["/healthz", "/pods", "/nothing", "/logs/"]) {
    const { status, body, headers } = await server.ask(path);
    assert.deepEqual([status, body], [401, "Unauthorized"]);
    assert.equal(headers["content-type"], "text/plain; charset=utf-8");
  }
});

Deno.test("a client is who its certificate says, if its authority counts now", async () => {
  await using server = await startTestServer();
  const { authority, asked } = server;
  const other = testAuthority("other");
  const between = authority.authority("between");
  const via = between.issue({ commonName: "via", purpose: "client" });
  const forged = { commonName: "x\nO=system:masters", organizations: ["y\nCN=admin"] };
  const cases = [
    { title: "none", pair: undefined, found: null },
    {
      title: "good",
      pair: authority.issue({ commonName: "jane", organizations: ["a", "b"], purpose: "client" }),
      found: { commonName: "jane", organizations: ["a", "b"] },
    },
    {
      title: "of an authority in between",
      pair: { ...via, certificate: via.certificate + between.certificate },
      found: { commonName: "via", organizations: [] },
    },
    {
      title: "with line feeds in its names",
      pair: authority.issue({ ...forged, purpose: "client" }),
      found: forged,
    },
    {
      title: "of an authority in between that is not shown",
      pair: via,
      found: "bad",
    },
    {
      title: "of another authority",
      pair: other.issue({ commonName: "jane", purpose: "client" }),
      found: "bad",
    },
    {
      title: "expired",
      pair: authority.issue({ commonName: "jane", purpose: "client", from: -2, until: -1 }),
      found: "bad",
    },
    {
      title: "not valid yet",
      pair: authority.issue({ commonName: "jane", purpose: "client", from: 1, until: 2 }),
      found: "bad",
    },
    {
      title: "of a server",
      pair: authority.issue({ commonName: "jane", purpose: "server" }),
      found: "bad",
    },
  ];
  for (const { title, pair, found } of cases) {
    await server.ask("/healthz", pair === undefined ? {} : { pair });
    const { certificate, hasBadCertificate } = asked.at(-1)?.credentials ?? {};
    const seen = certificate === null || certificate === undefined ? null : {
      commonName: certificate.commonName,
      organizations: certificate.organizations,
    };
    assert.deepEqual(hasBadCertificate === true ? "bad" : seen, found, title);
  }
});
