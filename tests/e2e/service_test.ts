/** The agent as a service of systemd, whose side of the talk this test takes. @see sd_notify(3) */
import assert from "node:assert/strict";
import { labAgent } from "../lab/agent.ts";
import { type Lab, startLab } from "../lab/lab.ts";
import { waitUntil } from "../lab/processes.ts";

const UNIT = new URL("../../deploy/skerry.service", import.meta.url).pathname;
const WATCHDOG_MS = 1000;

/** Prints what it is told, each datagram a line with the time of its arrival in milliseconds. */
const LISTENER = `
import socket, sys, time
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
name = sys.argv[1]
s.bind("\\0" + name[1:] if name[0] == "@" else name)
print("0 listening", flush=True)
while True: print(int(time.monotonic() * 1000), s.recv(4096).decode(), flush=True)
`;

interface Heard {
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

Deno.test("systemd hears that the agent is ready, alive and going", async (t) => {
  await using lab = await startLab();
  const sockets = { "a file": `${lab.workDir}/notify`, "an abstract name": `@${lab.id}/notify` };
  for (const [kind, socket] of Object.entries(sockets)) {
    await t.step(`on a socket that is ${kind}`, async () => {
      await using systemd = await listenAs(socket, lab);
      const env = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: `${WATCHDOG_MS * 1000}` };
      const agent = await labAgent(lab, { name: kind.replaceAll(" ", "-"), env });
      await agent.start();
      await systemd.until("four signs of life", (states) => count(states, "WATCHDOG=1") >= 4);
      await agent.stop();
      await systemd.until("the end", (states) => states.includes("STOPPING=1"));

      const said = systemd.heard.filter(({ state }) => state !== "listening");
      assert.equal(said[0]?.state, "READY=1");
      assert.equal(said.at(-1)?.state, "STOPPING=1");
      assert.equal(count(said.map(({ state }) => state), "READY=1"), 1);
      const signs = said.slice(0, -1);
      const pauses = signs.slice(1).map(({ at }, index) => at - (signs[index]?.at ?? 0));
      assert.ok(Math.max(...pauses) < WATCHDOG_MS, `pauses of ${pauses} ms`);
    });
  }
});

Deno.test("an agent that hangs gives no sign of life, so that systemd starts it anew", async () => {
  await using lab = await startLab();
  const socket = `${lab.workDir}/notify`;
  await using systemd = await listenAs(socket, lab);
  const env = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: `${WATCHDOG_MS * 1000}` };
  const agent = await labAgent(lab, { env });
  await agent.start();
  await systemd.until("a sign of life", (states) => states.includes("WATCHDOG=1"));
  assert.ok(agent.pid);
  Deno.kill(agent.pid, "SIGSTOP");
  await new Promise((resolve) => setTimeout(resolve, WATCHDOG_MS));
  const before = systemd.heard.length;
  await new Promise((resolve) => setTimeout(resolve, 2 * WATCHDOG_MS));
  assert.equal(systemd.heard.length, before);
  Deno.kill(agent.pid, "SIGCONT");
  await agent.stop();
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
