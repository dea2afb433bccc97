/** The registry credentials' suite against the fake. */
import { fakeRegistryCredentials } from "../../fakes/registry_credentials.ts";
import { registryCredentialsSuite } from "../registry_credentials_suite.ts";

registryCredentialsSuite("fake registry credentials", () => {
  const credentials = fakeRegistryCredentials();
  return Promise.resolve({
    credentials,
    hold: (byRegistry) => Promise.resolve(credentials.set(byRegistry)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
});
