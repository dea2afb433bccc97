/** Streams into containers over the control socket: who is root on the machine needs no leave, but it is recorded. */
import type { User } from "../auth/user.ts";
import type { StreamProxy } from "../kubelet/stream_proxy.ts";
import type { SecurityLog } from "../security_log.ts";
import { recordOf } from "../security_record.ts";

/** The socket is its owner's alone, and the agent runs as root. */
const root: User = { name: "root", uid: "0", groups: [], extra: {} };

export function recordedStreams(
  streams: Pick<StreamProxy, "upgrade">,
  securityLog: Pick<SecurityLog, "allowed">,
): Pick<StreamProxy, "upgrade"> {
  return {
    upgrade(upgrade) {
      const { message: { method = "" }, path, query } = upgrade;
      const request = { method, path, query: `${query}`, remoteAddress: "control socket" };
      securityLog.allowed(recordOf({ request, user: root }, { status: 200, reason: "" }));
      return streams.upgrade(upgrade);
    },
  };
}
