/** What the relay of status needs of the world. */
import type { Broker } from "./broker.ts";
import type { KeyPair } from "./certificate_store.ts";

export interface RelayPorts {
  /** Its program is loaded with the first call: who does not relay does not pay for it. */
  broker(): Promise<Broker>;
  /**
   * The certificate that the node shows the API server, with its key: messages are signed with it. Asked for often, and another one
   * when it was rotated. Throws Unavailable or Invalid where there is none.
   */
  identity(): Promise<KeyPair>;
  /** The authorities, in PEM, that vouch for bridges. Throws as `identity`. */
  bridgeAuthorities(): Promise<string>;
}
