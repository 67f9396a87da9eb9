// Requests as people write them in Postman, and some that nobody should. Each must arrive as it was
// signed. `sent` is what is known of the request on the wire.

const V2 = { version: 2 };
const raw = (text, language = 'json') => ({
  mode: 'raw',
  raw: text,
  options: { raw: { language } },
});
const form = (...pairs) => ({
  mode: 'urlencoded',
  urlencoded: pairs.map(([key, value, disabled = false]) => ({ key, value, disabled })),
});
const fields = (...pairs) => ({
  mode: 'formdata',
  formdata: pairs.map(([key, value, disabled = false]) => ({ key, value, disabled, type: 'text' })),
});
const pairs = (...list) => ({
  query: list.map(([key, value, disabled = false]) => ({ key, value, disabled })),
});

const cases = [];
const add = (method, path, more = {}) => cases.push({ method, path, ...more });

// Methods, with every body and none.
for (const method of [
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'get',
  'Post',
  'dElete',
]) {
  add(method, '/auth/v2/check');
  add(method, '/auth/v2/check?a=1&b=2');
  add(method, '/auth/v2/check', { body: raw('{"b": 1, "a": [true, null]}') });
  const covered = ['POST', 'PUT', 'PATCH'].includes(method.toUpperCase());
  add(method, '/auth/v2/check?q=1', {
    body: form(['b', '2'], ['a', '1']),
    sent: covered ? V2 : {},
  });
  add(method, '/auth/v2/check', { body: fields(['b', '2'], ['a', 'ü']) });
}

// Queries as they are typed.
for (const query of [
  "a=!'()*",
  'a=1+2',
  'a=+',
  'a=%2B&b=%20&c=%7E&d=%7e',
  'a=%zz&b=%4&c=100%',
  'a',
  'a&b',
  'a=',
  '=a',
  '=',
  '&&a=1&&b=2&',
  'a=b=c',
  'a=1&a=2&a=1',
  'b=2&a=1&B=3&A=4',
  'a[]=1&a[0]=2&aB=3',
  'a=ü&é=ö&日本=語&😀=😀',
  'a=%C3%BC',
  'a="quoted"&b=<tag>&c=`tick`&d={brace}&e=|&f=^&g=\\',
  'a=1/2?3:4@5,6;7$8',
  'foo=1&foo-bar=2&foo.bar=3&foo bar=4',
  'a=1#fragment',
  'mintime=1700000000000&maxtime=1700086400000&next_offset=1547486297000,5bea5c1e-682c',
  '{{name}}={{value}}',
  'a={{quoted}}&b={{nested}}&c={{unicode}}',
  'a={{ampersand}}',
  'a={{$guid}}&b={{$timestamp}}&c={{$randomInt}}',
]) {
  add('GET', `/admin/v1/users?${query}`);
}
add('GET', '/admin/v1/users?a=1+2&b=%2B', { sent: { query: 'a=1%202&b=%2B' } });
add('GET', '/admin/v1/users?b&a=', { sent: { query: 'a=&b=' } });
add('GET', '/x', {
  ...pairs(['a', '1'], ['b', '2', true], ['c', null], ['d', ''], ['', 'e']),
  sent: { query: '=e&a=1&c=&d=' },
});
add('GET', '/x', {
  ...pairs(['a', 'x&y=z#'], ['a b', 'c d'], ['a', '{{value}}']),
  sent: { query: 'a=v1&a=x%26y%3Dz%23&a%20b=c%20d' },
});
add('GET', '/x', pairs(['a', '1', true]));
add('POST', '/x', { ...pairs(['a', '1']), body: raw('{}'), sent: { query: 'a=1', body: '{}' } });

// Paths.
for (const path of [
  '/',
  '//',
  '/a//b/',
  '/a b',
  '/ü/日本/😀',
  '/%C3%BC/%2F/%2f',
  '/[a]/{b}',
  "/a!$&'()*+,;=:@b",
  '/a"b<c>d`e^f|g\\h',
  '/100%/%zz',
  '/{{value}}/x{{value}}y/{{unicode}}',
  '/{{slashes}}/z',
  '/A/b/C',
]) {
  add('GET', `${path}?a=1`);
  add('POST', path, { body: raw('{"a":1}') });
}
const variable = (value) => ({ variable: [{ key: 'id', value }] });
for (const value of [
  'DU1',
  '{{value}}',
  'a b',
  'ü',
  'a/b',
  '{{unicode}}',
  '%41',
  'a+b',
  "o'neill",
]) {
  add('GET', '/admin/v1/users/:id', variable(value));
}
add('DELETE', '/admin/v1/users/:id/groups/:id', variable('{{value}}'));
add('GET', '/admin/v1/users/:id.json', variable('x'));
add('GET', '/admin/v1/users/:unset/x');

// White space that was copied along.
add('GET', '/x ', { sent: { path: '/x' } });
add('GET', '/x?a=1 ', { sent: { query: 'a=1' } });
add('GET', '/x', { host: '{{padded}}', sent: { path: '/x' } });

// Hosts.
for (const host of ['{{apihost}}', '{{DUO_HOST}}', '{{literal}}', '{{upper}}']) {
  add('GET', '/auth/v2/check?a=1', { host });
  add('POST', '/auth/v2/check', { host, protocol: '', body: raw('{}') });
}

// Bodies, byte for byte.
for (const text of [
  '{}',
  '{ "b" : 1.0, "a" : 1e3 }',
  '{"a":"ü 日本 😀 \\u00fc \\/"}',
  '{"a":"{{value}}","b":{{number}},"c":"{{quotable}}","d":"{{$guid}}"}',
  '{\n\t"a": 1,\r\n\t"b": 2\n}\n',
  '{"url":"https://example.com/*not a comment*/","x":"//neither"}',
  '{\n  // a comment\n  "a": 1, /* another */\n  "b": "\\"//" // last\n}',
  '[1,2]',
  'no JSON at all & = % +',
  '',
  ' ',
  '"',
]) {
  add('POST', '/admin/v1/users', { body: raw(text) });
  add('PATCH', '/admin/v1/users?a=1', { body: raw(text, 'text') });
}
add('POST', '/x', { body: raw('{"a":"{{value}}"}'), sent: { body: '{"a":"v1"}' } });
add('POST', '/x', { body: raw('{"a":1} // c'), sent: { body: '{"a":1} ' } });
add('POST', '/x', { body: { mode: 'raw', raw: '{"a":1}' } });
add('POST', '/x', { body: { ...raw('{"a":1}'), disabled: true } });
for (const body of [
  form(),
  form(['a', '1']),
  form(['a', "!'()*+ %&=#"], ['ü', '日本😀']),
  form(['a', '{{value}}'], ['{{name}}', '{{ampersand}}'], ['a', '{{quoted}}']),
  form(['a', null], ['', 'b'], ['c', '']),
  form(['a', '1', true], ['b', '2']),
  form(['a', '2'], ['a', '1'], ['a', '2']),
]) {
  add('POST', '/auth/v2/preauth', { body, sent: body.urlencoded.length > 0 ? V2 : {} });
  add('PUT', '/auth/v2/preauth?q=%C3%BC&a=0', { body });
}
add('POST', '/x', {
  body: form(['b', ' '], ['a', '+']),
  sent: { version: 2, body: 'a=%2B&b=%20' },
});
add('POST', '/x', {
  body: raw('b=x+y&a=%7e', 'text'),
  header: [{ key: 'content-type', value: 'application/x-www-form-urlencoded' }],
  sent: { version: 2, body: 'a=~&b=x%20y' },
});
add('POST', '/x', {
  body: fields(['a', '{{value}}'], ['b', '"\\'], ['off', '1', true]),
  sent: { body: '{"a":"v1","b":"\\"\\\\"}' },
});
add('POST', '/x', {
  body: fields(['a', '1'], ['a', '2'], ['__proto__', 'x']),
  sent: { body: '{"a":["1","2"],"__proto__":"x"}' },
});
add('POST', '/x', { body: fields() });

add('POST', '/x', { body: raw(`{"a":"${'x'.repeat(1 << 21)}"}`) });
add('POST', '/x', { body: raw('{"a":1 /* not ended'), sent: { body: '{"a":1 ' } });
add('POST', '/x', {
  body: raw('{"a":"not ended // x\n}'),
  sent: { body: '{"a":"not ended // x\n}' },
});

// Headers.
add('GET', '/x', {
  header: [
    { key: '{{dateKey}}', value: 'yesterday' },
    { key: '{{duoKey}}', value: '{{value}}' },
  ],
});
const header = (...list) => ({
  header: list.map(([key, value, disabled = false]) => ({ key, value, disabled })),
});
for (const method of ['GET', 'POST']) {
  add(method, '/x', header(['Date', 'yesterday'], ['DATE', 'tomorrow'], ['X-Duo-Date', 'x']));
  add(method, '/x', header(['Authorization', 'Basic eDp5'], ['authorization', 'Bearer z']));
  add(method, '/x', header(['X-Duo-A', 'one'], ['x-duo-b', ' {{value}} '], ['X-DUO-C', '']));
  add(
    method,
    '/x',
    header(['X-Duo-A', 'off', true], ['X-Duofoo', 'not signed'], ['User-Agent', 'x']),
  );
  add(method, '/x', {
    ...header(['Content-Type', 'text/plain'], ['content-type', 'application/xml']),
    body: raw('{}', 'xml'),
  });
}

add('POST', '/x', {
  ...header(['Content-Type', 'application/x-www-form-urlencoded', true], ['Dated', 'x']),
  body: raw('{}'),
  sent: { version: 5, body: '{}' },
});

// Signature versions by variable.
for (const version of [1, 2, 4, 5]) {
  add('GET', '/x?b=2&a=1', { version, sent: { version } });
  add('POST', '/x?b=2', { version, body: form(['a', 'ü']), sent: { version } });
}

// Authorization set elsewhere.
add('GET', '/x', { auth: { type: 'noauth' } });
add('GET', '/x', { inherited: true });
add('POST', '/x', { inherited: true, body: raw('{}') });

/** Requests that must not be sent, with what the script says. */
export const refusals = [
  {
    method: 'POST',
    path: '/x',
    body: raw('{"a":"{{undefined_here}}"}'),
    says: /\{\{undefined_here\}\} in the body has no value/,
  },
  {
    method: 'POST',
    path: '/x',
    body: form(['a', '{{late}}']),
    says: /\{\{late\}\} in the body has no value/,
  },
  {
    method: 'POST',
    path: '/x',
    body: fields(['a', '{{cycle}}']),
    says: /in the body has no value/,
    set: { cycle: '{{cycle}}' },
  },
  {
    method: 'GET',
    path: '/x',
    ...header(['X-Duo-A', '{{late}}']),
    says: /\{\{late\}\} in the headers has no value/,
  },
  { method: 'GET', path: '/x', ...header(['X-Duo-A', 'a\nX-Duo-B\nb']), says: /has a line break/ },
  { method: 'POST', path: '/x', body: raw('{"a":"\ud800"}'), says: /half of a surrogate pair/ },
  { method: 'GET', path: '/x', host: 'someone:hunter2@{{apihost}}', says: /user info before an/ },
  {
    method: 'GET',
    path: '/x',
    set: { skey: '{{vault:skey}}' },
    says: /\{\{vault:skey\}\} in the variable skey has no value/,
  },
  { method: 'GET', protocol: 'http://', path: '/x', says: /starts with http:/ },
  {
    method: 'POST',
    path: '/x',
    body: { mode: 'graphql', graphql: { query: '{a}' } },
    says: /graphql body is nothing that Duo takes/,
  },
  {
    method: 'POST',
    path: '/x',
    body: { mode: 'file', file: { src: '/etc/hostname' } },
    says: /file body is nothing that Duo takes/,
  },
  {
    method: 'POST',
    path: '/x',
    body: { mode: 'formdata', formdata: [{ key: 'f', type: 'file', src: [] }] },
    says: /field f is a file/,
  },
  {
    method: 'GET',
    path: '/x',
    auth: { type: 'bearer', bearer: [{ key: 'token', value: 't' }] },
    says: /authorization of its own \(bearer\)/,
  },
  { method: 'GET', path: '/{{nowhere}}', says: /\{\{nowhere\}\} in the URL has no value/ },
  { method: 'GET', path: '/x?a={{nowhere}}', says: /\{\{nowhere\}\} in the URL has no value/ },
  { method: 'GET', path: '/a/../b', says: /`\.` or `\.\.` segment/ },
  { method: 'GET', path: '/x', version: 3, says: /duo_signature_version is 3/ },
  {
    method: 'POST',
    path: '/x',
    version: 2,
    body: raw('{}'),
    says: /body cannot be signed: signature versions 1 and 2 cover/,
  },
  { method: 'GET', path: '/x', ...header(['X-Duo-A', 'ü']), says: /outside ASCII/ },
  {
    method: 'GET',
    path: '/x',
    ...header(['X-Duo-A', '1'], ['x-duo-a', '2']),
    says: /is duplicated/,
  },
  { method: 'GET', path: '/x', set: { ikey: '' }, says: /ikey is not set/ },
  { method: 'GET', path: '/x', set: { skey: '' }, says: /skey is not set/ },
  { method: 'GET', path: '/x', set: { skey: '"quoted"' }, says: /skey has quotes/ },
  { method: 'GET', path: '/x', set: { apihost: '', DUO_HOST: '' }, says: /apihost is not set/ },
  {
    method: 'GET',
    path: '/x',
    set: { apihost: 'https://api-x.duosecurity.com/' },
    says: /apihost is not a host name/,
  },
];

/** Variables of every scope, as `{ environment, globals, collection }`. */
export const variables = (keys, host) => ({
  environment: {
    ikey: keys.ikey,
    apihost: '{{DUO_HOST}}',
    value: 'v1',
    name: 'a name',
    number: '42',
  },
  globals: {
    DUO_HOST: host,
    upper: host.toUpperCase(),
    quoted: '"q" & \'s\'',
    ampersand: 'x&y=z',
    slashes: 'p/q',
    padded: `${host} \n`,
    dateKey: 'Date',
    duoKey: 'X-Duo-Z',
  },
  collection: {
    skey: '{{secret}}',
    secret: keys.skey,
    nested: '<{{value}}>',
    unicode: 'ü 日本 😀',
    quotable: "it's",
    literal: host,
  },
});

/** The cases as items of a collection. */
export function items(list = cases) {
  return list.map((it, i) => {
    const {
      method,
      path,
      host = '{{apihost}}',
      protocol = 'https://',
      header,
      body,
      auth,
      query,
      variable,
    } = it;
    const url = { raw: `${protocol}${host}${path}` };
    // As Postman itself stores a URL: its parts, which the raw text repeats.
    const [, before, search] = url.raw.match(/^([^?]*)\??([\s\S]*)$/);
    const [, , authority, rest] = before.match(/^([a-z]+:\/\/)?([^/]*)(.*)$/);
    if (query || variable) {
      if (protocol) url.protocol = 'https';
      Object.assign(url, { host: [authority], path: rest.slice(1).split('/') });
      if (search) url.query = search.split('&').map((pair) => ({ key: pair, value: null }));
      Object.assign(url, { ...(query && { query }), ...(variable && { variable }) });
    }
    const usesText = !query && !variable;
    const set = { ...it.set, ...(it.version && { duo_signature_version: String(it.version) }) };
    const script = Object.entries(set).map(
      ([name, value]) => `pm.variables.set('${name}', ${JSON.stringify(value)});`,
    );
    return {
      name: `${i} ${method} ${path}`,
      inherited: it.inherited,
      script,
      request: { method, url: usesText ? url.raw : url, header, body, ...(auth && { auth }) },
    };
  });
}

export { cases };
