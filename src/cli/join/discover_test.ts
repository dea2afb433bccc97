/** Whom a machine trusts that joins a cluster, and whom it does not. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { joinableCluster } from "../../../tests/fakes/joinable_cluster.ts";
import { fakeKube } from "../../../tests/fakes/kube_api.ts";
import { minute } from "../../core/instant.ts";
import { detachedSignature } from "../../core/kube/cluster_info.ts";
import { configMaps } from "../../core/kube/resource.ts";
import { Forbidden, NotFound, Unavailable } from "../../ports/errors.ts";
import { CliError } from "../command.ts";
import { discover } from "./discover.ts";
import type { JoinRequest } from "./request.ts";

const { server, token, ca, pin, kubeconfig, info } = joinableCluster();

interface Given {
  /** What the untrusted server says, in turn; the last one for ever. */
  readonly answers?: readonly (Record<string, string> | Error)[];
  /** What it says once it is trusted. */
  readonly trusted?: Record<string, string> | null;
  readonly pins?: readonly string[];
  /** How much its clock is ahead. */
  readonly aheadMs?: number;
}

function story(given: Given) {
  const good = info();
  const { answers = [good], trusted = good, pins = [pin], aheadMs = 0 } = given;
  const clock = fakeClock();
  const said: string[] = [];
  const authorities: string[] = [];
  let asked = 0;
  const request: JoinRequest = { server, token, pins };
  const result = discover(request, {
    clock,
    say: (line) => Promise.resolve(void said.push(line)),
    unverified() {
      const answer = answers[Math.min(asked++, answers.length - 1)] ?? {};
      if (answer instanceof Error) return Promise.reject(answer);
      return Promise.resolve({ data: answer, serverTime: clock.now() + aheadMs });
    },
    verified({ authorityPem }) {
      authorities.push(authorityPem);
      const kube = fakeKube({ clock });
      if (trusted === null) kube.server.goDown();
      const metadata = { name: "cluster-info", namespace: "kube-public" };
      kube.server.put(configMaps, { metadata, data: trusted });
      return kube;
    },
  }, new AbortController().signal);
  return { clock, said, authorities, result, asked: () => asked };
}

async function refused(given: Given, message: RegExp): Promise<CliError> {
  const { clock, result } = story(given);
  const failure = result.then(() => null, (error: unknown) => error);
  await clock.advance(minute);
  const error = await failure;
  assert(error instanceof CliError, "it is refused");
  assert.match(error.message, message);
  return error;
}

Deno.test("a server is trusted whose words are signed and whose authority is pinned, once it has proved to be of it", async () => {
  const { result, authorities, said } = story({});
  const found = await result;
  assert.equal(found.server, server);
  assert.equal(found.certificateAuthority, ca);
  assert.deepEqual(authorities, [ca]);
  assert.deepEqual(said, []);
});

Deno.test("the cluster may name another address than the one that was asked", async () => {
  const data = info("https://api.example:6443");
  const { result } = story({ answers: [data], trusted: data });
  assert.equal((await result).server, "https://api.example:6443");
});

Deno.test("without pins the token's signature suffices", async () => {
  const { result, authorities } = story({ pins: [] });
  assert.equal((await result).server, server);
  assert.deepEqual(authorities, []);
});

Deno.test("a token that was made just now is waited for, and so is a server that starts", async () => {
  const good = info();
  const away = new Unavailable("cannot reach https://10.0.0.1:6443: nobody listens there");
  const unsigned = { kubeconfig: kubeconfig() };
  const { clock, result, said } = story({ answers: [away, away, unsigned, good] });
  await clock.advance(10_000);
  assert.equal((await result).server, server);
  assert.deepEqual(said, [
    "cannot reach https://10.0.0.1:6443: nobody listens there; trying for 30s",
    "the cluster does not know the token abcdef, or it has expired; `kubeadm token create` makes a new one; trying for 30s",
  ]);
});

Deno.test("another authority than the pinned one is refused before it is used", async () => {
  const { result, authorities } = story({ pins: ["0".repeat(64)] });
  await assert.rejects(result, new RegExp(`its hash is sha256:${pin}`));
  assert.deepEqual(authorities, []);
});

const refusals: readonly (readonly [what: string, given: Given, message: RegExp, hint?: RegExp])[] =
  [
    ["a server that is away", {
      answers: [new Unavailable("cannot reach it: nobody listens there")],
    }, /^cannot reach it: nobody listens there$/],
    [
      "a token that the cluster does not know",
      { answers: [{ kubeconfig: kubeconfig() }] },
      /does not know the token abcdef, or it has expired/,
    ],
    [
      "a server without cluster-info",
      { answers: [new NotFound("configmaps not found")] },
      /^https:\/\/10.0.0.1:6443 has no ConfigMap cluster-info in kube-public$/,
      /bootstrap-token/,
    ],
    [
      "a server that wants a credential",
      { answers: [new Forbidden("no")] },
      /lets nobody read cluster-info without a credential/,
      /system:anonymous/,
    ],
    ["words signed with another secret", {
      answers: [{
        kubeconfig: kubeconfig(),
        "jws-kubeconfig-abcdef": detachedSignature("x", token),
      }],
    }, /not signed with the secret of the token abcdef/],
    [
      "other words once the connection can be trusted",
      { trusted: info("https://x") },
      /says something else over a connection that can be trusted/,
      /stands between/,
    ],
    [
      "a server that is not of the pinned authority",
      { trusted: null },
      /does not prove to be of this cluster: cannot reach/,
    ],
    [
      "the same with a wrong clock",
      { trusted: null, aheadMs: 60 * minute },
      /does not prove to be of this cluster/,
      /this machine's clock shows 2026-01-01T00:00:00Z, the server's 2026-01-01T01:00:00Z/,
    ],
  ];
for (const [what, given, message, hint = /^$/] of refusals) {
  Deno.test(`refused: ${what}`, async () => {
    const error = await refused(given, message);
    assert.match(error.hint ?? "", hint);
  });
}

Deno.test("what no waiting can mend is refused at once", async () => {
  const { result, asked } = story({ answers: [{}] });
  await assert.rejects(result, /knows no joining by token/);
  assert.equal(asked(), 1);
});

Deno.test("a clock that differs by much is told of", async () => {
  const { result, said } = story({ aheadMs: -24 * 60 * minute });
  await result;
  assert.equal(said.length, 1);
  assert.match(said[0] ?? "", /set it \(timedatectl\)/);
});
