/** A port on loopback that leads to another one, over connections that a test can break. */

export interface TcpRelay extends AsyncDisposable {
  readonly port: number;
  /** Breaks what is connected now; nobody is told why. */
  cut(): void;
}

export function tcpRelay(target: number): TcpRelay {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const conns = new Set<Deno.Conn>();
  const running = new Set<Promise<void>>();

  async function carry(from: Deno.Conn): Promise<void> {
    conns.add(from);
    const to = await Deno.connect({ hostname: "127.0.0.1", port: target }).catch(() => null);
    if (to === null) return close(from);
    conns.add(to);
    await Promise.allSettled([pump(from, to), pump(to, from)]);
  }

  async function pump(from: Deno.Conn, to: Deno.Conn): Promise<void> {
    try {
      await from.readable.pipeTo(to.writable);
    } finally {
      close(from);
      close(to);
    }
  }

  function close(conn: Deno.Conn): void {
    conns.delete(conn);
    try {
      conn.close();
    } catch {
      // The other direction has closed it.
    }
  }

  async function accept(): Promise<void> {
    for await (const conn of listener) {
      const carried = carry(conn);
      running.add(carried);
      void carried.finally(() => running.delete(carried));
    }
  }

  const accepting = accept();
  const cut = (): void => {
    for (const conn of [...conns]) close(conn);
  };
  return {
    port: listener.addr.port,
    cut,
    async [Symbol.asyncDispose]() {
      listener.close();
      cut();
      await accepting;
      await Promise.all(running);
    },
  };
}
