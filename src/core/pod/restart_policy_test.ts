import assert from "node:assert/strict";
import type { Container } from "../k8s.ts";
import { failedInitRestarts, restartsAfter } from "./restart_policy.ts";

const rule = (operator: string, ...values: number[]) => ({
  restartPolicyRules: [{ action: "Restart", exitCodes: { operator, values } }],
});

interface Case {
  readonly policy?: string;
  readonly container?: Omit<Container, "name">;
  readonly exitCode: number;
  readonly restarts: boolean;
}

const own = (restartPolicy: string, more: Omit<Container, "name"> = {}) => ({
  restartPolicy,
  ...more,
});

const cases: Readonly<Record<string, Case>> = {
  "the pod's policy counts where it has none": { exitCode: 0, restarts: true },
  "the pod says Never": { policy: "Never", exitCode: 1, restarts: false },
  "the pod says OnFailure and it failed": { policy: "OnFailure", exitCode: 1, restarts: true },
  "the pod says OnFailure and it did not": { policy: "OnFailure", exitCode: 0, restarts: false },
  "its own Never wins": { container: own("Never"), exitCode: 1, restarts: false },
  "its own Always wins": {
    policy: "Never",
    container: own("Always"),
    exitCode: 0,
    restarts: true,
  },
  "its own OnFailure wins": { container: own("OnFailure"), exitCode: 0, restarts: false },
  "a rule names the code": {
    container: own("Never", rule("In", 41, 42)),
    exitCode: 42,
    restarts: true,
  },
  "no rule names the code": {
    container: own("Never", rule("In", 42)),
    exitCode: 1,
    restarts: false,
  },
  "a rule names all other codes": {
    container: own("Never", rule("NotIn", 42)),
    exitCode: 1,
    restarts: true,
  },
  "a rule excepts the code": {
    container: own("Never", rule("NotIn", 42)),
    exitCode: 42,
    restarts: false,
  },
  "no rule meets, and the policy restarts it anyway": {
    policy: "Never",
    container: own("OnFailure", rule("In", 42)),
    exitCode: 1,
    restarts: true,
  },
};
for (const [name, { policy, container, exitCode, restarts }] of Object.entries(cases)) {
  Deno.test(`a container that ended with ${exitCode} ${restarts ? "restarts" : "stays"}: ${name}`, () => {
    const spec = { restartPolicy: policy ?? "Always" };
    assert.equal(
      restartsAfter(spec, { container: { name: "main", ...container }, exitCode }),
      restarts,
    );
  });
}

Deno.test("an init container that failed by memory alone is tried again unless its policy is Never", () => {
  const init = (container: Omit<Container, "name">) =>
    failedInitRestarts({ restartPolicy: "Never" }, {
      container: { name: "init", ...container },
      exitCode: 0,
    });
  assert.equal(init({}), false);
  assert.equal(init(own("OnFailure")), true);
  assert.equal(init(own("Never", rule("In", 0))), true);
});
