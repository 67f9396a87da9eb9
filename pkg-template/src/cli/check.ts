// duo-sign check: are these keys good, for which API, and is the clock right?

import { DuoApiError, DuoClient } from 'duo-sign/client';
import { type Command, EXIT, paint } from './command.js';
import { CREDENTIALS, credentials } from './credentials.js';
import { agentFor, fetchBy, NETWORK } from './network.js';

/** A call of each API that changes nothing. */
const APIS = [
  ['Auth API', 'GET', '/auth/v2/check'],
  ['Admin API', 'GET', '/admin/v1/info/summary'],
  ['Accounts API', 'POST', '/accounts/v1/account/list'],
] as const;

/** What to do about Duo's codes. */
const ADVICE: Readonly<Record<number, string>> = {
  40102: 'the integration key is not one of this API, or not of this API hostname',
  40103: 'the secret key does not belong to the integration key: copy it again',
  40105: 'the clock is off: set it by NTP',
  40301:
    'the keys are right; the application lacks this permission: grant it in the Duo Admin Panel',
};

export const check: Command = {
  summary: 'say whether the keys are good, for which API, and whether the clock is right',
  usage: '',
  examples: ['check', 'check --env-file .env'],
  options: {
    ...CREDENTIALS,
    ...NETWORK,
    json: { type: 'boolean', help: 'print the result as JSON' },
  },
  async run(given) {
    const application = await credentials(given);
    const remarks: string[] = [];
    if (!/^DI[A-Z0-9]{18}$/.test(application.ikey)) {
      remarks.push('the integration key is not 20 characters that start with DI');
    }
    if (application.skey.length !== 40) remarks.push('the secret key is not 40 characters long');
    if (!/^api-\w+\.duo(security|federal)\.com$/.test(application.host)) {
      remarks.push('the API hostname is not like api-xxxxxxxx.duosecurity.com');
    }
    const send = fetchBy(agentFor(`https://${application.host}`, given));
    let offset: number | undefined;
    const client = new DuoClient({
      ...application,
      maxRetries: 1,
      async fetch(url, init) {
        const answer = await send(url, init);
        const date = Date.parse(answer.headers.get('Date') ?? '');
        if (!Number.isNaN(date)) offset = Math.round((Date.now() - date) / 1000);
        return answer;
      },
    });
    const results: { api: string; works: boolean; code?: number | undefined; reason?: string }[] =
      [];
    for (const [api, method, path] of APIS) {
      try {
        await client.request(method, path);
        results.push({ api, works: true });
      } catch (error) {
        if (!(error instanceof DuoApiError)) throw error;
        const reason = ADVICE[error.code ?? 0] ?? error.message;
        results.push({ api, works: false, code: error.code, reason });
      }
    }
    client.dispose();
    const isGood = results.some(({ works, code }) => works || code === 40301);
    if (given.values.json === true) {
      process.stdout.write(
        `${JSON.stringify({ good: isGood, offset, remarks, apis: results }, null, 2)}\n`,
      );
      return isGood ? EXIT.ok : EXIT.refused;
    }
    for (const { api, works, code, reason } of results) {
      const mark = works ? paint('green', 'yes') : paint('red', 'no ');
      process.stdout.write(`${mark}  ${api}${works ? '' : `: ${code ?? ''} ${reason}`}\n`);
    }
    if (offset !== undefined) {
      const isRight = Math.abs(offset) < 60;
      const way = offset < 0 ? 'behind' : 'ahead of';
      const words = isRight
        ? 'the clock is right'
        : `the clock is ${Math.abs(offset)} s ${way} Duo's`;
      process.stdout.write(`${words}\n`);
    }
    for (const remark of remarks) process.stdout.write(`note: ${remark}\n`);
    return isGood ? EXIT.ok : EXIT.refused;
  },
};
