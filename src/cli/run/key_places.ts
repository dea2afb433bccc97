/** Where the key of the store may lie, by the configuration and by systemd. */
import type { KeyPlaces } from "../../adapters/sqlite/store_key.ts";
import type { CommandContext } from "../command.ts";
import type { Configuration } from "../config/configuration.ts";

/** @see https://systemd.io/CREDENTIALS */
export function keyPlaces(
  { rootDir, storeKeyFile }: Pick<Configuration, "rootDir" | "storeKeyFile">,
  { env }: Pick<CommandContext, "env">,
): KeyPlaces {
  return {
    credentialsDirectory: env["CREDENTIALS_DIRECTORY"],
    file: storeKeyFile,
    defaultPath: `${rootDir}/store.key`,
  };
}
