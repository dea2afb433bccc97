/** What every keeper of registry credentials must do. */
import assert from "node:assert/strict";
import type { RegistryAuth } from "../../src/core/cri/types.ts";
import type { RegistryCredentials } from "../../src/ports/registry_credentials.ts";

export interface RegistryCredentialsSubject extends AsyncDisposable {
  readonly credentials: RegistryCredentials;
  /** From now on these are all: credentials by registry, or registry and path. */
  hold(byRegistry: Readonly<Record<string, RegistryAuth>>): Promise<void>;
}

const site: RegistryAuth = { username: "site", password: "one" };
const team: RegistryAuth = { username: "team", password: "two" };

export function registryCredentialsSuite(
  name: string,
  open: () => Promise<RegistryCredentialsSubject>,
): void {
  const test = (what: string, run: (subject: RegistryCredentialsSubject) => Promise<void>): void =>
    Deno.test(`${name}: ${what}`, async () => {
      await using subject = await open();
      await run(subject);
    });

  test("without credentials there is nothing to try", async ({ credentials }) => {
    assert.deepEqual(await credentials.forImage("registry.example.com/app:1"), []);
  });

  test("all that match are given, the best match first", async ({ credentials, hold }) => {
    await hold({ "registry.example.com": site, "registry.example.com/team": team });
    const forTeam = await credentials.forImage("registry.example.com/team/app:1");
    assert.deepEqual(forTeam, [team, site]);
    assert.deepEqual(await credentials.forImage("registry.example.com/app:1"), [site]);
    assert.deepEqual(await credentials.forImage("other.example.com/team/app:1"), []);
  });

  test("a change counts from the next pull on", async ({ credentials, hold }) => {
    await hold({ "registry.example.com": site });
    await credentials.forImage("registry.example.com/app");
    await hold({ "registry.example.com": team });
    assert.deepEqual(await credentials.forImage("registry.example.com/app"), [team]);
    await hold({});
    assert.deepEqual(await credentials.forImage("registry.example.com/app"), []);
  });
}
