/** The registry credentials' suite against a file in Docker's format. */
import { dockerConfigFile } from "../../../src/adapters/registry/docker_config_file.ts";
import { fakeLog } from "../../fakes/log.ts";
import { registryCredentialsSuite } from "../registry_credentials_suite.ts";

registryCredentialsSuite("Docker's config.json", async () => {
  const folder = await Deno.makeTempDir({ prefix: "skerry-registry-" });
  const path = `${folder}/config.json`;
  return {
    credentials: dockerConfigFile({ path, log: fakeLog() }),
    async hold(byRegistry) {
      const auths = Object.entries(byRegistry).map(([registry, { username, password }]) =>
        [registry, { auth: btoa(`${username}:${password}`) }] as const
      );
      // As `docker login` does it: a new file takes the place of the old one.
      await Deno.writeTextFile(`${path}.new`, JSON.stringify({ auths: Object.fromEntries(auths) }));
      await Deno.rename(`${path}.new`, path);
    },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
});
