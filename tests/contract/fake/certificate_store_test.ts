/** The suite of certificate stores against the fake. */
import { fakeCertificateStore } from "../../fakes/certificate_store.ts";
import { certificateStoreSuite } from "../certificate_store_suite.ts";

certificateStoreSuite("fake certificate store", () => {
  const store = fakeCertificateStore();
  return Promise.resolve({
    open: () => store,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
});
