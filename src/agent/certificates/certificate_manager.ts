/**
 * Keeps one certificate of the node current: asks for it where there is none, and anew before it expires or when it is to say
 * something else. What there is survives every failure: it stays in use until there is a new one.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/kubelet-tls-bootstrapping/
 */
import { canonicalJson } from "../../core/canonical_json.ts";
import { minute, rfc3339, second } from "../../core/instant.ts";
import { type Purpose, waitingText } from "../../core/kube/certificate_request.ts";
import type { AgentMetrics } from "../../core/metrics/agent_metrics.ts";
import { retryDelayMs } from "../../core/kube/retry_delay.ts";
import type { CertificateTemplate } from "../../core/x509/certificate_request.ts";
import type { CertificateView } from "../../core/x509/certificate_view.ts";
import { missingFrom } from "../../core/x509/rotation.ts";
import { createBell } from "../../ports/bell.ts";
import type { RequestProgress } from "../../ports/certificate_signer.ts";
import type { KeyPair, RequestStore } from "../../ports/certificate_store.ts";
import type { Clock } from "../../ports/clock.ts";
import { messageOf, PortError, Unavailable } from "../../ports/errors.ts";
import type { Log, LogFields } from "../../ports/log.ts";
import type { Random } from "../../ports/random.ts";
import {
  dueInMs,
  type HeldCertificate,
  heldFromBefore,
  heldSinceNow,
  lifeMs,
} from "./held_certificate.ts";
import { obtainCertificate, type Requester } from "./obtain_certificate.ts";

export interface CertificateManagerOptions {
  readonly name: CertificateView["name"];
  readonly purpose: Purpose;
  /** What is to be asked for now; null: nothing can be. */
  readonly template: () => CertificateTemplate | null;
  /** Whom to ask now, best first. Throws where there is nobody, saying what a person can do. */
  readonly requesters: (current: HeldCertificate | null) => Promise<readonly Requester[]>;
  /** False: one that is there is used until it expires. */
  readonly rotate: boolean;
  /** Whether one of this life, in milliseconds, is to be replaced early: the API server is out of reach for long. */
  readonly isLinkRare: (lifeMs: number) => boolean;
  readonly store: RequestStore;
  /** The pair to begin with. */
  readonly initial: KeyPair | null;
  /** Puts a pair that was saved to use, and the initial one at start; tried again until it succeeds. */
  readonly install: (pair: KeyPair) => Promise<void>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Pick<AgentMetrics, "certificates">;
}

export interface CertificateManager {
  current(): KeyPair | null;
  view(): CertificateView;
  /** Says that `template` may give something else from now on. */
  templateChanged(): void;
  /** Works until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** The longest sleep: a wall clock that is set shows at its end. */
const lookMs = minute;

/** After a refusal by a person or a signer, doubling: asking at once would only be a nuisance. */
const firstRefusalMs = minute;
const longestRefusalMs = 60 * minute;

/** Throws Failed for an initial pair that cannot be read. */
export function createCertificateManager(options: CertificateManagerOptions): CertificateManager {
  const { name, purpose, store, initial, clock, random, metrics } = options;
  const log = options.log.with({ certificate: name });
  const bell = createBell(clock);
  let held = initial === null ? null : heldFromBefore(initial, options);
  let installed = held === null;
  let asked: { readonly template: string; readonly abandon: AbortController } | undefined;
  let failures = 0;
  let refusals = 0;
  let problem = "";
  let refusal = "";

  /** Logs a problem once, for as long as it is the same. */
  function tell(text: string, write: (fields: LogFields) => void): void {
    if (text !== problem) write({ problem: text });
    problem = text;
  }

  /** Milliseconds until something is to be done; 0: now. */
  function idleMs(): number {
    if (!installed) return 0;
    const template = options.template();
    if (template === null) return lookMs;
    if (held === null) return 0;
    const lacks = missingFrom(held.certificate, template).length > 0;
    if (lacks && asked?.template !== canonicalJson(template)) return 0;
    const isLinkRare = options.isLinkRare(lifeMs(held));
    const due = dueInMs(held, { clock, isLinkRare });
    const left = options.rotate ? 0 : held.certificate.notAfter - clock.now();
    return Math.min(Math.max(due, left, 0), lookMs);
  }

  async function install(): Promise<void> {
    if (held === null) return;
    await options.install(held.pair);
    installed = true;
    failures = 0;
  }

  /** Gives how long to wait after it. */
  async function renew(signal: AbortSignal): Promise<number> {
    const template = options.template();
    if (template === null) return lookMs;
    const abandon = new AbortController();
    asked = { template: canonicalJson(template), abandon };
    const either = AbortSignal.any([signal, abandon.signal]);
    const requesters = await options.requesters(held);
    const order = { template, purpose, requesters };
    const obtained = await obtainCertificate(order, { store, progress, passedOver }, either);
    if (obtained.kind !== "Issued") metrics.certificates.renewErrors[name].inc({});
    if (obtained.kind === "Unanswered") return pauseMs();
    failures = 0;
    if (obtained.kind === "Refused") {
      const again = "it will be asked for again, with another key";
      tell(`${obtained.why}; ${again}`, (fields) => log.error("Certificate was refused", fields));
      return Math.min(firstRefusalMs * 2 ** refusals++, longestRefusalMs);
    }
    await store.save(obtained.pair);
    accept(obtained.pair);
    return 0;
  }

  function accept(pair: KeyPair): void {
    if (name === "serving" && held !== null) {
      const age = (clock.now() - held.certificate.notBefore) / second;
      metrics.certificates.servingAge.observe({}, age);
    }
    held = heldSinceNow(pair, options);
    installed = false;
    refusals = 0;
    problem = "";
    refusal = "";
    const { notAfter } = held.certificate;
    log.info("Certificate received", { expires: rfc3339(notAfter) });
    if (clock.now() > notAfter) {
      log.warn("Certificate has expired by this machine's clock, which must be wrong");
    }
  }

  function progress(step: RequestProgress): void {
    const waiting = waitingText(step.name, step.approved ? "Approved" : "Pending");
    const text = step.problem === "" ? waiting : `${waiting}; ${step.problem}`;
    tell(text, (fields) => log.info("Waiting for a certificate", fields));
  }

  function passedOver(text: string): void {
    if (text !== refusal) log.warn("Credential cannot be used to ask", { problem: text });
    refusal = text;
  }

  /** Gives how long to wait after it. */
  async function work(signal: AbortSignal): Promise<number> {
    try {
      if (!installed) await install();
      else return await renew(signal);
      return 0;
    } catch (error) {
      if (signal.aborted || asked?.abandon.signal.aborted) return 0;
      if (!(error instanceof PortError)) throw error;
      metrics.certificates.renewErrors[name].inc({});
      tell(messageOf(error), (fields) => log.warn("Could not get a certificate", fields));
      return pauseMs(error);
    }
  }

  function pauseMs(error?: PortError): number {
    const retryAfterMs = error instanceof Unavailable ? error.retryAfterMs : undefined;
    return retryDelayMs({ failures: ++failures, fraction: random.fraction(), retryAfterMs });
  }

  async function run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const idle = idleMs();
      if (idle > 0) problem = "";
      const pause = idle > 0 ? idle : await work(signal);
      if (pause > 0) await bell.wait(pause, signal);
    }
  }

  function templateChanged(): void {
    const template = options.template();
    if (template !== null && asked?.template === canonicalJson(template)) return;
    asked?.abandon.abort();
    bell.ring();
  }

  return {
    current: () => held?.pair ?? null,
    view: () => ({ name, expiresAt: held?.certificate.notAfter ?? null, problem }),
    templateChanged,
    run,
  };
}
