/** The access that a kubeconfig gives: the file and those that it names are read again and again, for what has changed. */
import type { Kubeconfig } from "../../core/kube/kubeconfig.ts";
import { isSameJson } from "../../core/same_json.ts";
import type { Clock } from "../../ports/clock.ts";
import { messageOf } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import type { Access, AccessSource } from "./access.ts";
import { type ExecCredentials, execCredentials } from "./exec_credentials.ts";
import { readContents } from "./kubeconfig_contents.ts";
import { readKubeconfig } from "./kubeconfig_file.ts";

/** Rotated certificates and tokens are in use after so long. */
const freshMs = 10_000;

/**
 * Once there was an access, one that cannot be read any more is logged and the last one used. `Invalid` names each problem
 * with its line; `Unavailable`: a file is not there, or a plugin gave nothing.
 */
export function kubeconfigAccess(
  { path, clock, log }: {
    /** Absolute. */
    readonly path: string;
    readonly clock: Clock;
    readonly log: Log;
  },
): AccessSource {
  const plugins = execCredentials({ clock });
  let known: Access | undefined;
  let problem: string | undefined;
  let readAt = -Infinity;
  let reading: Promise<Access> | undefined;

  async function read(refused: boolean): Promise<Access> {
    try {
      const access = await readAccess({ path, plugins, refused });
      if (!isSameJson(access, known)) known = access;
      problem = undefined;
      return known ?? access;
    } catch (error) {
      if (known === undefined) throw error;
      if (problem !== messageOf(error)) {
        problem = messageOf(error);
        log.warn("The kubeconfig cannot be used any more, going on with what it said", {
          err: error,
        });
      }
      return known;
    } finally {
      readAt = clock.monotonic();
    }
  }

  return {
    current(refused) {
      const isRefused = refused !== undefined && refused === known;
      const isFresh = clock.monotonic() - readAt < freshMs && !plugins.isOver();
      if (known !== undefined && isFresh && !isRefused) return Promise.resolve(known);
      // Whoever asks meanwhile waits for the same reading.
      reading ??= read(isRefused).finally(() => reading = undefined);
      return reading;
    },
  };
}

async function readAccess(
  { path, plugins, refused }: {
    readonly path: string;
    readonly plugins: ExecCredentials;
    readonly refused: boolean;
  },
): Promise<Access> {
  const { cluster: { server, authority, proxyUrl }, user } = await readKubeconfig(path);
  const [authorityPem, certPem, keyPem, token] = await readContents([
    authority,
    user.certificate?.certificate,
    user.certificate?.key,
    user.token,
  ]);
  const cluster = {
    server,
    ...(authorityPem !== undefined && { authorityPem }),
    ...(proxyUrl !== undefined && { proxyUrl }),
  };
  const authorization = token === undefined ? basic(user.login) : `Bearer ${token.trim()}`;
  const own = {
    ...(certPem !== undefined && keyPem !== undefined && { certificate: { certPem, keyPem } }),
    ...(authorization !== undefined && { authorization }),
  };
  // As in client-go, a plugin is only asked where there is nothing else.
  const given = user.exec !== undefined && Object.keys(own).length === 0
    ? await plugins.of(user.exec, { cluster, refused })
    : own;
  return { cluster, ...given };
}

function basic(login: Kubeconfig["user"]["login"]): string | undefined {
  if (login === undefined) return undefined;
  const text = new TextEncoder().encode(`${login.username}:${login.password}`);
  return `Basic ${text.toBase64()}`;
}
