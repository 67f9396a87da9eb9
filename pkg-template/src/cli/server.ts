// What the two servers have in common.

import type { IncomingMessage } from 'node:http';

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
