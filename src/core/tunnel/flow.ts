/**
 * Back-pressure of one connection through the tunnel. The module has one flag for both directions: it forgets that it was paused when
 * it resumes the other side, and that it has paused the other side when it is resumed; and who waits there for the flag is woken by what
 * comes, not by what it says itself. This end reckons with that, for a connection that is busy both ways would stand still for good, or
 * would not stop.
 * @see https://github.com/rancher/remotedialer/blob/main/back_pressure.go
 */

/** Plain data; a connection begins with `freeFlow`. */
export interface Flow {
  /** Cost of the bytes from the server that the kubelet has not taken. */
  readonly unread: number;
  /** The server was told to pause, and not yet to resume. */
  readonly isServerPaused: boolean;
  /** The server told us to pause. */
  readonly isPaused: boolean;
  /** One more piece may go although we are paused: with it the server is made to say when it has room. */
  readonly mayProbe: boolean;
}

/** The flow after something has happened, and what the server is to be told. */
export interface FlowStep {
  readonly flow: Flow;
  readonly tell: "Pause" | "Resume" | null;
}

export const freeFlow: Flow = {
  unread: 0,
  isServerPaused: false,
  isPaused: false,
  mayProbe: false,
};

/** What a piece of bytes takes in memory, so that many small ones count for what they are. */
export function costOf({ length }: Uint8Array): number {
  return length + 64;
}

/** More unread bytes than these pause the server, fewer than those resume it. */
export const pauseAbove = 256 * 1024;
export const resumeBelow = 64 * 1024;

/**
 * What may lie unread of one connection: what was on its way when the server was paused. A connection that is busy both ways may come
 * so far, for each of its answers that is read there lets the module write until it is paused again.
 */
export const mostUnread = 4 * 1024 * 1024;

/** The same of all connections of one tunnel together. */
export const mostUnreadOfAll = 64 * 1024 * 1024;

/** Whether nothing more may come until some was taken. */
export function isOverfull({ unread }: Flow, unreadOfAll: number): boolean {
  return unread > mostUnread || (unreadOfAll > mostUnreadOfAll && unread > pauseAbove);
}

export function received(flow: Flow, cost: number): FlowStep {
  const unread = flow.unread + cost;
  const pauses = unread > pauseAbove && !flow.isServerPaused;
  return {
    flow: { ...flow, unread, isServerPaused: flow.isServerPaused || pauses },
    tell: pauses ? "Pause" : null,
  };
}

export function consumed(flow: Flow, cost: number): FlowStep {
  const unread = flow.unread - cost;
  if (!flow.isServerPaused || unread >= resumeBelow) {
    return { flow: { ...flow, unread }, tell: null };
  }
  return { flow: { ...freeFlow, unread }, tell: "Resume" };
}

/** The pause may have crossed a resume of ours, and be forgotten already. */
export function paused(flow: Flow): FlowStep {
  return { flow: { ...flow, isPaused: true, mayProbe: true }, tell: null };
}

/**
 * With this the server has forgotten that it was paused; or it has not yet heard of it, and hears it twice. Its own writing, which
 * waited with ours, wakes up at an answer alone.
 */
export function resumed(flow: Flow): FlowStep {
  return {
    flow: { ...flow, isPaused: false, mayProbe: false },
    tell: flow.isServerPaused ? "Pause" : "Resume",
  };
}

export function maySend({ isPaused, mayProbe }: Flow): boolean {
  return !isPaused || mayProbe;
}

/**
 * A piece is about to go; what is to be told goes before it. Whether the server has forgotten its pause cannot be seen, but it resumes
 * us when it has read a piece that came after a pause of ours.
 */
export function sending(flow: Flow): FlowStep {
  if (!flow.isPaused) return { flow, tell: null };
  return { flow: { ...flow, mayProbe: false }, tell: "Pause" };
}
