/** The service account tokens that a volume shows. */
import type { Volume } from "../k8s.ts";

type Source = NonNullable<NonNullable<Volume["projected"]>["sources"]>[number];

/** @see https://kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken */
export type TokenProjection = NonNullable<Source["serviceAccountToken"]>;

/** What the API server is asked for. */
export interface TokenWish {
  /** "" for the API server itself. */
  readonly audience: string;
  readonly expirationSeconds: number;
}

/** Kubernetes' default. */
const defaultSeconds = 3_600;

/** All tokens of a volume, each once. */
export function tokenWishes({ projected }: Pick<Volume, "projected">): readonly TokenWish[] {
  const wishes = (projected?.sources ?? []).flatMap(({ serviceAccountToken: token }) =>
    token === undefined ? [] : [[tokenKey(token), wishOf(token)] as const]
  );
  return [...new Map(wishes).values()];
}

/** Tells one of a pod's tokens from another. */
export function tokenKey(wish: TokenWish | TokenProjection): string {
  const { audience, expirationSeconds } = wishOf(wish);
  return `${expirationSeconds} ${audience}`;
}

function wishOf(
  { audience = "", expirationSeconds = defaultSeconds }: TokenWish | TokenProjection,
): TokenWish {
  return { audience, expirationSeconds };
}
