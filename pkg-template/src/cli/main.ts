// The command line: which command, its help, and what becomes of errors.

import { DuoApiError, DuoSignError } from 'duo-sign/client';
import { call } from './call.js';
import { check } from './check.js';
import {
  type Command,
  EXIT,
  HELP,
  nearest,
  type Options,
  paint,
  read,
  UsageError,
} from './command.js';
import { diagnose } from './diagnose.js';
import { proxy } from './proxy.js';
import { serve } from './serve.js';
import { sign } from './sign.js';

const COMMANDS: Readonly<Record<string, Command>> = { sign, call, check, diagnose, serve, proxy };

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(overview());
    return name === undefined ? EXIT.usage : EXIT.ok;
  }
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${VERSION}\n`);
    return EXIT.ok;
  }
  const command = COMMANDS[name];
  if (!command) {
    const near = nearest(name, Object.keys(COMMANDS));
    throw new UsageError(
      `unknown command ${name}${near ? `: did you mean ${near}?` : ': see --help'}`,
    );
  }
  refuseSecrets(args);
  const options = { ...command.options, ...HELP };
  const given = read(args, options);
  if (given.values.help === true) {
    process.stdout.write(help(name, command, options));
    return EXIT.ok;
  }
  return command.run(given);
}

/** Other users of the machine see the command line. */
function refuseSecrets(args: readonly string[]): void {
  const secret = args.find((arg) => /^--?(skey|secret|secret-key|key=|password)/i.test(arg));
  if (secret === undefined) return;
  throw new UsageError(
    'a secret key does not belong on the command line, where other users see it: set DUO_SKEY, or ' +
      'give --env-file or --config',
  );
}

function overview(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const lines = Object.entries(COMMANDS).map(
    ([name, { summary }]) => `  ${paint('bold', name.padEnd(width))}  ${summary}`,
  );
  return [
    'Signs requests for the Duo APIs, and says why Duo refuses one.',
    '',
    'Usage: duo-sign COMMAND …',
    '',
    ...lines,
    '',
    'duo-sign COMMAND --help tells more. Keys come from DUO_IKEY, DUO_SKEY and DUO_HOST, --env-file or',
    '--config, or are asked for. Exit codes: 0 success, 1 refused, 2 usage error, 3 unreachable.',
    '',
  ].join('\n');
}

function help(name: string, command: Command, options: Options): string {
  const left = Object.entries(options).map(
    ([option, { short, value }]) =>
      `${short ? `-${short}, ` : ''}--${option}${value ? ` ${value}` : ''}`,
  );
  const width = Math.min(30, Math.max(...left.map((text) => text.length)));
  const lines = Object.values(options).map(
    (option, i) => `  ${(left[i] as string).padEnd(width)}  ${option.help}`,
  );
  return [
    `duo-sign ${name}: ${command.summary}`,
    '',
    `Usage: duo-sign ${name} ${command.usage}`.trimEnd(),
    '',
    ...lines,
    '',
    ...(command.details ? [command.details, ''] : []),
    'Examples:',
    ...command.examples.map((example) => `  ${example.includes('|') ? '' : 'duo-sign '}${example}`),
    '',
  ].join('\n');
}

/** An error in one sentence, and the exit code. */
function fail(error: unknown): number {
  const say = (message: string) => process.stderr.write(`duo-sign: ${message}\n`);
  if (error instanceof UsageError) {
    say(error.message);
    return EXIT.usage;
  }
  if (error instanceof DuoApiError) {
    say(`${error.status} ${error.message}`);
    return EXIT.refused;
  }
  if (error instanceof DuoSignError) {
    const isQuery = error.code === 'ERR_DUO_INVALID_PATH' && /\?/.test(process.argv.join(' '));
    const hint = 'the path has a query: write its parameters after the path, as name=value';
    say(isQuery ? hint : error.message);
    const isNetwork = error.code === 'ERR_DUO_NETWORK' || error.code === 'ERR_DUO_TIMEOUT';
    return isNetwork ? EXIT.unreachable : EXIT.usage;
  }
  say(error instanceof Error ? error.message : String(error));
  return EXIT.usage;
}

// A pipe that is closed early, such as by `head`, is no failure.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') process.exit(EXIT.ok);
});
process.exitCode = await main(process.argv.slice(2)).catch(fail);
