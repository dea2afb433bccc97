import assert from "node:assert/strict";
import { parseJunit, wasCut } from "./junit.ts";

const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="5" failures="1">
  <testsuite name="Kubernetes e2e suite" package="/e2e" tests="5">
    <testcase name="[SynchronizedBeforeSuite]" classname="suite" status="passed" time="1.5"></testcase>
    <testcase name="[It] [sig-node] Pods should &#34;run&#34; &amp; end [NodeConformance]" classname="suite" status="passed" time="4.2"></testcase>
    <testcase name="[It] [sig-node] Probes should restart [NodeConformance]" classname="suite" status="failed" time="9">
      <failure type="failed">[FAILED] wanted &lt;int&gt;: 1&#xA;got 2</failure>
      <system-err>&lt;testcase name=&#34;[It] not one&#34; status=&#34;passed&#34;&gt;</system-err>
    </testcase>
    <testcase name="[It] [sig-node] Lost" classname="suite" status="timedout" time="0"><error>[TIMEDOUT] late</error></testcase>
    <testcase name="[It] [sig-apps] Other" classname="suite" status="skipped" time="0"><skipped message="skipped"></skipped></testcase>
    <testcase name="[It] [sig-apps] Later" classname="suite" status="pending" time="0"/>
  </testsuite>
</testsuites>`;

Deno.test("the specs that ran are read with their ends, the suite's own nodes and skipped specs are not", () => {
  assert.deepEqual(parseJunit(REPORT), [
    {
      name: '[sig-node] Pods should "run" & end [NodeConformance]',
      passed: true,
      failure: "",
    },
    {
      name: "[sig-node] Probes should restart [NodeConformance]",
      passed: false,
      failure: "[FAILED] wanted <int>: 1\ngot 2",
    },
    { name: "[sig-node] Lost", passed: false, failure: "[TIMEDOUT] late" },
  ]);
});

Deno.test("a report without specs gives none", () => {
  assert.deepEqual(parseJunit("<testsuites></testsuites>"), []);
});

Deno.test("a run that the suite's time limit has cut is told from one that ended", () => {
  assert.equal(wasCut(REPORT.replace('status="timedout"', 'status="interrupted"')), true);
  assert.equal(wasCut(REPORT), false);
});
