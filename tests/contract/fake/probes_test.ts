/** The suite of probes against the fake network. */
import type { Target } from "../../../src/core/probe/target.ts";
import { fakeClock } from "../../fakes/clock.ts";
import { fakeProbes } from "../../fakes/probes.ts";
import { probesSuite } from "../probes_suite.ts";

probesSuite("fake probes", () => {
  const clock = fakeClock();
  const probes = fakeProbes({ clock });
  let lastPort = 8_000;
  const at = (serve: (address: string) => void): Promise<Target> => {
    const port = ++lastPort;
    serve(`127.0.0.1:${port}`);
    return Promise.resolve({ host: "127.0.0.1", port });
  };
  return Promise.resolve({
    probes,
    http: (answer, options) => at((address) => probes.serveHttp(address, answer, options)),
    health: (answer) => at((address) => probes.serveHealth(address, answer)),
    healthless: () =>
      at((address) =>
        probes.serveHealth(address, () => ({ answer: { kind: "Unimplemented", message: "" } }))
      ),
    silence: () => at(probes.serveSilence),
    nobody: () => at(() => {}),
    async during(work) {
      work.catch(() => {});
      for (let turns = 0; turns < 20; turns++) await clock.advance(1_000);
      return await work;
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
});
