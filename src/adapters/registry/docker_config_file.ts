/** The registry credentials of a file in the format of Docker's `config.json`, read again when it changes. */
import {
  credentialsFor,
  type DockerConfig,
  parseDockerConfig,
} from "../../core/registry/docker_config.ts";
import { parseImageReference } from "../../core/registry/image_reference.ts";
import type { YamlProblem } from "../../core/yaml_types.ts";
import type { Log } from "../../ports/log.ts";
import type { RegistryCredentials } from "../../ports/registry_credentials.ts";
import { readSmallFile } from "../linux/small_file.ts";

const nothing: DockerConfig = { entries: [], unused: [] };

/**
 * Credentials of the file at `path`. A file that is not there holds none; one that cannot be read or understood holds
 * none either and is warned of once, until it changes.
 */
export function dockerConfigFile(
  { path, log }: { readonly path: string; readonly log: Log },
): RegistryCredentials {
  let known = { stamp: missing, config: Promise.resolve(nothing) };

  async function current(): Promise<DockerConfig> {
    const stamp = await stampOf(path);
    // Whoever asks while the file is being read waits for the same reading.
    if (stamp !== known.stamp) known = { stamp, config: load(stamp) };
    return await known.config;
  }

  async function load(stamp: string): Promise<DockerConfig> {
    if (stamp === missing) return nothing;
    try {
      return understood(await readSmallFile(path));
    } catch (err) {
      log.warn("Registry credentials cannot be read, pulling without", { path, err });
      return nothing;
    }
  }

  function understood(bytes: Uint8Array): DockerConfig {
    const parsed = parseDockerConfig(bytes);
    if (!parsed.ok) {
      const problem = placed(parsed.error);
      log.warn("Registry credentials cannot be used, pulling without", { path, problem });
      return nothing;
    }
    if (parsed.value.unused.length > 0) {
      log.warn("Programs that keep registry credentials are not asked", {
        path,
        fields: parsed.value.unused.join(", "),
      });
    }
    return parsed.value;
  }

  return {
    async forImage(image) {
      const reference = parseImageReference(image);
      return reference.ok ? credentialsFor(reference.value, await current()) : [];
    },
  };
}

const missing = "missing";

/** Changes whenever the file may have changed; a file that cannot be looked at shows why when it is read. */
async function stampOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtime, ctime } = await Deno.stat(path);
    return [dev, ino, size, mtime?.getTime(), ctime?.getTime()].join(":");
  } catch (err) {
    return err instanceof Deno.errors.NotFound ? missing : String(err);
  }
}

function placed(problems: readonly YamlProblem[]): string {
  const [first, ...rest] = problems;
  if (first === undefined) return "";
  const more = rest.length === 0 ? "" : ` (and ${rest.length} more)`;
  return `line ${first.line}, column ${first.column}: ${first.message}${more}`;
}
