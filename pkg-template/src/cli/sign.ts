// duo-sign sign: a signed request as a command or as code.

import { type RenderFormat, render, signRequest } from 'duo-sign/diagnose';
import { type Command, EXIT, text, UsageError } from './command.js';
import { CREDENTIALS, credentials } from './credentials.js';
import { describe, REQUEST } from './request.js';

const FORMATS = ['curl', 'http', 'fetch', 'python', 'httpie', 'powershell', 'json'];

export const sign: Command = {
  summary: 'print a signed request, to be sent within minutes',
  usage: 'METHOD PATH [name=value | name:=json …]',
  examples: [
    'sign GET /admin/v1/users limit=10',
    'sign POST /admin/v1/users username=narroway --format python',
  ],
  options: {
    ...REQUEST,
    ...CREDENTIALS,
    format: { type: 'string', value: FORMATS.join('|'), help: 'what to print (default: curl)' },
  },
  async run(given) {
    const format = text(given, 'format') ?? 'curl';
    if (!FORMATS.includes(format)) {
      throw new UsageError(`unknown format ${format}: use one of ${FORMATS.join(', ')}`);
    }
    const { method, path, params, options } = describe(given);
    const { host, ...keys } = await credentials(given);
    const signed = signRequest(method, host, path, params, undefined, keys, options);
    const shown =
      format === 'json' ? JSON.stringify(signed, null, 2) : render(signed, format as RenderFormat);
    process.stdout.write(`${shown}\n`);
    return EXIT.ok;
  },
};
