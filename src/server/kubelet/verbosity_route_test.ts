/** How the verbosity is set over `/debug/flags/v`. */
import assert from "node:assert/strict";
import { startTestServer, testDebugging } from "../../../tests/fakes/kubelet_server.ts";
import { fakeVerbosity } from "../../../tests/fakes/verbosity.ts";

interface Case {
  readonly method?: string;
  readonly body: string;
  readonly status: number;
  readonly answer: string;
  readonly level: number;
}

/** As Go reads numbers. */
const cases: readonly Case[] = [
  { body: "4", status: 200, answer: "successfully set klog.logging.verbosity to 4\n", level: 4 },
  {
    body: "six",
    status: 400,
    answer: 'strconv.ParseUint: parsing "six": invalid syntax\n',
    level: 2,
  },
  { body: "", status: 400, answer: 'strconv.ParseUint: parsing "": invalid syntax\n', level: 2 },
  {
    body: "4294967296",
    status: 400,
    answer: 'strconv.ParseUint: parsing "4294967296": value out of range\n',
    level: 2,
  },
  {
    body: "2147483648",
    status: 400,
    answer: "failed set klog.logging.verbosity 2147483648: " +
      'strconv.ParseInt: parsing "2147483648": value out of range\n',
    level: 2,
  },
  { method: "GET", body: "", status: 406, answer: "unsupported http method\n", level: 2 },
];

for (const { method = "PUT", body, status, answer, level } of cases) {
  Deno.test(`${method} "${body}" is answered with ${status}`, async () => {
    const verbosity = fakeVerbosity(2);
    await using server = await startTestServer({
      app: { debugging: { ...testDebugging, verbosity } },
    });
    const got = await server.ask("/debug/flags/v", { method, body });
    assert.deepEqual([got.status, got.body, verbosity.level()], [status, answer, level]);
    assert.equal(got.headers["content-type"], "text/plain");
  });
}

Deno.test("of a body of megabytes no more is read than a flag's value needs", async () => {
  const verbosity = fakeVerbosity(2);
  await using server = await startTestServer({
    app: { debugging: { ...testDebugging, verbosity } },
  });
  const connection = await server.connect();
  const head = "PUT /debug/flags/v HTTP/1.1\r\nHost: node\r\nContent-Length: 9999999\r\n\r\n";
  await connection.send(`${head}${"1".repeat(70_000)}`);
  assert.match(await connection.read(), /^HTTP\/1.1 400 /);
  connection.close();
  assert.equal(verbosity.level(), 2);
});
