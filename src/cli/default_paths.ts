/** Where things lie unless a flag or the configuration says otherwise. */

/** The control socket that `skerry run` listens on and every other command talks to. */
export const DEFAULT_CONTROL_SOCKET = "/run/skerry/skerry.sock";
/** State, volumes and credentials of the agent. */
export const DEFAULT_ROOT_DIR = "/var/lib/skerry";
/** Container logs, one folder a pod, as the kubelet lays them out. */
export const DEFAULT_POD_LOGS_DIR = "/var/log/pods";
/** What `skerry run` reads when no --config is given and the file is there. */
export const DEFAULT_CONFIG_FILE = "/etc/skerry/config.yaml";
/** The environment variable that names another control socket. */
export const SOCKET_VARIABLE = "SKERRY_SOCKET";
