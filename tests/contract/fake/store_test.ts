/** The store's suite against the fake. */
import { fakeStore } from "../../fakes/store.ts";
import { storeSuite } from "../store_suite.ts";

storeSuite("fake store", () => {
  const store = fakeStore();
  return { open: () => Promise.resolve(store), [Symbol.dispose]() {} };
});
