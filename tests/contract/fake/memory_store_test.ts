/** The memory store's suite against the fake. */
import { FakeMemoryStore } from "../../fakes/memory_store.ts";
import { memoryStoreSuite } from "../memory_store_suite.ts";

memoryStoreSuite("fake memory store", () => {
  const store = new FakeMemoryStore();
  return { open: () => store, [Symbol.dispose]() {} };
});
