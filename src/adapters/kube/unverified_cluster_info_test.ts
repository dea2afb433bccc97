/** What is read of a server that nobody vouches for, over a real connection. */
import assert from "node:assert/strict";
import { fakeAuthority, newKey, privateKey } from "../../../tests/fakes/certificate_authority.ts";
import { Forbidden, NotFound, Unavailable } from "../../ports/errors.ts";
import { unverifiedClusterInfo } from "./unverified_cluster_info.ts";

const path = "/api/v1/namespaces/kube-public/configmaps/cluster-info";

/** Its certificate has expired, is for another name, and of an authority that nobody knows. */
function serve(answer: (request: Request) => Response): { url: string } & AsyncDisposable {
  const key = newKey();
  const cert = fakeAuthority().issue({
    subject: { commonName: "kube-apiserver" },
    serialNumber: 1n,
    notBefore: Date.UTC(2020, 0),
    notAfter: Date.UTC(2021, 0),
    dnsNames: ["elsewhere"],
    ips: [],
  }, privateKey(key).publicKey);
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", cert, key, onListen: () => {} },
    answer,
  );
  return {
    url: `https://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const forever = new AbortController().signal;

function json(body: unknown, init?: ResponseInit): Response {
  return new Response(JSON.stringify(body), init);
}

Deno.test("the data and the server's time are read though nobody vouches for it, and no credential is sent", async () => {
  const seen: unknown[] = [];
  await using server = serve((request) => {
    seen.push([new URL(request.url).pathname, request.headers.get("authorization")]);
    const headers = { date: "Thu, 01 Jan 2026 00:00:00 GMT" };
    return json({ data: { kubeconfig: "a", "jws-kubeconfig-abcdef": "b", odd: 1 } }, { headers });
  });
  assert.deepEqual(await unverifiedClusterInfo(server.url, forever), {
    data: { kubeconfig: "a", "jws-kubeconfig-abcdef": "b" },
    serverTime: Date.UTC(2026, 0, 1),
  });
  assert.deepEqual(seen, [[path, null]]);
});

for (const [what, body] of [["no JSON", "<html>"], ["no data", "{}"], ["a list", "[]"]] as const) {
  Deno.test(`an answer that is ${what} has no data`, async () => {
    await using server = serve(() => new Response(body));
    assert.deepEqual((await unverifiedClusterInfo(server.url, forever)).data, {});
  });
}

Deno.test("refusals are errors of the port", async () => {
  await using server = serve(() => json({ message: "no such thing", code: 404 }, { status: 404 }));
  await assert.rejects(unverifiedClusterInfo(server.url, forever), NotFound);
  await using closed = serve(() => json({ message: "anonymous" }, { status: 403 }));
  await assert.rejects(unverifiedClusterInfo(closed.url, forever), Forbidden);
});

Deno.test("an answer without end is not taken into memory", async () => {
  await using server = serve(() => new Response(" ".repeat(3 * 1024 * 1024)));
  await assert.rejects(unverifiedClusterInfo(server.url, forever), /the answer is too long/);
});

Deno.test("a port on which nobody listens, and one that speaks no TLS, are named", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr;
  listener.close();
  await assert.rejects(unverifiedClusterInfo(`https://127.0.0.1:${port}`, forever), (error) => {
    assert(error instanceof Unavailable);
    assert.equal(error.message, `cannot reach https://127.0.0.1:${port}: nobody listens there`);
    return true;
  });
  await using plain = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => new Response(""),
  );
  await assert.rejects(
    unverifiedClusterInfo(`https://127.0.0.1:${plain.addr.port}`, forever),
    /it does not speak TLS/,
  );
});

Deno.test("Ctrl-C ends the wait for a server that says nothing", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const stop = new AbortController();
  const asking = unverifiedClusterInfo(`https://127.0.0.1:${listener.addr.port}`, stop.signal);
  const connection = await listener.accept();
  stop.abort(new Error("stopped"));
  await assert.rejects(asking, /stopped/);
  connection.close();
  listener.close();
});
