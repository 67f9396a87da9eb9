// What `duo-sign serve` answers right requests with: few members, but the pages of Duo's lists.

/** An answer's `response`, and its `metadata` where Duo has it beside that. */
interface Sample {
  readonly response: unknown;
  readonly metadata?: object;
}

/** What the endpoint of this URL answers, with so many records in its lists. */
export function sample(method: string, url: string, count: number): Sample {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  if (pathname === '/auth/v2/check') return { response: { time: seconds() } };
  if (pathname === '/auth/v2/preauth') {
    return { response: { result: 'auth', status_msg: 'Account is active', devices: [] } };
  }
  if (method !== 'GET') return { response: {} };
  if (/^\/admin\/v2\/logs\//.test(pathname)) return { response: logs(searchParams, count) };
  if (pathname.startsWith('/admin/v1/logs/')) return { response: [] };
  if (/^\/admin\/v\d\/\w+$/.test(pathname)) return users(searchParams, count);
  return { response: {} };
}

/** A list with `limit` and `offset`, as Duo's Admin API documents them ("Response Paging"). */
function users(params: URLSearchParams, count: number): Sample {
  const offset = whole(params.get('offset'), 0);
  const limit = Math.min(whole(params.get('limit'), 100), 300);
  const end = Math.min(offset + limit, count);
  const response = [];
  for (let i = offset; i < end; i++) {
    const username = i === 0 ? 'narroway' : `user${i}`;
    response.push({ user_id: `DU${`${i}`.padStart(18, '0')}`, username, status: 'active' });
  }
  const metadata = {
    total_objects: count,
    ...(offset > 0 && { prev_offset: Math.max(offset - limit, 0) }),
    ...(end < count && { next_offset: end }),
  };
  return { response, metadata };
}

/** Logs of version 2, whose cursor is a time and an id. */
function logs(params: URLSearchParams, count: number): object {
  const limit = Math.min(whole(params.get('limit'), 100), 1000);
  const [, id] = (params.get('next_offset') ?? '').split(',');
  const start = id === undefined ? 0 : whole(id.replace(/^0+(?=\d)|-.*$/g, ''), 0);
  const end = Math.min(start + limit, count);
  const at = (i: number) => ({ timestamp: 1_700_000_000 + i, txid: txid(i) });
  const authlogs = [];
  for (let i = start; i < end; i++) {
    authlogs.push({ ...at(i), event_type: 'authentication', result: 'success' });
  }
  const next = end < count && { next_offset: [`${at(end).timestamp}000`, txid(end)] };
  return { authlogs, metadata: { total_objects: count, ...next } };
}

const txid = (i: number) => `${`${i}`.padStart(8, '0')}-0000-4000-8000-000000000000`;
const seconds = () => Math.floor(Date.now() / 1000);

/** A number from 0 on; the other where the text is none. */
function whole(text: string | null, other: number): number {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : other;
}
