/**
 * A TCP proxy that breaks as links do, run as a program: `faulty_link_program.ts SETTINGS`, a `LinkSettings` in JSON. It does what
 * the mode file says, and repeats that in a second file once it holds.
 */
import https from "node:https";
import http from "node:http";
import net from "node:net";

/** What the proxy does; what packets suffer on their way to it is not its concern. */
export type LinkMode = "open" | "down" | "flapping" | "slow" | "portal" | "trusted-portal";

export interface LinkSettings {
  readonly host: string;
  readonly port: number;
  readonly targetPort: number;
  /** What is in it is done; the same with `.now` behind it says what is being done. */
  readonly modeFile: string;
  /** The portal's certificates, each in NAME.crt and NAME.key: of another authority, and of the one that is trusted. */
  readonly portalCertificate: string;
  readonly trustedCertificate: string;
}

const pollMs = 20;
const flapMs = 1_000;
const latencyMs = 2_000;
const TLS_HANDSHAKE = 0x16;

async function main(settings: LinkSettings): Promise<void> {
  const { host, port, targetPort, modeFile } = settings;
  const portals = await startPortals(settings);
  const connections = new Set<net.Socket>();
  let mode: LinkMode = "open";
  let isOpen = true;

  const server = net.createServer((client) => {
    track(client);
    if (mode === "portal" || mode === "trusted-portal") return toPortal(client, mode);
    const upstream = net.connect(targetPort, host);
    track(upstream);
    const ms = mode === "slow" ? latencyMs : 0;
    pass({ from: client, to: upstream, ms });
    pass({ from: upstream, to: client, ms });
  });

  function track(socket: net.Socket): void {
    connections.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => connections.delete(socket));
  }

  /** It tells by the first byte whether TLS is spoken. */
  function toPortal(client: net.Socket, which: keyof typeof portals): void {
    client.once("data", (first) => {
      const isTls = first[0] === TLS_HANDSHAKE;
      const upstream = net.connect(isTls ? portals[which] : portals.plain, "127.0.0.1");
      track(upstream);
      upstream.write(first);
      pass({ from: client, to: upstream, ms: 0 });
      pass({ from: upstream, to: client, ms: 0 });
    });
  }

  function cutAll(): void {
    for (const socket of connections) socket.destroy();
  }

  /** While it is closed, connections are refused. */
  function setOpen(wanted: boolean): void {
    if (wanted === isOpen) return;
    isOpen = wanted;
    if (wanted) server.listen(port, host);
    else server.close();
    if (!wanted) cutAll();
  }

  server.listen(port, host);
  setInterval(() => {
    const wanted = modeIn(modeFile);
    if (wanted === mode) return;
    mode = wanted;
    // A line that is only slower keeps its connections, but they are no slower for it.
    cutAll();
    setOpen(mode !== "down");
    Deno.writeTextFileSync(`${modeFile}.now`, mode);
  }, pollMs);
  setInterval(() => mode === "flapping" && setOpen(!isOpen), flapMs);
}

/** A file that is being written says nothing yet. */
function modeIn(path: string): LinkMode {
  const text = Deno.readTextFileSync(path);
  return isMode(text) ? text : "open";
}

function isMode(text: string): text is LinkMode {
  return ["open", "down", "flapping", "slow", "portal", "trusted-portal"].includes(text);
}

/** Passes everything on, that much later, and the end as well. */
function pass(
  { from, to, ms }: { readonly from: net.Socket; readonly to: net.Socket; readonly ms: number },
): void {
  const later = (run: () => void): void => void (ms === 0 ? run() : setTimeout(run, ms));
  from.on("data", (data) => later(() => to.destroyed || to.write(data)));
  from.on("close", () => later(() => to.destroy()));
}

/** They answer everything with a page, as the network of a hotel does. Gives their ports. */
async function startPortals({ portalCertificate, trustedCertificate }: LinkSettings) {
  const page: http.RequestListener = (_request, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end("<html><body>Welcome! Please accept our terms.</body></html>");
  };
  const secured = (name: string) =>
    https.createServer({
      cert: Deno.readTextFileSync(`${name}.crt`),
      key: Deno.readTextFileSync(`${name}.key`),
    }, page);
  return {
    plain: await listening(http.createServer(page)),
    portal: await listening(secured(portalCertificate)),
    "trusted-portal": await listening(secured(trustedCertificate)),
  };
}

async function listening(server: net.Server): Promise<number> {
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port was given");
  return address.port;
}

if (import.meta.main) {
  const [settings = ""] = Deno.args;
  await main(JSON.parse(settings));
}
