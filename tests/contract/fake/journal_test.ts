/** The journal's suite against the fake. */
import { fakeStore } from "../../fakes/store.ts";
import { journalSuite } from "../journal_suite.ts";

journalSuite("fake journal", () => {
  const store = fakeStore();
  return { open: () => Promise.resolve(store), [Symbol.dispose]() {} };
});
