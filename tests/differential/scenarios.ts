/** All scenarios of the comparison with the kubelet. */
import type { Scenario } from "./scenario.ts";
import { admissionScenarios } from "./scenarios/admission.ts";
import { configScenarios } from "./scenarios/config.ts";
import { deletionScenarios } from "./scenarios/deletion.ts";
import { hookScenarios } from "./scenarios/hook.ts";
import { initScenarios } from "./scenarios/init.ts";
import { lifeScenarios } from "./scenarios/life.ts";
import { probeScenarios } from "./scenarios/probe.ts";
import { restartScenarios } from "./scenarios/restart.ts";
import { securityScenarios } from "./scenarios/security.ts";
import { startScenarios } from "./scenarios/start.ts";
import { volumeScenarios } from "./scenarios/volume.ts";

export const SCENARIOS: readonly Scenario[] = [
  ...restartScenarios,
  ...initScenarios,
  ...startScenarios,
  ...configScenarios,
  ...volumeScenarios,
  ...securityScenarios,
  ...probeScenarios,
  ...hookScenarios,
  ...admissionScenarios,
  ...deletionScenarios,
  ...lifeScenarios,
];
