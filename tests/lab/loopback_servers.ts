/** Servers of HTTP and of gRPC health on the loopback interface, as a test wants them. */
import { generateKeyPairSync } from "node:crypto";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import type { Target } from "../../src/core/probe/target.ts";
import { parsePrivateKey } from "../../src/core/x509/private_key.ts";
import { pemText } from "../../src/core/x509/pem.ts";
import { selfSignedCertificate } from "../../src/core/x509/self_signed.ts";
import type { HealthScript, HttpScript, SeenRequest } from "../fakes/probes.ts";
import { healthServer } from "./health_server.ts";

const host = "127.0.0.1";

export interface LoopbackServers {
  http(
    answer: (request: SeenRequest) => HttpScript,
    options?: { readonly tls?: boolean },
  ): Promise<Target>;
  health(answer: (service: string) => HealthScript): Promise<Target>;
  /** Speaks gRPC and knows nothing of health. */
  healthless(): Promise<Target>;
  /** Takes connections and says nothing. */
  silence(): Promise<Target>;
  /** Ends all of them. */
  close(): Promise<void>;
}

export function loopbackServers(): LoopbackServers {
  const ends: (() => Promise<void>)[] = [];

  async function listen(server: net.Server): Promise<Target> {
    const sockets = new Set<net.Socket>();
    server.on("connection", (socket: net.Socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    ends.push(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port was given");
    return { host, port: address.port };
  }

  async function grpc(server: Server): Promise<Target> {
    const credentials = ServerCredentials.createInsecure();
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync(
        `${host}:0`,
        credentials,
        (error, port) => error ? reject(error) : resolve(port),
      )
    );
    ends.push(() => Promise.resolve(server.forceShutdown()));
    return { host, port };
  }

  return {
    http: (answer, { tls = false } = {}) => {
      const serve: http.RequestListener = (request, response) =>
        respond(response, answer(seen(request)));
      return listen(tls ? https.createServer(selfSigned(), serve) : http.createServer(serve));
    },
    health: (answer) => grpc(healthServer(answer)),
    healthless: () => grpc(new Server()),
    silence: () => listen(net.createServer(() => {})),
    async close() {
      await Promise.all(ends.map((end) => end()));
    },
  };
}

/** A port that takes no connections. */
export function closedPort(): Target {
  const listener = Deno.listen({ hostname: host, port: 0 });
  const { port } = listener.addr;
  listener.close();
  return { host, port };
}

function seen({ url = "", headers }: http.IncomingMessage): SeenRequest {
  const texts = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  return { path: url, headers: Object.fromEntries(texts) };
}

function respond(response: http.ServerResponse, script: HttpScript): void {
  const { status = 200, body = "", location, afterMs = 0, cutOff = false } = script;
  setTimeout(() => {
    if (location !== undefined) response.setHeader("Location", location);
    if (cutOff) {
      response.writeHead(status, { "content-length": body.length + 100 });
      response.write(body, () => response.destroy());
    } else {
      response.writeHead(status).end(body);
    }
  }, afterMs);
}

/** A certificate that nobody has reason to trust. */
function selfSigned(): { readonly key: string; readonly cert: string } {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const key = parsePrivateKey(pem);
  if (!key.ok) throw new Error(key.error);
  const certificate = selfSignedCertificate({
    subject: { commonName: "nobody" },
    serialNumber: 1n,
    notBefore: Date.UTC(2020, 0, 1),
    notAfter: Date.UTC(2021, 0, 1),
    dnsNames: [],
    ips: [],
  }, key.value);
  return { key: pem, cert: pemText({ label: "CERTIFICATE", bytes: certificate }) };
}
