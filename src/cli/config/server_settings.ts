/** Turns checked settings into those of the kubelet's HTTPS API. */
import { tlsSettings } from "../../core/node/tls_settings.ts";
import type { AuthSettings, ServerSettings } from "./configuration.ts";
import type { KubeletSettings } from "./kinds.ts";
import { milliseconds } from "./rule.ts";

export function serverSettings(kubelet: KubeletSettings): ServerSettings | null {
  if (!kubelet.enableServer) return null;
  return {
    address: kubelet.address,
    port: kubelet.port,
    readOnlyPort: kubelet.readOnlyPort === 0 ? null : kubelet.readOnlyPort,
    tls: tlsSettings({
      minVersion: kubelet.tlsMinVersion,
      cipherSuites: kubelet.tlsCipherSuites,
    }),
    auth: authSettings(kubelet),
    debuggingHandlers: kubelet.enableDebuggingHandlers,
    systemLogs: kubelet.enableSystemLogHandler,
    profiling: kubelet.enableProfilingHandler,
    debugFlags: kubelet.enableDebugFlagsHandler,
  };
}

function authSettings({ authentication, authorization }: KubeletSettings): AuthSettings {
  const { cacheAuthorizedTTL, cacheUnauthorizedTTL } = authorization.webhook;
  return {
    clientCaFile: authentication.x509.clientCAFile || undefined,
    anonymous: authentication.anonymous.enabled,
    tokenReview: authentication.webhook.enabled
      ? { cacheMs: milliseconds(authentication.webhook.cacheTTL) }
      : null,
    accessReview: authorization.mode === "Webhook"
      ? {
        allowedMs: milliseconds(cacheAuthorizedTTL),
        deniedMs: milliseconds(cacheUnauthorizedTTL),
      }
      : null,
  };
}
