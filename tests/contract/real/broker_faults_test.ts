/** What goes wrong between us and a real mosquitto, and what people are told of it. */
import assert from "node:assert/strict";
import { mqttBroker } from "../../../src/adapters/mqtt/broker.ts";
import type { BrokerSettings } from "../../../src/adapters/mqtt/settings.ts";
import { systemClock } from "../../../src/adapters/clock.ts";
import { parseBrokerUrl } from "../../../src/core/broker/broker_url.ts";
import type { BrokerLink, BrokerSession, BrokerState } from "../../../src/ports/broker.ts";
import { fakeRandom } from "../../fakes/random.ts";
import { temporaryFolder } from "../../fakes/temporary_folder.ts";
import { testAuthority } from "../../fakes/test_pki.ts";
import type { LabBroker } from "../../lab/lab_broker.ts";
import { closedPort } from "../../lab/loopback_servers.ts";
import { configurationFor, startMosquitto } from "../../lab/mosquitto.ts";
import { run } from "../../lab/run.ts";
import { fillDisk, smallDisk } from "../../lab/small_disk.ts";

const node = "system:node:edge-1";
const journal = `skerry/v1/lab/${node}/journal`;

interface World extends AsyncDisposable {
  readonly dir: string;
  readonly mosquitto: LabBroker;
}

async function world(): Promise<World> {
  const folder = temporaryFolder();
  const mosquitto = await startMosquitto({ dir: folder.path, port: closedPort().port });
  return {
    dir: folder.path,
    mosquitto,
    async [Symbol.asyncDispose]() {
      await mosquitto[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

function open(
  { mosquitto }: World,
  more: { settings?: Partial<BrokerSettings>; session?: Partial<BrokerSession>; host?: string },
): { readonly link: BrokerLink; state(kind: BrokerState["kind"]): Promise<BrokerState> } {
  const url = parseBrokerUrl(`mqtts://${more.host ?? "127.0.0.1"}:${mosquitto.port}`);
  if (!url.ok) throw new Error(url.error);
  const states: BrokerState[] = [];
  let wake = (): void => {};
  const settings = {
    brokers: [url.value],
    caFile: mosquitto.caFile,
    ...mosquitto.client(node),
    keepAliveMs: 30_000,
    maxMessageBytes: 65_536,
    ...more.settings,
  };
  const broker = mqttBroker(settings, { clock: systemClock(), random: fakeRandom() });
  const link = broker.open({
    clientId: node,
    sessionExpirySeconds: 300,
    subscriptions: [],
    onMessage: () => Promise.resolve(),
    onState(state) {
      states.push(state);
      wake();
    },
    ...more.session,
  });
  return {
    link,
    async state(kind) {
      for (;;) {
        while (states.length === 0) await new Promise<void>((resolve) => wake = resolve);
        const state = states.shift()!;
        if (state.kind === kind) return state;
      }
    },
  };
}

async function refusal(world: World, more: Parameters<typeof open>[1]): Promise<string> {
  const { link, state } = open(world, more);
  const away = await state("Away");
  await link.close();
  return away.kind === "Away" ? away.reason : "";
}

/** What another authority signed. */
function stranger({ dir }: World): { readonly ca: string; readonly client: string } {
  const authority = testAuthority("stranger");
  const pair = authority.issue({ commonName: node, purpose: "client" });
  Deno.writeTextFileSync(`${dir}/stranger-ca.crt`, authority.certificate);
  Deno.writeTextFileSync(`${dir}/stranger.pem`, pair.certificate + pair.key);
  return { ca: `${dir}/stranger-ca.crt`, client: `${dir}/stranger.pem` };
}

Deno.test("broker faults: what is wrong with a certificate is said in words that help", async () => {
  await using broken = await world();
  const { ca, client } = stranger(broken);
  assert.match(await refusal(broken, { settings: { caFile: ca } }), /relay\.caFile/);
  const own = { certFile: client, keyFile: client };
  assert.match(await refusal(broken, { settings: own }), /refuses our certificate|closed|lost/);
  const none = { certFile: undefined, keyFile: undefined };
  assert.match(await refusal(broken, { settings: none }), /refuses our certificate|closed|lost/);
  const missing = { certFile: "/does/not/exist.pem" };
  assert.match(await refusal(broken, { settings: missing }), /relay\.certFile: cannot read \/does/);
});

Deno.test("broker faults: a certificate that is replaced counts with the next connection", async () => {
  await using broken = await world();
  const { client } = stranger(broken);
  const good = Deno.readTextFileSync(broken.mosquitto.client(node).certFile);
  const { link, state } = open(broken, { settings: { certFile: client, keyFile: client } });
  await state("Away");
  Deno.writeTextFileSync(client, good);
  await state("Connected");
  await link.close();
});

Deno.test("broker faults: a broker that was killed is found again", async () => {
  await using broken = await world();
  const { link, state } = open(broken, {});
  await state("Connected");
  await link.publish({ topic: journal, payload: Uint8Array.of(1) });
  await broken.mosquitto.kill();
  await state("Away");
  await broken.mosquitto.start();
  await state("Connected");
  await link.publish({ topic: journal, payload: Uint8Array.of(2) });
  await link.close();
});

Deno.test("broker faults: a session and its messages outlive a restart of the broker", async () => {
  await using broken = await world();
  const bridge = broken.mosquitto.client("skerry-bridge");
  const session = { clientId: "bridge", subscriptions: [journal] };
  const before = open(broken, { settings: bridge, session });
  await before.state("Connected");
  await before.link.close();
  const sender = open(broken, {});
  await sender.state("Connected");
  await sender.link.publish({ topic: journal, payload: Uint8Array.of(7) });
  await sender.link.close();
  await broken.mosquitto.stop();
  await broken.mosquitto.start();
  const came = Promise.withResolvers<number>();
  const after = open(broken, {
    settings: bridge,
    session: {
      ...session,
      onMessage: ({ payload }) => Promise.resolve(came.resolve(payload[0]!)),
    },
  });
  assert.equal(await came.promise, 7);
  await after.link.close();
});

Deno.test("broker faults: a broker that stands still is noticed by the keep-alive", async () => {
  await using broken = await world();
  const { link, state } = open(broken, { settings: { keepAliveMs: 1_000 } });
  await state("Connected");
  broken.mosquitto.freeze();
  const away = await state("Away");
  assert.match(away.kind === "Away" ? away.reason : "", /Keepalive timeout/);
  broken.mosquitto.thaw();
  await state("Connected");
  await link.close();
});

Deno.test("broker faults: a broker whose disk is full carries what is told, and keeps nothing for later", async () => {
  await using broken = await world();
  const { mosquitto, dir } = broken;
  await mosquitto.stop();
  await using disk = new AsyncDisposableStack();
  await smallDisk(`${dir}/data`);
  disk.defer(async () => {
    await mosquitto.kill();
    await run(["umount", `${dir}/data`]);
  });
  await fillDisk(`${dir}/data`);
  await mosquitto.start();
  const came: number[] = [];
  let wake = (): void => {};
  const bridge = open(broken, {
    settings: mosquitto.client("skerry-bridge"),
    session: {
      clientId: "bridge",
      subscriptions: [journal],
      onMessage: ({ payload }) => Promise.resolve(void came.push(payload[0]!)).then(() => wake()),
    },
  });
  await bridge.state("Connected");
  const node = open(broken, {});
  await node.state("Connected");
  await node.link.publish({ topic: journal, payload: Uint8Array.of(1) });
  // It cannot write what it has, and begins with nothing.
  await mosquitto.stop();
  const kept = [...Deno.readDirSync(`${dir}/data`)].map(({ name }) =>
    [name, Deno.statSync(`${dir}/data/${name}`).size] as const
  );
  assert.deepEqual(kept.filter(([name, size]) => name !== "filler" && size > 0), []);
  await mosquitto.start();
  await Promise.all([bridge.state("Connected"), node.state("Connected")]);
  await node.link.publish({ topic: journal, payload: Uint8Array.of(2) });
  while (came.length < 2) await new Promise<void>((resolve) => wake = resolve);
  assert.deepEqual(came, [1, 2]);
  await Promise.all([bridge.link.close(), node.link.close()]);
});

Deno.test("broker faults: what the lab runs is the example, but for paths, the port and the user", async () => {
  await using broken = await world();
  const { dir, mosquitto: { port } } = broken;
  const example = new URL("../../../deploy/broker/", import.meta.url).pathname;
  const text = Deno.readTextFileSync(`${example}mosquitto.conf`);
  const runs = Deno.readTextFileSync(`${dir}/mosquitto.conf`);
  assert.equal(runs, `${configurationFor(text, { dir, port })}\nuser root\n`);
  const changed = text.split("\n").filter((line, at) => line !== runs.split("\n")[at]);
  assert.deepEqual(changed.map((line) => line.split(" ")[0]), [
    "listener",
    "cafile",
    "certfile",
    "keyfile",
    "acl_file",
    "persistence_location",
  ]);
  assert.equal(
    Deno.readTextFileSync(`${dir}/acl`),
    Deno.readTextFileSync(`${example}acl`),
  );
});
