/** The client CA file is taken up when it changes, and kept while it cannot be read. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import { testAuthority } from "../../../tests/fakes/test_pki.ts";
import { createTlsIdentity } from "../../server/kubelet/tls_identity.ts";
import { followClientCa } from "./client_ca.ts";

Deno.test("authorities count from when they are in the file to when they are not", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/ca.crt`;
  const clock = fakeClock();
  const log = fakeLog();
  const identity = createTlsIdentity({ asksClients: true });
  const stop = new AbortController();
  const following = followClientCa({ clientCaFile: path }, { identity, clock, log }, stop.signal);
  const [first, second] = [testAuthority("first"), testAuthority("second")];

  /** Files take turns of the event loop that the clock knows nothing of. */
  async function until(isRight: () => boolean): Promise<void> {
    const start = performance.now();
    while (!isRight()) {
      assert.ok(performance.now() - start < 30_000, "waited in vain");
      await Deno.stat(folder.path);
      await clock.advance(10_000);
    }
  }
  const trusted = () => identity.clientAuthority()?.pem;

  await until(() => log.messages("warn").length === 1);
  assert.equal(identity.clientAuthority(), null);
  Deno.writeTextFileSync(path, first.certificate);
  await until(() => trusted() === first.certificate);
  Deno.writeTextFileSync(path, first.certificate + second.certificate);
  await until(() => identity.clientAuthority()?.authorities.length === 2);
  Deno.writeTextFileSync(path, "nonsense");
  await until(() => log.messages("warn").length === 2);
  assert.equal(trusted(), first.certificate + second.certificate);
  Deno.writeTextFileSync(path, second.certificate);
  await until(() => trusted() === second.certificate);
  assert.deepEqual(log.messages("warn"), Array(2).fill("Client CA file cannot be used"));
  stop.abort();
  await following;
});

Deno.test("without a client CA there is nothing to follow", async () => {
  const identity = { trust: () => assert.fail("nobody is trusted") };
  const ports = { identity, clock: fakeClock(), log: fakeLog() };
  await followClientCa({ clientCaFile: undefined }, ports, new AbortController().signal);
});
