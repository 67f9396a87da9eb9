// Local servers for the client, over real sockets: what they answer once Duo's side takes the request.

import { once } from 'node:events';
import http from 'node:http';
import { after, before } from 'node:test';
import { DuoClient } from 'duo-sign/client';
import { startEndpoint } from './oracle.mjs';
import { closeConnections, send } from './send.mjs';

export const ikey = 'DIWJ8X6AEYOR5OMC6TQ1';
export const skey = 'Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep';

/** Duo's side, once the tests run. */
export let endpoint;
before(async () => {
  endpoint = await startEndpoint({ [ikey]: skey });
});
after(async () => {
  closeConnections();
  await endpoint.stop();
});

/** The clock, also where a test sets the client's wrong. */
const { now } = Date;

/** The headers that have to do with the signature. */
const SIGNED = ['authorization', 'content-type', 'date', 'host'];

export const ok = (response, metadata) => ({ body: { stat: 'OK', response, metadata } });
export const fail = (status, code = status * 100 + 1, more = {}) => ({
  status,
  body: { stat: 'FAIL', code, message: `message ${code}`, ...more },
});

/**
 * A server that gives one answer of `answers` after the other (or what the function makes of a request),
 * once the endpoint has found the request rightly signed. `null` breaks the connection, `undefined`
 * never answers. Keeps the requests.
 */
export async function duo(t, answers) {
  const requests = [];
  const answerTo = (request) => {
    if (typeof answers === 'function') return answers(request);
    return answers.length > 0 ? answers.shift() : fail(400, 40000);
  };
  const server = http.createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method, url, headers } = request;
    requests.push({ method, url: new URL(url, 'http://duo'), headers, body });
    const signed = Object.fromEntries(
      Object.entries(headers).filter(([name]) => SIGNED.includes(name)),
    );
    const received = { method, url: `https://duo${url}`, headers: signed, body: body || null };
    const verified = await send(endpoint, received);
    const answer = answerTo(requests.at(-1));
    if (answer === undefined) return;
    if (answer === null) return request.socket.destroy();
    const {
      status = 200,
      headers: more,
      body: content,
      type = 'application/json',
    } = verified.status === 200 ? answer : { status: verified.status, body: verified };
    const date = new Date(now()).toUTCString();
    response.writeHead(status, { Date: date, 'Content-Type': type, ...more });
    response.end(Buffer.isBuffer(content) ? content : JSON.stringify(content));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `127.0.0.1:${server.address().port}`;
  const fetchPlain = (url, init) => fetch(url.replace(/^https:/, 'http:'), init);
  const client = (options) => new DuoClient({ ikey, skey, host, fetch: fetchPlain, ...options });
  return { requests, client, host };
}

/** A clock in which waiting takes no time. For clients without a timeout. Gives the waits, in s. */
export function fakeClock(t, jitter = 0) {
  const waits = [];
  const real = { setTimeout: globalThis.setTimeout, now: Date.now, random: Math.random };
  let ahead = 0;
  Date.now = () => real.now() + ahead;
  Math.random = () => jitter;
  globalThis.setTimeout = (run, milliseconds, ...args) => {
    if (!new Error().stack.includes('client.js'))
      return real.setTimeout(run, milliseconds, ...args);
    waits.push(milliseconds / 1000);
    ahead += milliseconds;
    return setImmediate(run);
  };
  t.after(() => {
    globalThis.setTimeout = real.setTimeout;
    Date.now = real.now;
    Math.random = real.random;
  });
  return waits;
}
