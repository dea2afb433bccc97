/** What a Docker configuration holds, and which images its entries are for. */
import assert from "node:assert/strict";
import { credentialsFor, type DockerConfig, parseDockerConfig } from "./docker_config.ts";
import { parseImageReference } from "./image_reference.ts";

function parse(value: unknown): ReturnType<typeof parseDockerConfig> {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, "\t");
  return parseDockerConfig(new TextEncoder().encode(text));
}

function config(auths: Readonly<Record<string, unknown>>): DockerConfig {
  const parsed = parse({ auths });
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.value;
}

/** The user names that an image is tried with. */
function users(image: string, keys: readonly string[]): readonly (string | undefined)[] {
  const reference = parseImageReference(image);
  assert.ok(reference.ok);
  const known = config(Object.fromEntries(keys.map((key) => [key, { username: key }])));
  return credentialsFor(reference.value, known).map(({ username }) => username);
}

const base64 = (text: string): string => btoa(text);

Deno.test("an entry gives what it holds", () => {
  const cases: readonly (readonly [entry: unknown, auth: unknown])[] = [
    [{ auth: base64("ann:secret") }, { username: "ann", password: "secret" }],
    [{ auth: base64("ann:se:cret") }, { username: "ann", password: "se:cret" }],
    [{ auth: base64("ann:secret").replaceAll("=", "") }, { username: "ann", password: "secret" }],
    [{ auth: base64("ann:secret\0\0") }, { username: "ann", password: "secret" }],
    [{ username: "ann", password: "secret" }, { username: "ann", password: "secret" }],
    [
      { auth: base64("ann:one"), username: "bob", password: "two" },
      { username: "ann", password: "one" },
    ],
    [
      { auth: base64("<token>:"), identitytoken: "t" },
      { username: "<token>", identityToken: "t" },
    ],
    [{ registrytoken: "r" }, { registryToken: "r" }],
    [{ username: "ann", password: "secret", email: "ann@example.com" }, {
      username: "ann",
      password: "secret",
    }],
  ];
  for (const [entry, auth] of cases) {
    assert.deepEqual(config({ "r.example.com": entry }).entries[0]?.auth, auth);
  }
});

Deno.test("an entry that holds nothing is none", () => {
  assert.deepEqual(config({ "r.example.com": {} }).entries, []);
});

Deno.test("keys match as in the kubelet's keyring", () => {
  const cases: readonly (readonly [image: string, keys: readonly string[], users: unknown])[] = [
    ["r.example.com/app", ["r.example.com"], ["r.example.com"]],
    ["r.example.com/app:1", ["https://r.example.com"], ["https://r.example.com"]],
    ["r.example.com/app", ["http://r.example.com/v2/"], ["http://r.example.com/v2/"]],
    ["r.example.com/app", ["q.example.com"], []],
    ["r.example.com/app", ["*.example.com"], ["*.example.com"]],
    ["r.example.com/app", ["*.com", "*.*.com", "*.*"], ["*.*.com"]],
    ["r1.example.com/app", ["r?.example.com"], ["r?.example.com"]],
    ["rxexample.com/app", ["r.example.com"], []],
    ["r.example.com:5000/app", ["r.example.com"], []],
    ["r.example.com:5000/app", ["*.example.com:5000"], ["*.example.com:5000"]],
    ["r.example.com/app", ["r.example.com:5000"], []],
    ["127.0.0.1:5000/app", ["127.0.0.1:5000"], ["127.0.0.1:5000"]],
    ["localhost:5000/app", ["localhost:5000"], ["localhost:5000"]],
    ["[::1]:5000/app", ["[::1]:5000"], ["[::1]:5000"]],
    [
      "r.example.com/team/app",
      ["*.example.com", "r.example.com", "r.example.com/team", "r.example.com/other"],
      ["r.example.com/team", "r.example.com", "*.example.com"],
    ],
    ["busybox", ["https://index.docker.io/v1/"], ["https://index.docker.io/v1/"]],
    ["team/app:2", ["index.docker.io"], ["index.docker.io"]],
    ["docker.io/library/busybox", ["docker.io", "index.docker.io"], ["docker.io"]],
    ["index.docker.io/library/busybox", ["index.docker.io"], ["index.docker.io"]],
    ["r.example.com/app", ["index.docker.io"], []],
  ];
  for (const [image, keys, expected] of cases) {
    assert.deepEqual(users(image, keys), expected, `${image} with ${keys}`);
  }
});

Deno.test("what is wrong is told with its place and without its secrets", () => {
  const cases: readonly (readonly [text: string, line: number, column: number, message: string])[] =
    [
      ['{"auths": {"secret', 1, 19, "not valid JSON"],
      ["- hunter2", 1, 1, "expected a map"],
      ['{\n"auths": []\n}', 2, 1, "auths: expected a map"],
      ['{\n"auths": {\n"r": 5}}', 3, 1, "auths.r: expected a map"],
      ['{"auths": {"r.io": {"password": 5}}}', 1, 21, "auths[r.io].password: expected a string"],
      [
        `{"auths": {"r.io": {\n"auth": "${base64("hunter2")}"}}}`,
        2,
        1,
        "auths[r.io].auth: expected base64 of username:password",
      ],
      [
        '{"auths": {"r": {"auth": "%hunter2%"}}}',
        1,
        18,
        "auths.r.auth: expected base64 of username:password",
      ],
    ];
  for (const [text, line, column, message] of cases) {
    const parsed = parse(text);
    assert.ok(!parsed.ok, text);
    assert.deepEqual(parsed.error[0], { line, column, message });
  }
});

Deno.test("programs that would keep the credentials are named", () => {
  const parsed = parse({ credsStore: "pass", credHelpers: { "r.example.com": "ecr-login" } });
  assert.deepEqual(parsed, {
    ok: true,
    value: { entries: [], unused: ["credsStore", "credHelpers"] },
  });
});

Deno.test("an empty file holds nothing", () => {
  assert.deepEqual(parse(""), { ok: true, value: { entries: [], unused: [] } });
});
