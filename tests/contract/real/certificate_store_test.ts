/** The suite of certificate stores against the files of the kubelet's layout. */
import { rotatingPair } from "../../../src/adapters/x509/rotating_pair.ts";
import { fakeClock } from "../../fakes/clock.ts";
import { temporaryFolder } from "../../fakes/temporary_folder.ts";
import { certificateStoreSuite } from "../certificate_store_suite.ts";

certificateStoreSuite("files", () => {
  const folder = temporaryFolder();
  const clock = fakeClock();
  return Promise.resolve({
    open: () => rotatingPair({ dir: `${folder.path}/pki`, prefix: "kubelet-client", clock }),
    [Symbol.asyncDispose]: () => Promise.resolve(folder[Symbol.dispose]()),
  });
});
