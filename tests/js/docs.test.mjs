// Every example of docs/client.md, run as it stands against the endpoint over TLS.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startEndpoint } from './oracle.mjs';
import { startTunnel } from './tunnel.mjs';

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
before(async () => {
  endpoint = await startEndpoint({ [ikey]: skey });
  proxy = await startTunnel();
  mkdirSync(folder, { recursive: true });
});
after(async () => {
  proxy.stop();
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
      env.HTTPS_PROXY = proxy.url;
    }
    if (code.includes('DUO_CA_FILE')) delete env.NODE_EXTRA_CA_CERTS;
    const { stdout } = await promisify(execFile)(process.execPath, [file], {
      env,
      timeout: 30_000,
    });
    const wanted = (code.match(/console\.log/g) ?? []).length;
    const lines = stdout.match(/signature_version: 5|true|narroway|0000-txid|^1$/gm) ?? [];
    assert.ok(lines.length >= wanted, stdout);
    assert.equal(proxy.tunnels.length, code.includes('EnvHttpProxyAgent') ? 1 : 0);
    proxy.tunnels.length = 0;
  });
}
