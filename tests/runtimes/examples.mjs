// Each of examples/, run as its platform runs it, makes a call that the endpoint accepts.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../../tools/run.mjs';
import { start } from './browsers.mjs';
import { bundle, environment, last, next, worker } from './runtimes.mjs';

/** What the endpoint says to a request that is rightly signed. */
const accepted = { signature_version: 5, digest: 'sha512' };

export const examples = {
  'examples/aws-lambda': async (context) => {
    const { folder } = context;
    const source = join('examples', 'aws-lambda', 'handler.ts');
    await bundle(folder, source, { platform: 'node', format: 'cjs', outfile: 'lambda/index.js' });
    const event = {
      version: '2.0',
      routeKey: 'POST /preauth',
      rawPath: '/preauth',
      rawQueryString: '',
      headers: { 'content-type': 'application/json' },
      requestContext: { http: { method: 'POST', path: '/preauth', protocol: 'HTTP/1.1' } },
      body: Buffer.from('{"username":"Zoë"}').toString('base64'),
      isBase64Encoded: true,
    };
    const invoke = `require('./lambda/index.js').handler(${JSON.stringify(event)})
      .then((answer) => console.log(JSON.stringify(answer)))`;
    const answer = await last(folder, [process.execPath, '-e', invoke], environment(context));
    assert.equal(answer.statusCode, 200, answer.body);
    assert.deepEqual(JSON.parse(answer.body), accepted);
  },
  'examples/cloudflare-worker': async (context) => {
    const { NODE_EXTRA_CA_CERTS, ...bindings } = environment(context);
    const source = join(context.folder, 'examples', 'cloudflare-worker', 'worker.mjs');
    const url = 'http://worker/users/Zo%C3%AB';
    const env = { NODE_EXTRA_CA_CERTS };
    const answer = await worker(context.folder, source, { bindings, url, env });
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(JSON.parse(answer.text), accepted);
  },
  'examples/vercel': async (context) => {
    const { get } = await next(context);
    const answer = await get('/api/preauth', { method: 'POST', body: '{"username":"Zoë"}' });
    assert.deepEqual(answer, accepted);
  },
  'examples/node-http': async (context) => {
    const { child, stop } = start(process.execPath, ['examples/node-http/server.mjs'], {
      cwd: context.folder,
      env: { ...process.env, ...environment(context), PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line] = await once(createInterface({ input: child.stdout }), 'line');
      const response = await fetch(`http://127.0.0.1:${line.match(/\d+$/)[0]}/`);
      assert.equal(response.status, 200);
      assert.deepEqual(await response.json(), accepted);
    } finally {
      await stop();
    }
  },
  'examples/rust-ureq': async (context) => {
    const { NODE_EXTRA_CA_CERTS: SSL_CERT_FILE, ...env } = environment(context);
    const built = join(root, 'target', 'ureq');
    // From the crate beside it, which the folder of the package has not.
    const cargo = ['cargo', 'run', '--quiet', '--target-dir', built, '--', 'Zoë'];
    const folder = join(root, 'examples', 'rust-ureq');
    const { stat, response } = await last(folder, cargo, { ...env, SSL_CERT_FILE });
    assert.equal(stat, 'OK');
    assert.deepEqual(response, accepted);
  },
};
