// Every example of docs/client.md, run as it stands against the endpoint over TLS.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startEndpoint } from './oracle.mjs';

const ikey = 'DIWJ8X6AEYOR5OMC6TQ1';
const skey = 'Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep';
const text = readFileSync(new URL('../../docs/client.md', import.meta.url), 'utf8');
const folder = fileURLToPath(new URL('../../target/docs/', import.meta.url));

/** What runs, by the nearest heading or the line before. */
const [prelude, ...blocks] = [...text.matchAll(/([^\n]*)\n\n```js\n(.*?)```/gs)].map(
  ([, name, code]) => ({ name, code }),
);

let endpoint;
let proxy;
const tunnels = [];
before(async () => {
  endpoint = await startEndpoint({ [ikey]: skey });
  proxy = http.createServer().on('connect', ({ url }, client) => {
    tunnels.push(url);
    const [host, port] = url.split(':');
    const server = net.connect(port, host, () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
    for (const [one, other] of [
      [client, server],
      [server, client],
    ]) {
      one.pipe(other);
      one.on('error', () => other.destroy());
    }
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  mkdirSync(folder, { recursive: true });
});
after(async () => {
  proxy.close();
  await endpoint.stop();
});

assert.equal(blocks.length, 12);
for (const [i, { name, code }] of blocks.entries()) {
  test(name, async () => {
    const file = `${folder}${i}.mjs`;
    writeFileSync(file, `${prelude.code}\n${code}`);
    const env = {
      ...process.env,
      DUO_IKEY: ikey,
      DUO_SKEY: skey,
      DUO_HOST: `127.0.0.1:${endpoint.https}`,
      DUO_CA_FILE: endpoint.ca,
      NODE_EXTRA_CA_CERTS: endpoint.ca,
    };
    if (code.includes('EnvHttpProxyAgent')) {
      env.HTTPS_PROXY = `http://127.0.0.1:${proxy.address().port}`;
    }
    if (code.includes('DUO_CA_FILE')) delete env.NODE_EXTRA_CA_CERTS;
    const { stdout } = await promisify(execFile)(process.execPath, [file], {
      env,
      timeout: 30_000,
    });
    const wanted = (code.match(/console\.log/g) ?? []).length;
    const lines = stdout.match(/signature_version: 5|true|narroway|0000-txid|^1$/gm) ?? [];
    assert.ok(lines.length >= wanted, stdout);
    assert.equal(tunnels.length, code.includes('EnvHttpProxyAgent') ? 1 : 0);
    tunnels.length = 0;
  });
}
