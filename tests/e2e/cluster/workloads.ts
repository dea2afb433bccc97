/** The objects of a small web application, as its makers would write them. */
import { IMAGES } from "../../lab/images.ts";
import { FOREVER } from "../manifest.ts";

/** Serves on port 8080 what environment, ConfigMap and Secret say, and ends at once when it is told to. */
const SERVE = `
mkdir -p /tmp/www
echo "$GREETING, $NAME, $PASSWORD" > /tmp/www/env
ln -s /etc/settings /etc/keys /tmp/www/
httpd -p 8080 -h /tmp/www
${FOREVER}`;

/** Asks the API server as the pod's service account, by what every pod is given for it. */
const ASK = `kubectl get configmap settings -o 'jsonpath={.data.greeting}'; echo; ${FOREVER}`;

export const SETTINGS = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "settings" },
  data: { greeting: "hello", "app.conf": "color = blue\n" },
};

export const KEYS = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "keys" },
  stringData: { PASSWORD: "sesame" },
};

const RBAC = "rbac.authorization.k8s.io";

/** The account `web`, which may read ConfigMaps and nothing else. */
export const ACCOUNT = [
  { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "web" } },
  {
    apiVersion: `${RBAC}/v1`,
    kind: "Role",
    metadata: { name: "web" },
    rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }],
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: "RoleBinding",
    metadata: { name: "web" },
    roleRef: { apiGroup: RBAC, kind: "Role", name: "web" },
    subjects: [{ kind: "ServiceAccount", name: "web", namespace: "default" }],
  },
];

/** Two replicas with a server and a client of the API; `kubectl` is the path of that program on the node. */
export function webDeployment(
  { version, kubectl }: { readonly version: string; readonly kubectl: string },
): unknown {
  const labels = { app: "web" };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web" },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: { version } },
        spec: {
          serviceAccountName: "web",
          terminationGracePeriodSeconds: 5,
          containers: [server(version), {
            name: "client",
            image: IMAGES.busybox,
            command: ["sh", "-c", ASK],
            volumeMounts: [{ name: "kubectl", mountPath: "/bin/kubectl" }],
          }],
          volumes: [
            { name: "settings", configMap: { name: "settings" } },
            { name: "keys", secret: { secretName: "keys", defaultMode: 0o400 } },
            { name: "kubectl", hostPath: { path: kubectl, type: "File" } },
          ],
        },
      },
    },
  };
}

function server(version: string): unknown {
  const ask = (path: string) => ({ httpGet: { path, port: "http" }, periodSeconds: 1 });
  return {
    name: "server",
    image: IMAGES.busybox,
    command: ["sh", "-c", SERVE],
    ports: [{ name: "http", containerPort: 8080 }],
    env: [
      { name: "NAME", value: version },
      { name: "GREETING", valueFrom: { configMapKeyRef: { name: "settings", key: "greeting" } } },
    ],
    envFrom: [{ secretRef: { name: "keys" } }],
    resources: { requests: { cpu: "10m", memory: "8Mi" }, limits: { memory: "64Mi" } },
    startupProbe: { ...ask("/env"), failureThreshold: 30 },
    readinessProbe: ask("/settings/app.conf"),
    livenessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 2 },
    volumeMounts: [
      { name: "settings", mountPath: "/etc/settings" },
      { name: "keys", mountPath: "/etc/keys" },
    ],
  };
}

/** Its first two pods fail, the third one completes; what was tried is counted in `folder` on the node. */
export function stubbornJob(folder: string): unknown {
  const script = "echo x >> /state/tries; [ $(wc -l < /state/tries) -ge 3 ]";
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "stubborn" },
    spec: {
      backoffLimit: 4,
      template: {
        metadata: { labels: { app: "stubborn" } },
        spec: {
          restartPolicy: "Never",
          containers: [{
            name: "main",
            image: IMAGES.busybox,
            command: ["sh", "-c", script],
            volumeMounts: [{ name: "state", mountPath: "/state" }],
          }],
          volumes: [{ name: "state", hostPath: { path: folder, type: "DirectoryOrCreate" } }],
        },
      },
    },
  };
}

/** One pod on every node. */
export function nodeDaemonSet(version: string): unknown {
  const labels = { app: "daemon" };
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "daemon" },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 5,
          containers: [{
            name: "main",
            image: IMAGES.busybox,
            command: ["sh", "-c", `echo ${version} on $NODE; ${FOREVER}`],
            env: [{ name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
          }],
        },
      },
    },
  };
}
