// A fresh clone to a signed request that is accepted, and one that is refused.

import { startEndpoint } from '../tests/js/oracle.mjs';
import { build } from './build.mjs';
import { run, say, whenCalled } from './run.mjs';
import { setup } from './setup.mjs';

// The keys that Duo's documentation prints.
const ikey = 'DIWJ8X6AEYOR5OMC6TQ1';
const skey = 'Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep';

await whenCalled(import.meta.url, async () => {
  await setup();
  await build();
  say("Starting a local endpoint that verifies as Duo does, with Duo's own Python client");
  const endpoint = await startEndpoint({ [ikey]: skey });
  try {
    // Node.js reads additional certificate authorities when it starts.
    await run(process.execPath, ['tools/demo-client.mjs'], {
      env: {
        DUO_IKEY: ikey,
        DUO_SKEY: skey,
        DUO_HOST: `127.0.0.1:${endpoint.https}`,
        NODE_EXTRA_CA_CERTS: endpoint.ca,
      },
    });
  } finally {
    await endpoint.stop();
  }
});
