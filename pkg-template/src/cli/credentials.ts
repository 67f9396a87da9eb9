// Where the keys come from: the environment, files, or a question on the terminal. They are never taken
// from the command line, which other users of the machine can read.

import { statSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { type Arguments, type Options, readFile, text, UsageError } from './command.js';

export const CREDENTIALS: Options = {
  'env-file': {
    type: 'string',
    value: 'FILE',
    help: 'read DUO_IKEY, DUO_SKEY and DUO_HOST from it',
  },
  config: { type: 'string', value: 'FILE', help: 'read ikey, skey and host from an INI file' },
  profile: { type: 'string', value: 'NAME', help: 'the section of that file (default: the first)' },
};

/** What belongs to one application. */
export interface Application {
  readonly ikey: string;
  readonly skey: string;
  readonly host: string;
}

const NAMES = {
  ikey: ['DUO_IKEY', 'integration key'],
  skey: ['DUO_SKEY', 'secret key'],
  host: ['DUO_HOST', 'API hostname'],
} as const;

type Name = keyof typeof NAMES;

/** Those of the given names; the others are left empty. */
export async function credentials(
  given: Arguments,
  wanted: readonly Name[] = ['ikey', 'skey', 'host'],
): Promise<Application> {
  const file = text(given, 'env-file');
  const variables = file === undefined ? {} : parseEnv(readSecret(file));
  const config = text(given, 'config');
  const section = config === undefined ? {} : profile(readSecret(config), text(given, 'profile'));
  const all = { ikey: '', skey: '', host: '' };
  for (const name of wanted) {
    const [variable, meaning] = NAMES[name];
    const value = section[name] ?? variables[variable] ?? process.env[variable];
    all[name] = value || (await askFor(name, meaning, variable));
  }
  return all;
}

/** The text of a file that holds a secret. */
function readSecret(path: string): string {
  const secret = readFile(path).toString();
  const isOpen = process.platform !== 'win32' && (statSync(path).mode & 0o044) !== 0;
  if (isOpen) process.stderr.write(`warning: other users can read ${path}: chmod 600 ${path}\n`);
  return secret;
}

/** A section of an INI file as Duo's Python client and duo_unix read it. */
function profile(file: string, name: string | undefined): Partial<Record<Name, string>> {
  const sections = new Map<string, Partial<Record<Name, string>>>();
  let current: Partial<Record<Name, string>> | undefined;
  for (const line of file.split(/\r?\n/)) {
    const [, section] = /^\s*\[([^\]]+)\]\s*$/.exec(line) ?? [];
    if (section !== undefined) {
      current = {};
      sections.set(section.trim(), current);
    }
    const [, key, value] = /^\s*(ikey|skey|host|api_host)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (key === undefined || value === undefined) continue;
    current ??= {};
    if (sections.size === 0) sections.set('', current);
    current[key === 'api_host' ? 'host' : (key as Name)] = value;
  }
  const [first] = sections.values();
  const chosen = name === undefined ? first : sections.get(name);
  if (chosen) return chosen;
  const names = [...sections.keys()].filter(Boolean).join(', ');
  throw new UsageError(
    name === undefined
      ? 'the config file has no section with ikey, skey and host'
      : `the config file has no section [${name}]${names ? `: it has ${names}` : ''}`,
  );
}

/** Asks on the terminal; a secret is not shown. */
async function askFor(name: Name, meaning: string, variable: string): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY || !stderr.isTTY) {
    throw new UsageError(
      `the ${meaning} is missing: set ${variable}, or give --env-file or --config`,
    );
  }
  // First, since who types at once would still see it.
  stdin.setRawMode(name === 'skey');
  stderr.write(`${meaning}: `);
  // Not by iterating over it, which would close it for the next question.
  return new Promise((resolve) => {
    let line = '';
    const take = (chunk: Buffer) => {
      for (const letter of chunk.toString()) {
        if (letter === '\r' || letter === '\n' || letter === '\u0003') {
          stdin.off('data', take).pause();
          stdin.setRawMode(false);
          if (letter === '\u0003') process.exit(130);
          if (name === 'skey') stderr.write('\n');
          return resolve(line.trim());
        }
        line = letter === '\u007f' || letter === '\b' ? line.slice(0, -1) : line + letter;
      }
    };
    stdin.on('data', take).resume();
  });
}
