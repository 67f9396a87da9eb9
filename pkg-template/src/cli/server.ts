// What the two servers have in common.

import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EXIT, UsageError } from './command.js';

/** In bytes; Duo's own limit is not known. */
const MOST_BYTES = 10_000_000;

/** The body; `undefined` for one that is too large. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    if (length <= MOST_BYTES) chunks.push(chunk as Buffer);
  }
  return length <= MOST_BYTES ? Buffer.concat(chunks) : undefined;
}

/** Whether a Host header names this machine: a page elsewhere cannot send such a one (DNS rebinding). */
export function isOfThisMachine(host: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(host.replace(/:\d+$/, '').toLowerCase());
}

/** Where a server listens: on any free port without one. */
interface Where {
  readonly port?: number | undefined;
  readonly address?: string;
  readonly scheme?: string;
}

/**
 * Says where a server listens, and gives the exit code when it is ended, by a signal or by `end`.
 */
export function listen(
  server: Server,
  { port = 0, address = '127.0.0.1', scheme = 'http' }: Where,
  onStart: (end: (code: number) => void) => void = () => {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const end = (code: number) => {
      server.close();
      server.closeAllConnections();
      resolve(code);
    };
    server.once('error', ({ code }: NodeJS.ErrnoException) =>
      reject(new UsageError(`the port cannot be used (${code}): give another --port`)),
    );
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end(EXIT.ok));
    onStart(end);
    server.listen(port, address, () => {
      const { port } = server.address() as AddressInfo;
      process.stdout.write(`listening on ${scheme}://${address}:${port}\n`);
    });
  });
}
