/** A bridge's certificate is replaced while it runs. */
import assert from "node:assert/strict";
import { fingerprintOf } from "../../core/relay/signature.ts";
import { pemBlocks } from "../../core/x509/pem.ts";
import type { KeyPair } from "../../ports/certificate_store.ts";
import { Failed } from "../../ports/errors.ts";
import { type FakeClock, fakeClock } from "../../../tests/fakes/clock.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import { testAuthority } from "../../../tests/fakes/test_pki.ts";
import { openBridgeSigner } from "./bridge_signer.ts";

const authority = testAuthority("bridges");
const issued = (): KeyPair =>
  authority.issue({
    commonName: "skerry-bridge",
    organizations: ["skerry:bridges"],
    purpose: "client",
  });

function files(path: string) {
  const [certFile, keyFile] = [`${path}/bridge.crt`, `${path}/bridge.key`];
  return {
    certFile,
    keyFile,
    certificate: (pair: KeyPair) => Deno.writeTextFileSync(certFile, pair.certificate),
    key: (pair: KeyPair) => Deno.writeTextFileSync(keyFile, pair.key),
  };
}

function fingerprint({ certificate }: KeyPair): string {
  return fingerprintOf(pemBlocks(certificate)[0]!.bytes);
}

/** A minute passes; what is read then comes from the disk, which the clock knows nothing of. */
async function look(clock: FakeClock, until: () => boolean): Promise<void> {
  await clock.advance(60_000);
  while (!until()) await new Promise((resolve) => setTimeout(resolve, 1));
}

Deno.test("a new pair is signed with once both of its files are there", async () => {
  using folder = temporaryFolder();
  const { certFile, keyFile, certificate, key } = files(folder.path);
  const [clock, log] = [fakeClock(), fakeLog()];
  const [former, next] = [issued(), issued()];
  certificate(former);
  key(former);
  const { signer, run } = await openBridgeSigner({ certFile, keyFile, clock, log });
  const ending = new AbortController();
  const running = run(ending.signal);
  certificate(next);
  await look(clock, () => log.messages("warn").length === 1);
  assert.equal(signer.fingerprint, fingerprint(former));
  key(next);
  await look(clock, () => log.messages("info").length === 1);
  assert.equal(signer.fingerprint, fingerprint(next));
  ending.abort();
  await running;
});

Deno.test("a key of another certificate is refused at the start", async () => {
  using folder = temporaryFolder();
  const { certFile, keyFile, certificate, key } = files(folder.path);
  certificate(issued());
  key(issued());
  const opening = openBridgeSigner({ certFile, keyFile, clock: fakeClock(), log: fakeLog() });
  await assert.rejects(opening, (error: Error) => {
    return error instanceof Failed && error.message === `${keyFile} is not the key of ${certFile}`;
  });
});
