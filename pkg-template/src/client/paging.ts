// The pages of a list, in all of Duo's ways.

import { paging } from './error.js';
import type { Answer } from './exchange.js';
import type { Metadata, Page } from './types.js';

export type Pair = readonly [name: string, value: unknown];
export type Pairs = readonly Pair[];

/** Makes the call that asks for a page. */
type Get = (pairs: Pairs) => Promise<Answer>;

/** Pages without a record, one after the other, that a list may have. */
const MAX_EMPTY = 10;

/** The largest page that Duo documents, where the caller leaves it open. */
function largest(path: string): number | undefined {
  if (/^\/admin\/v2\/logs\//.test(path)) return 1000;
  if (/^\/admin\/v1\/trust_monitor\//.test(path)) return 200;
  if (/^\/admin\/v\d+\/groups$/.test(path)) return 100;
  if (/^\/admin\/v\d+\/users$/.test(path)) return 300;
  return /^\/admin\/v\d+\//.test(path) ? 500 : undefined;
}

/** Follows a list by whichever means its endpoint has. */
export async function* pages(path: string, given: Pairs, get: Get): AsyncGenerator<Page, void> {
  if (/^\/admin\/v1\/logs\//.test(path)) return yield* logPages(path, given, get);
  const limit = largest(path);
  const hasLimit = limit === undefined || given.some(([name, value]) => name === 'limit' && value);
  const others = given.filter((pair) => !isCursor(pair));
  const rest = hasLimit ? others : [...others, ['limit', limit] as const];
  const start = given.filter(isCursor).map(([name, value]): Pair => [name, list(value)]);
  const seen = new Set(start.map(([, value]) => value));
  let last = Number(start.find(([name]) => name === 'offset')?.[1] ?? 0);
  let pairs = [...rest, ...start];
  for (let empty = 0; ; ) {
    const { response, metadata } = await get(pairs);
    const found = records(response);
    const cursor = nextCursor(path, metadata);
    const next = cursor && { [cursor[0]]: cursor[1] };
    yield { records: found, cursor: next, metadata: metadata as Metadata | undefined };
    if (cursor === undefined) return;
    const [name, value] = cursor;
    const isNumber = name === 'offset' && /^\d+$/.test(value) && Number.isFinite(last);
    if (seen.has(value) || (isNumber && Number(value) <= last)) {
      throw paging(`the cursor of ${path} does not advance: ${name} is ${value} again`);
    }
    empty = found.length === 0 ? empty + 1 : 0;
    if (empty === MAX_EMPTY) {
      throw paging(`${path} gives a cursor, but no record on ${MAX_EMPTY} pages in a row`);
    }
    last = Number(value);
    seen.add(value);
    pairs = [...rest, cursor];
  }
}

/** The most that a page of the logs of version 1 holds. */
const LOG_PAGE = 1000;

/**
 * The logs of version 1 have no cursor. A page holds the earliest records from `mintime` on, a second
 * that is included: the records of the last second are asked for again, and come with the next page.
 */
async function* logPages(path: string, given: Pairs, get: Get): AsyncGenerator<Page, void> {
  const others = given.filter(([name]) => name !== 'mintime');
  let pairs = given;
  let held: unknown[] = [];
  let most = 0;
  for (;;) {
    const { response, metadata } = await get(pairs);
    const page = records(response);
    const found = [...held, ...without(page, held)];
    const times = found.map((record) => timeOf(record, path));
    const last = times.reduce((a, b) => Math.max(a, b), 0);
    const isSorted = times.every((time, i) => i === 0 || time >= (times[i - 1] as number));
    if (!isSorted && page.length >= LOG_PAGE) {
      throw paging(
        `the records of ${path} are in no order of time: ask for shorter times yourself`,
      );
    }
    const ready = found.filter((_, i) => (times[i] as number) < last);
    const more = { metadata: metadata as Metadata | undefined };
    if (ready.length > 0) {
      yield { records: ready, cursor: { mintime: String(last) }, ...more };
      held = found.filter((_, i) => times[i] === last);
      most = Math.max(most, page.length);
      pairs = [...others, ['mintime', String(last)]];
      continue;
    }
    if (page.length >= LOG_PAGE) throw full(path, last);
    // A larger page has been there, so that nothing was cut off this one.
    if (found.length === 0 || page.length < most) {
      yield { records: found, cursor: undefined, ...more };
      return;
    }
    pairs = [...others, ['mintime', String(last + 1)]];
    const beyond = records((await get(pairs)).response).length;
    if (beyond === 0) {
      yield { records: found, cursor: undefined, ...more };
      return;
    }
    if (beyond <= page.length) throw full(path, last);
    yield { records: found, cursor: { mintime: String(last + 1) }, ...more };
    held = [];
    most = beyond;
  }
}

function full(path: string, second: number): Error {
  return paging(
    `a page of ${path} is full of records of one second, ${second}, and Duo has no way to ask for ` +
      'the others: narrow the request with further parameters',
  );
}

function timeOf(record: unknown, path: string): number {
  const time = (record as { timestamp?: unknown } | null)?.timestamp;
  if (typeof time === 'number') return time;
  throw paging(`a record of ${path} has no timestamp in seconds, by which its pages are followed`);
}

/** Those of a list that are not among others; each of these takes one away. */
function without(list: readonly unknown[], others: readonly unknown[]): unknown[] {
  const left = others.map((it) => JSON.stringify(it));
  return list.filter((it) => {
    const at = left.indexOf(JSON.stringify(it));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** The records of a page: the list itself, or the one list beside the metadata (v2 logs). */
function records(response: unknown): readonly unknown[] {
  if (Array.isArray(response)) return response;
  const [list, ...others] = Object.values(response ?? {}).filter(Array.isArray);
  if (list && others.length === 0) return list;
  throw paging('the answer is not a page of a list: call request instead');
}

/** The parameter that asks for the next page. */
function nextCursor(path: string, metadata: unknown): [name: string, value: string] | undefined {
  const next = (metadata as Metadata | null | undefined)?.next_offset ?? undefined;
  const isCursor = typeof next === 'string' || typeof next === 'number' || Array.isArray(next);
  if (next !== undefined && !isCursor) throw paging('next_offset is neither a number nor a list');
  const value = String(list(next) ?? '');
  // As Duo's Go client, which takes an empty cursor for the end.
  if (value === '') return undefined;
  // As Duo's Ruby client tells the two apart; its Python client pages trust monitor by texts in `offset`.
  const isOffset = /^\d+$/.test(value) || path.includes('/trust_monitor/');
  return [!Array.isArray(next) && isOffset ? 'offset' : 'next_offset', value];
}

/** A cursor as a parameter holds it: a list is one value. */
function list(cursor: unknown): unknown {
  return Array.isArray(cursor) ? cursor.join(',') : cursor;
}

function isCursor(pair: Pair): boolean {
  return Array.isArray(pair) && (pair[0] === 'offset' || pair[0] === 'next_offset');
}
