/** The agent as a service of systemd, whose side of the talk this test takes. @see sd_notify(3) */
import assert from "node:assert/strict";
import { labAgent } from "../lab/agent.ts";
import { type Lab, startLab } from "../lab/lab.ts";
import { waitUntil } from "../lab/processes.ts";

const UNIT = new URL("../../deploy/skerry.service", import.meta.url).pathname;
/** Half of it is what a loaded machine may take to let the agent run. When exactly signs are due is for the unit test. */
const PATIENCE_MS = 10_000;
/** Of an agent that hangs, whatever the machine does. */
const SHORT_PATIENCE_MS = 1_000;

/**
 * Prints what it is told, each datagram a line with the time at which it was sent, by the kernel and in milliseconds since 1970:
 * this program may be late itself. 29 is SO_TIMESTAMP.
 */
const LISTENER = `
import socket, struct, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, 29, 1)
name = sys.argv[1]
s.bind("\\0" + name[1:] if name[0] == "@" else name)
print("0 listening", flush=True)
while True:
  state, [(_, _, time)], _, _ = s.recvmsg(4096, 64)
  seconds, micros = struct.unpack("ll", time)
  print(seconds * 1000 + micros // 1000, state.decode(), flush=True)
`;

interface Heard {
  /** When it was sent, in milliseconds since 1970. */
  readonly at: number;
  readonly state: string;
}

interface Systemd extends AsyncDisposable {
  readonly heard: readonly Heard[];
  until(what: string, done: (states: readonly string[]) => boolean): Promise<void>;
}

/** In the lab's network namespace: abstract names belong to one. */
async function listenAs(socket: string, lab: Lab): Promise<Systemd> {
  const [program, ...args] = lab.inside(["python3", "-c", LISTENER, socket]);
  const child = new Deno.Command(program, { args, stdout: "piped" }).spawn();
  const heard: Heard[] = [];
  const reading = (async () => {
    let rest = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const [at = "", state = ""] = line.split(" ");
        heard.push({ at: Number(at), state });
      }
    }
  })();
  const until: Systemd["until"] = async (what, done) => {
    const states = () => heard.map(({ state }) => state);
    const inTime = await waitUntil(() => done(states()), { timeoutMs: 60_000 });
    assert.ok(inTime, `not heard: ${what}; but ${states()}`);
  };
  await until("listening", (states) => states.includes("listening"));
  return {
    heard,
    until,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await Promise.all([child.status, reading]);
    },
  };
}

function count(states: readonly string[], wanted: string): number {
  return states.filter((state) => state === wanted).length;
}

function watched(socket: string, { patienceMs }: { readonly patienceMs: number }) {
  return { NOTIFY_SOCKET: socket, WATCHDOG_USEC: `${patienceMs * 1000}` };
}

Deno.test("systemd hears that the agent is ready, alive and going, on a file and on an abstract name", async () => {
  await using lab = await startLab();
  const sockets = { "file": `${lab.workDir}/notify`, "abstract": `@${lab.id}/notify` };
  await Promise.all(
    Object.entries(sockets).map(async ([name, socket]) => {
      await using systemd = await listenAs(socket, lab);
      const env = watched(socket, { patienceMs: PATIENCE_MS });
      const agent = await labAgent(lab, { name, env });
      await agent.start();
      await systemd.until("two signs of life", (states) => count(states, "WATCHDOG=1") >= 2);
      await agent.stop();
      await systemd.until("the end", (states) => states.includes("STOPPING=1"));

      const said = systemd.heard.filter(({ state }) => state !== "listening");
      assert.equal(said[0]?.state, "READY=1");
      assert.equal(said.at(-1)?.state, "STOPPING=1");
      assert.equal(count(said.map(({ state }) => state), "READY=1"), 1);
      const signs = said.slice(0, -1);
      const pauses = signs.slice(1).map(({ at }, index) => at - (signs[index]?.at ?? 0));
      assert.ok(Math.max(...pauses) < PATIENCE_MS, `${name}: pauses of ${pauses} ms`);
    }),
  );
});

Deno.test("an agent that hangs gives no sign of life, so that systemd starts it anew", async () => {
  await using lab = await startLab();
  const socket = `${lab.workDir}/notify`;
  await using systemd = await listenAs(socket, lab);
  const agent = await labAgent(lab, { env: watched(socket, { patienceMs: SHORT_PATIENCE_MS }) });
  await agent.start();
  await systemd.until("a sign of life", (states) => states.includes("WATCHDOG=1"));
  assert.ok(agent.pid);
  Deno.kill(agent.pid, "SIGSTOP");
  await new Promise((resolve) => setTimeout(resolve, SHORT_PATIENCE_MS));
  const from = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 2 * SHORT_PATIENCE_MS));
  const to = Date.now();
  Deno.kill(agent.pid, "SIGCONT");
  await agent.stop();
  // It is heard last: then nothing is on its way any more.
  await systemd.until("the end", (states) => states.includes("STOPPING=1"));
  assert.deepEqual(systemd.heard.filter(({ at }) => from < at && at < to), []);
});

Deno.test("a manager that does not listen disturbs nobody", async () => {
  await using lab = await startLab();
  const agent = await labAgent(lab, { env: { NOTIFY_SOCKET: `${lab.workDir}/nobody` } });
  await agent.start();
  assert.deepEqual(await agent.pods(), []);
  await agent.stop();
  assert.match(await Deno.readTextFile(agent.logPath), /Service manager does not hear/);
});

Deno.test("the unit restarts the agent whatever happens, and leaves containers alone", async () => {
  const lines = (await Deno.readTextFile(UNIT)).split("\n");
  for (
    const line of [
      "Type=notify",
      "NotifyAccess=main",
      "Restart=always",
      "WatchdogSec=60s",
      "KillMode=process",
      "StartLimitIntervalSec=0",
      "ExecStart=/usr/local/bin/skerry run",
      "StateDirectoryMode=0700",
      "RuntimeDirectoryMode=0700",
      "WantedBy=multi-user.target",
    ]
  ) assert.ok(lines.includes(line), line);
});
