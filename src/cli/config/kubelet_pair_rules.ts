/**
 * The kubelet's checks of fields that hang together.
 * @see https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
 */
import { isCipherSuite, opensslCiphers } from "../../core/node/tls_settings.ts";
import { labelValue, qualifiedName } from "../../core/pod/validate/names.ts";
import { enforcementRules } from "./enforcement_rules.ts";
import { evictionRules } from "./eviction_rules.ts";
import type { KubeletSettings } from "./kubelet_defaults.ts";
import { type Finding, findingsOf, items, milliseconds, oneOf, type Rule } from "./rule.ts";

/** Every check that looks at more than one field. */
export const KUBELET_PAIR_RULES: readonly Rule<KubeletSettings>[] = [
  servingFiles,
  cipherSuites,
  readOnlyPort,
  imagePulls,
  imageGarbage,
  shutdown,
  systemCgroups,
  reservedCpus,
  allowlist,
  systemLogs,
  taints,
  vmodule,
  ...enforcementRules,
  ...evictionRules,
];

function when(wrong: boolean, finding: Finding): readonly Finding[] {
  return wrong ? [finding] : [];
}

function servingFiles(settings: KubeletSettings): readonly Finding[] {
  const { tlsCertFile, tlsPrivateKeyFile } = settings;
  return [
    ...when(tlsCertFile !== "" && tlsPrivateKeyFile === "", {
      path: ["tlsCertFile"],
      message: "expected tlsPrivateKeyFile to be set as well, found it empty",
    }),
    ...when(tlsCertFile === "" && tlsPrivateKeyFile !== "", {
      path: ["tlsPrivateKeyFile"],
      message: "expected tlsCertFile to be set as well, found it empty",
    }),
  ];
}

/** With TLS 1.2 and none of its suites left, only TLS 1.3 would be spoken: not what somebody wants who names suites of 1.2. */
function cipherSuites({ tlsCipherSuites: names }: KubeletSettings): readonly Finding[] {
  const allWeak = names.every(isCipherSuite) && opensslCiphers(names).length === 0;
  return when(names.length > 0 && allWeak, {
    path: ["tlsCipherSuites"],
    message:
      "expected at least one with ECDHE and AES-GCM or ChaCha20: the others are too weak to be had",
  });
}

function readOnlyPort({ readOnlyPort, port }: KubeletSettings): readonly Finding[] {
  return when(readOnlyPort === port, {
    path: ["readOnlyPort"],
    or: ["port"],
    message: `expected another port than that of port, found ${port} for both`,
  });
}

function imagePulls(settings: KubeletSettings): readonly Finding[] {
  const { serializeImagePulls, maxParallelImagePulls: most = 1 } = settings;
  return when(serializeImagePulls === true && most > 1, {
    path: ["maxParallelImagePulls"],
    message: `expected 1 while serializeImagePulls is true, found ${most}`,
  });
}

function imageGarbage(settings: KubeletSettings): readonly Finding[] {
  const { imageGCLowThresholdPercent: low, imageGCHighThresholdPercent: high } = settings;
  const [least, most] = [settings.imageMinimumGCAge, settings.imageMaximumGCAge];
  return [
    ...when(low >= high, {
      path: ["imageGCLowThresholdPercent"],
      or: ["imageGCHighThresholdPercent"],
      message: `expected imageGCLowThresholdPercent to be below imageGCHighThresholdPercent, ` +
        `found ${low} and ${high}`,
    }),
    ...when(milliseconds(most) > 0 && milliseconds(most) <= milliseconds(least), {
      path: ["imageMaximumGCAge"],
      message: `expected more than imageMinimumGCAge, which is ${least}, found ${most}`,
    }),
  ];
}

function shutdown(settings: KubeletSettings): readonly Finding[] {
  const all = milliseconds(settings.shutdownGracePeriod);
  const critical = milliseconds(settings.shutdownGracePeriodCriticalPods);
  const byPriority = settings.shutdownGracePeriodByPodPriority ?? [];
  return [
    ...when(critical > all, {
      path: ["shutdownGracePeriodCriticalPods"],
      message: `expected at most shutdownGracePeriod, which is ${settings.shutdownGracePeriod}, ` +
        `found ${settings.shutdownGracePeriodCriticalPods}`,
    }),
    ...when(byPriority.length > 0 && (all > 0 || critical > 0), {
      path: ["shutdownGracePeriodByPodPriority"],
      message: "expected either this field or shutdownGracePeriod, found both",
    }),
  ];
}

function systemCgroups({ systemCgroups, cgroupRoot }: KubeletSettings): readonly Finding[] {
  return when((systemCgroups ?? "") !== "" && cgroupRoot === "", {
    path: ["systemCgroups"],
    message: "expected cgroupRoot to be set as well, found it empty",
  });
}

/** `0-2,7`: the kernel's list of CPUs. */
const cpuList = /^\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*$/;

function reservedCpus(settings: KubeletSettings): readonly Finding[] {
  const { reservedSystemCPUs: cpus = "" } = settings;
  if (cpus === "") return [];
  const cgroups = `${settings.systemReservedCgroup ?? ""}${settings.kubeReservedCgroup ?? ""}`;
  const path = ["reservedSystemCPUs"];
  return [
    ...findingsOf({
      path,
      value: cpus,
      check: (value) => cpuList.test(value) ? undefined : 'a list of CPUs such as "0-2,7"',
    }),
    ...when(cgroups !== "", {
      path,
      message: "expected neither systemReservedCgroup nor kubeReservedCgroup beside it, found one",
    }),
  ];
}

function allowlist(settings: KubeletSettings): readonly Finding[] {
  const { preloadedImagesVerificationAllowlist: images = [] } = settings;
  const policy = "NeverVerifyAllowlistedImages";
  return when(images.length > 0 && settings.imagePullCredentialsVerificationPolicy !== policy, {
    path: ["preloadedImagesVerificationAllowlist"],
    message: `expected only with imagePullCredentialsVerificationPolicy: ${policy}`,
  });
}

function systemLogs(settings: KubeletSettings): readonly Finding[] {
  return when(settings.enableSystemLogQuery === true && settings.enableSystemLogHandler === false, {
    path: ["enableSystemLogQuery"],
    message: "expected enableSystemLogHandler to be true as well, found false",
  });
}

function taints({ registerWithTaints }: KubeletSettings): readonly Finding[] {
  const effect = oneOf("NoSchedule", "PreferNoSchedule", "NoExecute");
  return registerWithTaints.flatMap(({ key = "", value = "", ...taint }, index) => {
    const path = ["registerWithTaints", index];
    const repeated = registerWithTaints.slice(0, index)
      .some((each) => each.key === key && each.effect === taint.effect);
    return [
      ...when(key === "", { path, message: "expected a key, found none" }),
      ...key === "" ? [] : wrong(qualifiedName(key), [...path, "key"]),
      ...wrong(labelValue(value), [...path, "value"]),
      ...findingsOf({ path: [...path, "effect"], value: taint.effect ?? "", check: effect }),
      ...when(repeated, { path, message: `expected each key and effect once, found ${key} twice` }),
      ...when(taint.timeAdded !== undefined, {
        path: [...path, "timeAdded"],
        message: "expected no such field: the node sets it",
      }),
    ];
  });
}

function wrong(details: readonly string[], path: Finding["path"]): readonly Finding[] {
  return details.map((message) => ({ path, message }));
}

function vmodule({ logging }: KubeletSettings): readonly Finding[] {
  const path = ["logging", "vmodule"];
  const { vmodule: list = [] } = logging;
  return [
    ...when(list.length > 0 && logging.format !== "text", {
      path,
      message: `expected only with the format "text", found ${JSON.stringify(logging.format)}`,
    }),
    ...items({
      path,
      list,
      check: ({ filePattern = "" }) =>
        /^[^,=]+$/.test(filePattern) ? undefined : 'a filePattern without "," and "="',
    }),
  ];
}
