import { canonicalize, type SignatureVersion, Signer } from '../index.js';
import { invalid } from './error.js';
import type { Send } from './exchange.js';
import type { CallOptions, DuoClientOptions } from './types.js';

/** What a client works by; a child account's shares the keys and the clock. */
export interface Settings {
  readonly signer: Signer;
  readonly host: string;
  readonly send: Send | undefined;
  readonly timeout: number;
  readonly maxRetries: number;
  readonly maxWait: number;
  readonly maxResponseBytes: number;
  readonly signatureVersion: SignatureVersion | undefined;
  readonly userAgent: string;
  readonly correctClock: boolean;
  /** How many milliseconds Duo's clock is ahead. */
  readonly clock: { offset: number };
  readonly otherHosts: 'refuse' | 'pass';
  readonly accountId: string | undefined;
}

/** Checks options, and says now what would be wrong with every request. */
export function settingsOf(options: DuoClientOptions): Settings {
  if (typeof options !== 'object' || options === null) {
    throw invalid('options', 'is not an object: give { ikey, skey, host }');
  }
  const {
    ikey,
    skey,
    host,
    fetch: send,
    timeout = 90_000,
    maxRetries = 6,
    maxWait = 60_000,
    maxResponseBytes = 2 ** 26,
    userAgent = `duo-sign/${VERSION}`,
    signatureVersion,
    correctClock = false,
    otherHosts = 'refuse',
    accountId,
    ...others
  } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw invalid(unknown, 'is not an option of DuoClient: leave it out');
  if (send !== undefined && typeof send !== 'function') {
    throw invalid('fetch', 'is not a function: give one like the global fetch, or leave it out');
  }
  checkNumbers({ timeout, maxRetries, maxWait, maxResponseBytes });
  if (typeof correctClock !== 'boolean') {
    throw invalid('correctClock', 'is not true or false: give one of them, or leave it out');
  }
  if (!['refuse', 'pass'].includes(otherHosts)) {
    throw invalid('otherHosts', "is neither 'refuse' nor 'pass': give one of them");
  }
  if (accountId !== undefined) checkAccount(accountId);
  checkHost(host, { signatureVersion, userAgent });
  return {
    signer: new Signer({ ikey, skey }, { signatureVersion }),
    host,
    // Of a Response nothing else is used.
    send: send as Send | undefined,
    timeout,
    maxRetries,
    maxWait,
    maxResponseBytes,
    signatureVersion,
    userAgent,
    correctClock,
    clock: { offset: 0 },
    otherHosts,
    accountId,
  };
}

/** Refuses what no request could be signed for. */
export function checkHost(
  host: string,
  { signatureVersion, userAgent }: Pick<Settings, 'signatureVersion' | 'userAgent'>,
): void {
  const headers = { 'User-Agent': userAgent };
  canonicalize('GET', host, '/', {}, 0, { signatureVersion, headers });
}

export function checkAccount(accountId: unknown): void {
  if (typeof accountId === 'string' && accountId !== '') return;
  throw invalid('accountId', 'is not an account_id: give it as /accounts/v1/account/list has it');
}

function checkNumbers(numbers: object): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (typeof value === 'number' && value >= 0) continue;
    throw invalid(name, 'is not a number from 0 on: give one, Infinity for no limit');
  }
}

/** Options of a call, with those of the client in place of what is left out. */
export function callOptions(
  options: CallOptions | undefined,
  settings: Settings,
): CallOptions & Pick<Settings, 'maxRetries' | 'maxWait'> {
  const { signal, ...others } = Object(options ?? {}) as CallOptions;
  const { maxRetries = settings.maxRetries, maxWait = settings.maxWait, ...more } = others;
  const [unknown] = Object.keys(more);
  if ((options !== undefined && typeof options !== 'object') || options === null || unknown) {
    const name = unknown ?? 'options';
    throw invalid(
      name,
      'is not an option of a call: give { signal, maxRetries, maxWait }, or nothing',
    );
  }
  checkNumbers({ maxRetries, maxWait });
  if (signal !== undefined && typeof signal?.addEventListener !== 'function') {
    throw invalid('signal', 'is no AbortSignal: give the signal of an AbortController');
  }
  return { signal, maxRetries, maxWait };
}
