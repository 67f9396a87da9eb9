// A request as `sign` and `call` take it: METHOD PATH [key=value …].

import type {
  HeaderFields,
  JsonValue,
  Params,
  SignatureVersion,
  SignOptions,
} from 'duo-sign/diagnose';
import { type Arguments, number, type Options, readFile, text, UsageError } from './command.js';

export const VERSION_OPTION: Options = {
  'signature-version': { type: 'string', value: 'N', help: '1, 2, 4 or 5 (default: 5)' },
};

export const REQUEST: Options = {
  ...VERSION_OPTION,
  header: {
    type: 'string',
    short: 'H',
    multiple: true,
    value: 'NAME:VALUE',
    help: 'a further header',
  },
  data: { type: 'string', value: '@FILE', help: 'the body, sent unchanged; text without the @' },
};

export interface Described {
  readonly method: string;
  readonly path: string;
  readonly params: Params;
  readonly options: SignOptions;
}

/** Reads a request from the command line. */
export function describe(given: Arguments): Described {
  const [method, path, ...items] = given.positionals;
  if (method === undefined || path === undefined) {
    throw new UsageError('give a method and a path, such as GET /auth/v2/check');
  }
  if (!path.startsWith('/')) {
    throw new UsageError(`the path does not start with /: ${path}`);
  }
  const params = new Map<string, JsonValue[]>();
  for (const item of items) {
    const [name, value] = pair(item);
    params.set(name, [...(params.get(name) ?? []), value]);
  }
  const data = text(given, 'data');
  const body = data?.startsWith('@') ? readFile(data.slice(1)) : data;
  const version = number(given, 'signature-version');
  return {
    method: method.toUpperCase(),
    path,
    params: Object.fromEntries(
      [...params].map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
    ) as Params,
    options: {
      headers: headersOf(given),
      ...(body !== undefined && { body: typeof body === 'string' ? body : new Uint8Array(body) }),
      ...(version !== undefined && { signatureVersion: version as SignatureVersion }),
    },
  };
}

function pair(item: string): [name: string, value: JsonValue] {
  const [, name, mark, value] = /^([^:=]+)(:=|=)(.*)$/s.exec(item) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError(`${item} is not a parameter: write name=value, or name:=json`);
  }
  if (mark === '=') return [name, value];
  try {
    return [name, JSON.parse(value)];
  } catch {
    throw new UsageError(`the value of ${name} is no JSON: ${value}`);
  }
}

export function headersOf({ values }: Arguments): HeaderFields {
  const lines = (values.header as readonly string[] | undefined) ?? [];
  return lines.map((line) => {
    const [, name, value] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      throw new UsageError(`${line} is not a header: write Name: value`);
    }
    return [name, value] as const;
  });
}
