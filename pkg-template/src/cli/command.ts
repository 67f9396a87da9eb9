// What all commands have in common.

import { readFileSync } from 'node:fs';
import { parseArgs, styleText } from 'node:util';

/** An option on the command line. */
export interface Option {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  /** What stands for its value in the help. */
  readonly value?: string;
  /** What it does. */
  readonly help: string;
}

export type Options = Readonly<Record<string, Option>>;

/** What the command line holds: the options that were given, and what is none. */
export interface Arguments {
  readonly values: Readonly<
    Record<string, string | boolean | readonly (string | boolean)[] | undefined>
  >;
  readonly positionals: readonly string[];
}

export interface Command {
  /** One line in the list of commands. */
  readonly summary: string;
  /** What stands after its name. */
  readonly usage: string;
  readonly examples: readonly string[];
  readonly options: Options;
  /** What else there is to know, for its help. */
  readonly details?: string;
  /** Gives the exit code. */
  run(given: Arguments): Promise<number>;
}

/** The exit codes, which scripts may rely on. */
export const EXIT = { ok: 0, refused: 1, usage: 2, unreachable: 3 } as const;

/** A command line that cannot be followed; the message says what to do. */
export class UsageError extends Error {}

/** Options that most commands take. */
export const HELP: Options = {
  help: { type: 'boolean', short: 'h', help: 'print this' },
};

/** Reads a command line. */
export function read(args: readonly string[], options: Options): Arguments {
  try {
    const config = Object.fromEntries(
      Object.entries(options).map(([name, { type, short, multiple }]) => [
        name,
        { type, ...(short && { short }), ...(multiple && { multiple }) },
      ]),
    );
    return parseArgs({ args: [...args], options: config, allowPositionals: true });
  } catch (error) {
    throw new UsageError(explain(error as NodeJS.ErrnoException, Object.keys(options)));
  }
}

function explain({ code, message }: NodeJS.ErrnoException, names: readonly string[]): string {
  const [, dashes, unknown] = /'(--?)([\w-]+)/.exec(message) ?? [];
  if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION' || unknown === undefined) {
    return message.split('\n')[0]?.replace(/\.$/, '') ?? message;
  }
  const near = dashes === '--' ? nearest(unknown, names) : undefined;
  return `unknown option ${dashes}${unknown}${near ? `: did you mean --${near}?` : ''}`;
}

/** The name that a mistyped one is nearest to, if it is near at all. */
export function nearest(typed: string, names: readonly string[]): string | undefined {
  const [best] = names
    .map((name) => ({ name, distance: distance(typed, name) }))
    .sort((a, b) => a.distance - b.distance);
  return best && best.distance <= Math.max(2, typed.length / 3) ? best.name : undefined;
}

/** How many letters to add, drop or change to come from one word to the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const changed = (row[j] as number) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] as number) + 1, (next[j] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}

/** The one text of an option that may be given once. */
export function text({ values }: Arguments, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** A whole number, or an error that names the option. */
export function number(given: Arguments, name: string): number | undefined {
  const value = text(given, name);
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  throw new UsageError(`--${name} is not a whole number: ${value}`);
}

/** The number of a port; any free one without it. */
export function port(given: Arguments): number | undefined {
  const value = number(given, 'port');
  if (value === undefined || value < 65_536) return value;
  throw new UsageError(`--port is beyond 65535: ${value}`);
}

/** Colours, where they are seen: on a terminal, unless NO_COLOR is set. */
export function paint(style: 'bold' | 'red' | 'green' | 'yellow' | 'dim', words: string): string {
  const isPlain = !process.stdout.isTTY || Boolean(process.env.NO_COLOR);
  return isPlain ? words : styleText(style, words);
}

/** The bytes of a file that the command line names. */
export function readFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** All that stands on the standard input. */
export async function readInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
