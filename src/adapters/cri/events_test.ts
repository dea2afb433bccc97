/** Which stream of events is followed on which runtime. */
import assert from "node:assert/strict";
import { status } from "@grpc/grpc-js";
import { fakeLog } from "../../../tests/fakes/log.ts";
import type { Channel } from "./channel.ts";
import { portError } from "./errors.ts";
import { runtimeEvents } from "./events.ts";

interface Runtime {
  readonly name: string;
  readonly version: string;
  readonly hasCriEvents: boolean;
}

/** The streams that were opened on such a runtime; each of them ends at once. */
async function streamsOn({ name, version, hasCriEvents }: Runtime): Promise<readonly string[]> {
  const opened: string[] = [];
  const channel = {
    unary: () => Promise.resolve({ runtimeName: name, runtimeVersion: version }),
    // deno-lint-ignore require-yield
    async *stream({ path }: { readonly path: string }) {
      opened.push(path.split("/").at(-1) ?? "");
      await Promise.resolve();
      if (!hasCriEvents && path.startsWith("/runtime.v1.")) {
        throw portError({ code: status.UNIMPLEMENTED, details: "unknown method" });
      }
    },
  } as unknown as Channel;
  const { signal } = new AbortController();
  for await (const _event of runtimeEvents({ channel, log: fakeLog() }, signal)) assert.fail();
  return opened;
}

const cri = "GetContainerEvents";
const own = "Subscribe";

for (
  const [runtime, expected] of [
    [{ name: "containerd", version: "1.6.20~ds1", hasCriEvents: false }, [own]],
    [{ name: "containerd", version: "v1.7.24-k3s1", hasCriEvents: true }, [own]],
    [{ name: "containerd", version: "2.1.9+unknown", hasCriEvents: true }, [cri]],
    [{ name: "cri-o", version: "1.30.0", hasCriEvents: true }, [cri]],
    [{ name: "containerd", version: "", hasCriEvents: false }, [cri, own]],
  ] as const
) {
  Deno.test(`${runtime.name} "${runtime.version}" is followed by ${expected.join(", ")}`, async () => {
    assert.deepEqual(await streamsOn(runtime), expected);
  });
}

Deno.test("a runtime that is away ends the events without an error", async () => {
  const away = portError({ code: status.UNAVAILABLE, details: "gone" });
  const channel = { unary: () => Promise.reject(away) } as unknown as Channel;
  const log = fakeLog();
  const { signal } = new AbortController();
  for await (const _event of runtimeEvents({ channel, log }, signal)) assert.fail();
  assert.deepEqual(log.messages("debug"), ["Runtime's event stream ended"]);
});
