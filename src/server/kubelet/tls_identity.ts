/** What the server shows of itself and whom it trusts, as of now: both change while it runs. */
import { type Authorities, authoritiesOf } from "../../core/x509/client_chain.ts";
import { Failed, messageOf } from "../../ports/errors.ts";
import type { KeyPair } from "../../ports/certificate_store.ts";

/** The authorities of the client CA file. */
export interface ClientAuthority {
  readonly pem: string;
  readonly authorities: Authorities;
}

export interface TlsIdentity {
  /** Null until there is one. */
  pair(): KeyPair | null;
  /** Whether clients are asked for a certificate: then nothing is served before it is known whose count. */
  readonly asksClients: boolean;
  /** Null until it is known. */
  clientAuthority(): ClientAuthority | null;
  /** Serves with another certificate from now on. */
  serve(pair: KeyPair): void;
  /** Trusts those alone from now on. Throws Failed for a text with no certificate, or one that cannot be read. */
  trust(pem: string): void;
  /** Calls back after each change, until the signal aborts. */
  onChange(changed: () => void, signal: AbortSignal): void;
}

export function createTlsIdentity(
  { asksClients }: Pick<TlsIdentity, "asksClients">,
): TlsIdentity {
  const events = new EventTarget();
  let pair: KeyPair | null = null;
  let authority: ClientAuthority | null = null;
  const tell = (): void => void events.dispatchEvent(new Event("change"));
  return {
    asksClients,
    pair: () => pair,
    clientAuthority: () => authority,
    serve(next) {
      pair = next;
      tell();
    },
    trust(pem) {
      if (authority?.pem === pem) return;
      authority = { pem, authorities: readable(pem) };
      tell();
    },
    onChange: (changed, signal) => events.addEventListener("change", changed, { signal }),
  };
}

function readable(pem: string): Authorities {
  const found = authoritiesOrThrow(pem);
  if (found.length === 0) throw new Failed("the client CA file has no certificate in PEM");
  return found;
}

function authoritiesOrThrow(pem: string): Authorities {
  try {
    return authoritiesOf(pem);
  } catch (error) {
    throw new Failed(
      `the client CA file has a certificate that cannot be read: ${messageOf(error)}`,
    );
  }
}
