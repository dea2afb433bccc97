/** Credentials in Secrets. */
import assert from "node:assert/strict";
import type { Secret } from "../k8s.ts";
import { pullSecrets } from "./pull_secrets.ts";

const image = { registry: "registry.example", repository: "team/app" };

function auths(key: string, username: string): object {
  return { [key]: { auth: btoa(`${username}:pw`) } };
}

function configJson(name: string, value: object | string): Secret {
  const text = typeof value === "string" ? value : JSON.stringify({ auths: value });
  return {
    metadata: { name },
    type: "kubernetes.io/dockerconfigjson",
    data: { ".dockerconfigjson": btoa(text) },
  };
}

function usersOf(...secrets: readonly Secret[]): readonly (string | undefined)[] {
  return pullSecrets(secrets, image).auths.map(({ username }) => username);
}

Deno.test("the newer form and the older one", () => {
  const older: Secret = {
    metadata: { name: "old" },
    type: "kubernetes.io/dockercfg",
    data: { ".dockercfg": btoa(JSON.stringify(auths("registry.example", "old"))) },
  };
  assert.deepEqual(usersOf(configJson("new", auths("registry.example", "new"))), ["new"]);
  assert.deepEqual(usersOf(older), ["old"]);
});

Deno.test("of several Secrets the more specific key goes first, then the earlier Secret", () => {
  assert.deepEqual(
    usersOf(
      configJson("a", auths("registry.example", "first")),
      configJson("b", auths("registry.example", "second")),
      configJson("c", auths("registry.example/team", "third")),
      configJson("d", auths("other.example", "none")),
    ),
    ["third", "first", "second"],
  );
});

Deno.test("what is no such Secret holds nothing, and what cannot be read is named", () => {
  const secrets: readonly Secret[] = [
    { metadata: { name: "opaque" }, data: { ".dockerconfigjson": btoa("{}") } },
    { metadata: { name: "empty" }, type: "kubernetes.io/dockerconfigjson" },
    configJson("broken", '{"auths": '),
    configJson("good", auths("registry.example", "ann")),
  ];
  const { auths: found, unreadable } = pullSecrets(secrets, image);
  assert.deepEqual(found, [{ username: "ann", password: "pw" }]);
  assert.deepEqual(unreadable, ["broken"]);
});
