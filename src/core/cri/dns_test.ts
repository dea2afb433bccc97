/** Policies and the pod's own configuration; the node's machine asks 192.0.2.53 and searches example.org. */
import assert from "node:assert/strict";
import { node } from "../../../tests/fakes/node.ts";
import { pod } from "../../../tests/fakes/pods.ts";
import type { PodSpec } from "../k8s.ts";
import type { NodeSettings } from "../node/settings.ts";
import { podDns } from "./dns.ts";
import type { DnsConfig } from "./types.ts";

const host: DnsConfig = {
  servers: ["192.0.2.53"],
  searches: ["example.org"],
  options: ["timeout:1"],
};
const cluster: DnsConfig = {
  servers: ["10.96.0.10"],
  searches: ["default.svc.cluster.local", "svc.cluster.local", "cluster.local", "example.org"],
  options: ["ndots:5"],
};
const missing = {
  reason: "MissingClusterDNS",
  message:
    'pod: "web_default(web-uid)". kubelet does not have ClusterDNS IP configured and cannot ' +
    'create Pod using "ClusterFirst" policy. Falling back to "Default" policy.',
};

interface Case {
  readonly title: string;
  readonly spec?: Partial<PodSpec>;
  readonly node?: Partial<NodeSettings>;
  readonly config: DnsConfig;
  readonly warnings?: readonly unknown[];
}

const cases: readonly Case[] = [
  { title: "ClusterFirst asks the cluster", config: cluster },
  {
    title: "ClusterFirst on the host's network is Default",
    spec: { hostNetwork: true },
    config: host,
  },
  {
    title: "ClusterFirstWithHostNet asks the cluster there too",
    spec: { hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" },
    config: cluster,
  },
  { title: "Default inherits from the machine", spec: { dnsPolicy: "Default" }, config: host },
  {
    title: "without a cluster's DNS ClusterFirst falls back and says so",
    node: { clusterDns: [] },
    config: host,
    warnings: [missing],
  },
  {
    title: "so does ClusterFirstWithHostNet",
    spec: { hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" },
    node: { clusterDns: [] },
    config: host,
    warnings: [missing],
  },
  {
    title: "without a cluster domain only the machine's searches remain",
    node: { clusterDomain: "" },
    config: { ...cluster, searches: ["example.org"] },
  },
  {
    title: "a search domain of the machine that is the cluster's counts once",
    node: { hostDns: { ...host, searches: ["cluster.local", "example.org"] } },
    config: cluster,
  },
  {
    title: "Default with an empty resolvConf looks nothing up",
    spec: { dnsPolicy: "Default" },
    node: { hostDns: null },
    config: { servers: ["127.0.0.1"], searches: ["."], options: [] },
  },
  {
    title: "ClusterFirst with an empty resolvConf searches the cluster only",
    node: { hostDns: null },
    config: { ...cluster, searches: cluster.searches.slice(0, 3) },
  },
  {
    title: "None takes the pod's configuration alone",
    spec: {
      dnsPolicy: "None",
      dnsConfig: { nameservers: ["192.0.2.99"], searches: ["lab"], options: [{ name: "rotate" }] },
    },
    config: { servers: ["192.0.2.99"], searches: ["lab"], options: ["rotate"] },
  },
  {
    title: "the pod's configuration is added, and what is there already counts once",
    spec: {
      dnsPolicy: "Default",
      dnsConfig: { nameservers: ["192.0.2.53", "192.0.2.99"], searches: ["lab", "example.org"] },
    },
    config: {
      servers: ["192.0.2.53", "192.0.2.99"],
      searches: ["example.org", "lab"],
      options: ["timeout:1"],
    },
  },
  {
    title: "the pod's options go over those of the policy",
    spec: {
      dnsConfig: {
        options: [
          { name: "ndots", value: "2" },
          { name: "edns0" },
          { name: "attempts", value: "3" },
          { name: "edns0", value: "" },
        ],
      },
    },
    config: { ...cluster, options: ["ndots:2", "edns0", "attempts:3"] },
  },
  {
    title: "a fourth nameserver is left out",
    spec: {
      dnsPolicy: "Default",
      dnsConfig: { nameservers: ["192.0.2.1", "192.0.2.2", "192.0.2.3"] },
    },
    config: { ...host, servers: ["192.0.2.53", "192.0.2.1", "192.0.2.2"] },
    warnings: [{
      reason: "DNSConfigForming",
      message: "Nameserver limits were exceeded, some nameservers have been omitted, " +
        "the applied nameserver line is: 192.0.2.53 192.0.2.1 192.0.2.2",
    }],
  },
];

for (const { title, spec = {}, node: fields = {}, config, warnings = [] } of cases) {
  Deno.test(title, () => {
    const built = pod("web").spec(spec).build();
    assert.deepEqual(podDns({ pod: built, node: node(fields) }), { config, warnings });
  });
}
