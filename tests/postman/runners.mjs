// newman, and the newest postman-runtime. Each runs a collection, and gives what was sent and printed.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { tools } from '../../tools/run.mjs';

const require = createRequire(join(tools, 'runtimes', 'node_modules', 'x.js'));
const manifest = new URL('../runtimes/package.json', import.meta.url);
const { devDependencies: versions } = JSON.parse(fs.readFileSync(manifest, 'utf8'));

export const newmanCommand = join(tools, 'runtimes', 'node_modules', 'newman', 'bin', 'newman.js');

export const runners = {
  [`newman ${versions.newman}`]: withNewman,
  [`postman-runtime ${versions['postman-runtime']}`]: withRuntime,
};

function recorder() {
  const record = { results: [], output: [], failures: [], count: 0 };
  const sent = (item, error, response, request) => {
    record.results.push({
      name: item.name,
      error: error?.message,
      status: response?.code,
      text: response?.stream?.toString(),
      request: {
        url: request?.url.toString() ?? '',
        headers: request?.headers.toString() ?? '',
        body: request?.body?.raw ?? '',
      },
    });
  };
  const printed = (messages) => record.output.push(messages.map(String).join(' '));
  return { record, sent, printed };
}

function withNewman({ environment, globals, ...collection }, options) {
  const { record, sent, printed } = recorder();
  const newman = require('newman');
  const scope = (values) => values && { values };
  return new Promise((resolve, reject) => {
    const run = newman.run({
      collection,
      environment: scope(options.environment ?? environment),
      globals: scope(globals),
      sslExtraCaCerts: options.ca,
      reporters: [],
    });
    run.on('console', (_, { messages }) => printed(messages));
    run.on('request', (error, { item, response, request }) => sent(item, error, response, request));
    run.on('done', (error, summary) => {
      if (error) return reject(error);
      record.count = summary.run.stats.items.total;
      for (const { error: failure, source } of summary.run.failures) {
        record.failures.push(`${source?.name}: ${failure.message}`);
        printed([failure.message]);
      }
      resolve(record);
    });
  });
}

function withRuntime({ environment, globals, ...definition }, options) {
  const { record, sent, printed } = recorder();
  const { Runner } = require('postman-runtime');
  const { Collection, VariableScope } = createRequire(require.resolve('postman-runtime'))(
    'postman-collection',
  );
  const scope = (values) => values && new VariableScope({ values });
  const settings = {
    environment: scope(options.environment ?? environment),
    globals: scope(globals),
    fileResolver: fs,
    requester: { extendedRootCA: options.ca },
  };
  return new Promise((resolve, reject) => {
    new Runner().run(new Collection(definition), settings, (error, run) => {
      if (error) return reject(error);
      run.start({
        console: (_cursor, _level, ...messages) => printed(messages),
        item: () => record.count++,
        assertion: (_cursor, assertions) => {
          for (const { name, error: failure } of assertions) {
            if (!failure) continue;
            record.failures.push(`${name}: ${failure.message}`);
            printed([failure.message]);
          }
        },
        exception: (_cursor, failure) => record.failures.push(failure.message),
        request: (error, _cursor, response, request, item) => sent(item, error, response, request),
        done: (error) => (error ? reject(error) : resolve(record)),
      });
    });
  });
}
