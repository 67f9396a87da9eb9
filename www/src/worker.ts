// All that computes: the npm package, in a thread of its own.

import {
  type Credentials,
  type DiagnoseOptions,
  type Diagnosis,
  type DuoSignError,
  decodeText,
  diagnose,
  explain,
  type Params,
  type ParsedExchange,
  parseRequests,
  type ReceivedRequest,
  type RenderFormat,
  render,
  type SignOptions,
  signRequest,
} from 'duo-sign/diagnose';
import { correct } from './corrected.js';

/** What is signed: the arguments of `signRequest`. */
export interface SignInput {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly params: Params | undefined;
  readonly date: string;
  readonly credentials: Credentials;
  readonly options: SignOptions;
}

/** What an error says; errors themselves lose their members on the way between threads. */
export type Failure = Pick<DuoSignError, 'field' | 'message'>;

const calls = {
  decodeText,
  sign({ method, host, path, params, date, credentials, options }: SignInput) {
    const signed = signRequest(method, host, path, params, date, credentials, options);
    const lines = explain(method, host, path, params, date, options);
    const text = (format: RenderFormat) => render(signed, format);
    const texts = {
      curl: text('curl'),
      http: text('http'),
      fetch: text('fetch'),
      python: text('python'),
      httpie: text('httpie'),
      powershell: text('powershell'),
    };
    return { signed, lines, texts };
  },
  parse: (text: string) => parseRequests(text).find((it) => it.chosen) as ParsedExchange,
  diagnose(request: ReceivedRequest, credentials: Credentials, options: DiagnoseOptions) {
    const onProgress: DiagnoseOptions['onProgress'] = (progress) => port.postMessage({ progress });
    const diagnosis = diagnose(request, credentials, { ...options, onProgress });
    const corrected = correct(diagnosis, credentials);
    return { diagnosis, labels: labels(diagnosis), corrected };
  },
};

/** The labels of the canonical string that the diagnosis expects. */
function labels({ expected }: Diagnosis): string[] {
  if (!expected) return [];
  const { signatureVersion } = expected;
  const lines = explain('GET', 'localhost', '/', undefined, 0, { signatureVersion });
  return lines.map(({ label }) => label);
}

export type Calls = typeof calls;

/** A message to this thread. */
export interface Question {
  readonly id: number;
  readonly call: keyof Calls;
  readonly args: readonly unknown[];
}

const port = self as unknown as MessagePort;

port.onmessage = ({ data }: MessageEvent<Question>) => {
  const { id, call, args } = data;
  try {
    const run = calls[call] as (...args: readonly unknown[]) => unknown;
    port.postMessage({ id, result: run(...args) });
  } catch (error) {
    const { field, message } = error as Failure;
    port.postMessage({ id, failure: { field, message } });
  }
};
