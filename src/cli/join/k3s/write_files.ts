/** Writes what a node of a k3s cluster keeps. */
import {
  type K3sNodePaths,
  newNodePassword,
  readSecret,
} from "../../../adapters/k3s/node_files.ts";
import { orNull } from "../../../adapters/linux/or_null.ts";
import { type K3sToken, k3sTokenText } from "../../../core/k3s/token.ts";
import { isPlainMap } from "../../../core/plain_map.ts";
import type { ConfigurationKind } from "../../config/source.ts";
import type { Tree } from "../../config/tree.ts";
import { addedFields, type KindFields } from "../edit_configuration.ts";
import { changeFile, type Undo } from "../undo.ts";
import type { ServerAnswers } from "./ask_server.ts";
import type { TrustedServer } from "./trust.ts";

/** Made once: the cluster knows the node by it for as long as it has the Node. */
export async function ensurePassword(
  { dir, password: path }: K3sNodePaths,
  { undo }: { readonly undo: Undo },
): Promise<string> {
  const there = await readSecret(path);
  if (there !== null) return there;
  await Deno.mkdir(dir, { recursive: true, mode: 0o700 });
  const password = newNodePassword();
  await changeFile(path, { content: `${password}\n`, mode: 0o600, undo });
  return password;
}

/** Gives whether something has changed. The token is kept with the hash, so that it is not trusted unseen a second time. */
export async function writeServerFiles(
  { ca, token: tokenPath, apiServers: listPath, dir }: K3sNodePaths,
  { trusted, token, answers, undo }: {
    readonly trusted: TrustedServer;
    readonly token: K3sToken;
    readonly answers: Pick<ServerAnswers, "apiServers">;
    readonly undo: Undo;
  },
): Promise<boolean> {
  await Deno.mkdir(dir, { recursive: true, mode: 0o700 });
  const tokenText = `${k3sTokenText({ ...token, caHash: trusted.caHash })}\n`;
  const list = `${JSON.stringify(answers.apiServers)}\n`;
  const changes = [
    await writeText(ca, { content: trusted.authorityPem, mode: 0o644, undo }),
    await writeText(tokenPath, { content: tokenText, mode: 0o600, undo }),
    await writeText(listPath, { content: list, mode: 0o644, undo }),
  ];
  return changes.some(Boolean);
}

/** Gives whether the text is another one. */
export async function writeText(
  path: string,
  file: { readonly content: string; readonly mode: number; readonly undo: Undo },
): Promise<boolean> {
  if (await orNull(Deno.readTextFile(path)) === file.content) return false;
  await changeFile(path, file);
  return true;
}

/** Remembers what a node that leaves is to take out of its configuration again. */
export async function writeAdded(
  { joined: path }: K3sNodePaths,
  { before, after, undo }: {
    readonly before: string;
    readonly after: string;
    readonly undo: Undo;
  },
): Promise<void> {
  const earlier = joinedFields(await orNull(Deno.readTextFile(path)));
  const added = addedFields(before, after);
  const both = (kind: ConfigurationKind) => ({ ...earlier[kind], ...added[kind] });
  const fields = {
    KubeletConfiguration: both("KubeletConfiguration"),
    SkerryConfiguration: both("SkerryConfiguration"),
  };
  await changeFile(path, { content: `${JSON.stringify(fields)}\n`, mode: 0o644, undo });
}

/** Nothing for a file that is not there, or is not what was written. */
export function joinedFields(text: string | null): KindFields {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    const of = (kind: string): Tree =>
      isPlainMap(value) && isPlainMap(value[kind]) ? value[kind] : {};
    return {
      KubeletConfiguration: of("KubeletConfiguration"),
      SkerryConfiguration: of("SkerryConfiguration"),
    };
  } catch {
    return {};
  }
}
