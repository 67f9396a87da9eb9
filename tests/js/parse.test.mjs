// parseRequest: does it read what the tools themselves would send?

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { dirname } from 'node:path';
import { after, before, test } from 'node:test';
import { inspect, promisify } from 'node:util';
import axios from 'axios';
import { diagnose, parseRequest, signRequest } from 'duo-sign/diagnose';
import { python } from './oracle.mjs';
import { Random } from './random.mjs';

const run = promisify(execFile);
const credentials = {
  ikey: 'DIWJ8X6AEYOR5OMC6TQ1',
  skey: 'Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep',
};

let server;
let base;
let received;
before(async () => {
  server = http.createServer(async (request, response) => {
    const { method, url, rawHeaders } = request;
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = [];
    for (let i = 0; i < rawHeaders.length; i += 2) headers.push([rawHeaders[i], rawHeaders[i + 1]]);
    received = { method, url, headers, body: Buffer.concat(chunks) };
    response.end('{}');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${server.address().port}`;
});
after(() => server.close());

/** What tools add by themselves. */
const added = new Set([
  ...['host', 'user-agent', 'accept', 'content-length', 'connection', 'accept-encoding'],
  ...['accept-language', 'sec-fetch-mode', 'expect'],
]);
/** curl's versions differ in how they encode with --data-urlencode. */
const plain = (text) => text.replace(/%../g, (code) => code.toLowerCase());
const lines = (headers) =>
  headers
    .filter(([name]) => !added.has(name.toLowerCase()))
    .map(([name, value]) => `${name.toLowerCase()}: ${value}`);

function compare(text) {
  const parsed = parseRequest(text);
  const target = parsed.url.replace(/^https?:\/\/[^/]*/, '');
  assert.deepEqual(
    { method: parsed.method, target: plain(target), headers: lines(parsed.headers) },
    { method: received.method, target: plain(received.url), headers: lines(received.headers) },
    text,
  );
  assert.equal(plain(String(parsed.body ?? '')), plain(String(received.body)), text);
}

test('curl commands, as bash and curl themselves read them', async () => {
  const url = () => `${base}/admin/v1/users`;
  for (const command of [
    `curl ${url()}`,
    `$ curl '${url()}?limit=1&offset=2'`,
    `curl -X DELETE "${url()}/DU1"`,
    `curl -sS --compressed -G ${url()} -d limit=10 --data-urlencode 'name=a b&c=ü'`,
    `curl -G '${url()}?a=1' --data-urlencode '=b c' --data-urlencode 'plain text'`,
    `curl ${url()} -d username=root -d 'realname=First Last'`,
    `curl -XPUT -H'X-Duo-A: 1' -H "X-Duo-B: \\"two\\" \\$x" ${url()} --data-raw '@not a file'`,
    `curl --request PATCH \\\n  --url ${url()} \\\n  --header 'Content-Type: application/json' \\\n  --data-binary '{"a": "it'\\''s"}'`,
    `curl --json '{"a":1,' --json '"b":2}' ${url()}`,
    `curl ${url()} -H $'X-Duo-A: it\\'s \\x41\\u0042' --data-raw $'{"a":"\\u00eb \\U0001f600\\n\\t\\\\\\\\"}'`,
    `curl -u 'DIXX:0123' ${url()}`,
    `curl ${url().replace('://', '://DIXX:01%2023@')}`,
    `curl -I ${url()}`,
    `curl -H 'X-Duo-Empty;' -H 'Content-Type:' -d 'a=1' ${url()}`,
    `curl -A 'python-requests/2.32' -e http://x.test/ -b 'a=1; b=2' -o /dev/null -m 5 ${url()}`,
    `curl "${url()}?a=\\"x\\"" --globoff -k # a comment`,
    `curl ${url()}?a=1&b=2`,
    `curl '${url()}'?a=1"&b=2" | cat`,
    `curl -d $'a=\\r\\n' ${url()}; echo done`,
    `# a comment\n/usr/bin/curl ${url()}`,
    `curl -G '${url()}#fragment' -d a=1`,
    `curl ${url()} --data-raw 'it\`s ^\nnext \`\nlast ^"x"'`,
    `curl --data-urlencode "note=line one\nline two" ${url()}`,
  ]) {
    received = undefined;
    await run('bash', ['-c', command.replace(/^\$ /, '')], { timeout: 20_000 });
    // One of them ends up in the background.
    for (let i = 0; i < 100 && !received; i++) await new Promise((done) => setTimeout(done, 20));
    compare(command);
  }
});

test('what curl logs of a request', async () => {
  const url = `${base}/admin/v1/users?limit=10&name=${'x'.repeat(200)}`;
  const long = `Basic ${'QUJD'.repeat(40)}`;
  for (const parameters of [
    ['-v', '-H', 'Date: Thu, 21 Dec 2023 16:01:09 -0000', '-H', `Authorization: ${long}`],
    ['--trace-ascii', '-', '-H', `Authorization: ${long}`, '-H', `X-Duo-A: ${'a'.repeat(64 - 9)}`],
    ['--trace-ascii', '-', '--trace-time', '-H', `X-Duo-A: ${'a'.repeat(62 - 9)}`],
    ['--trace-ascii', '-', '-d', 'a=1&b=two', '-d', `c=${'z'.repeat(100)}`],
    ['--trace-ascii', '-', '-XPUT', '--data-binary', '{"a":1,\r\n "b":2}'],
  ]) {
    const { stdout, stderr } = await run('curl', ['-sS', url, ...parameters]);
    const log = parameters[0] === '-v' ? stderr : stdout;
    compare(log);
  }
  const { stderr } = await run('curl', ['-sSv', url, '-d', 'a=1']);
  assert.throws(() => parseRequest(stderr), {
    code: 'ERR_DUO_INVALID_TEXT',
    message: /the body is not/,
  });
  const { stdout } = await run('curl', ['-sS', '--trace-ascii', '-', url, '-d', 'a=ü']);
  assert.throws(() => parseRequest(stdout), {
    code: 'ERR_DUO_INVALID_TEXT',
    message: /not printable ASCII/,
  });
});

test('what Python and Node log of a request', async () => {
  const url = `${base}/admin/v1/users`;
  for (const call of [
    `requests.get(url, params={'limit': '10', 'name': "it's"}, headers={'Date': 'x', 'X-Duo-A': '"q"'})`,
    `requests.post(url, data={'a': '1', 'b': 'x y'})`,
    `requests.put(url, json={'a': "it's", 'b': 'ü\\n'})`,
  ]) {
    const program = `import http.client, requests\nhttp.client.HTTPConnection.debuglevel = 1\nurl = '${url}'\n${call}`;
    compare((await run(python, ['-c', program])).stdout);
    const printed = `import requests
url = '${url}'
r = ${call}.request
print('{}\\n{}\\r\\n{}\\r\\n\\r\\n{}'.format('-----------START-----------', r.method + ' ' + r.url, '\\r\\n'.join('{}: {}'.format(k, v) for k, v in r.headers.items()), r.body if not isinstance(r.body, bytes) else r.body.decode()))
print('-----------END-----------')`;
    compare((await run(python, ['-c', printed])).stdout);
  }
  const request = http.get(`${url}?a=1`, { headers: { 'X-Duo-A': 'b' } });
  await new Promise((resolve) => request.on('response', (it) => it.resume().on('end', resolve)));
  compare(`ClientRequest {\n  _header: ${inspect(request._header)},\n  path: '/x' }`);
});

test('fetch calls, as a JavaScript engine reads them', async () => {
  const url = `${base}/admin/v1/users`;
  for (const code of [
    `fetch("${url}?limit=1", {\n  "headers": {\n    "x-duo-a": "it's \\"!\\""\n  },\n  "body": null,\n  "method": "GET"\n});`,
    `await fetch("${url}", {\n    "credentials": "include",\n    "headers": {\n        "Authorization": "Basic eA=="\n    },\n    "body": "a=1&b=\\u00eb\\ud83d\\ude00\\n",\n    "method": "POST",\n    "mode": "cors"\n});`,
    `const response = await fetch('${url}', { method: 'PUT', headers: [['X-Duo-A', 'b']], body: JSON.stringify({ b: 'ü', a: [1, -2.5, true, null], }) }); // comment`,
    `fetch(\`${url}\`)`,
  ]) {
    received = undefined;
    const body = code.replace(/^(const response = )?(await )?/, 'return ');
    await new Function(body)();
    compare(code);
  }
});

test('calls of axios, as it sends them', async () => {
  const url = `${base}/admin/v1/users`;
  for (const code of [
    `axios({\n  method: 'get',\n  url: '${url}?x=1',\n  params: { limit: 10, name: 'jo e+@x.test', tags: ['a', 'b'], none: null },\n  headers: { 'X-Duo-A': 'b' },\n})`,
    `axios.get('${url}', { params: { a: 'ü&=' } })`,
    `axios.post('${url}', { b: 'ü', a: [1, true, null] }, { timeout: 1000 })`,
    `axios.put("${url}", "a=1&b=2")`,
    `axios.delete('${url}')`,
    `axios.request({ baseURL: '${base}/', url: '/admin/v1/users', method: 'PATCH', data: { a: 'b' } })`,
  ]) {
    received = undefined;
    await new Function('axios', `return ${code}`)(axios);
    received.headers = received.headers.filter(([name]) => name !== 'Accept');
    compare(code);
  }
  const failed = await axios.get('http://127.0.0.1:1/x', { params: { a: 1 } }).catch((it) => it);
  const read = parseRequest(JSON.stringify(failed.toJSON()));
  assert.equal(read.url, 'http://127.0.0.1:1/x?a=1');
});

test('scripts with names for their values, as their languages read them', async () => {
  for (const program of [
    `host = '${base.slice(7)}'\npath = "/admin/v1/users"\nparams = {'limit': '10', "name": 'jo e'}\nheaders = {\n    'Date': 'x',\n    'X-Duo-A': 'b',  # a comment\n}\nheaders['X-Duo-B'] = 'c'\nurl = 'http://' + host + path\nr = requests.get(url, params=params, headers=headers)`,
    `host = "${base}"\nuser: str = 'DU1'\nurl = f"{host}/admin/v1/users/{user}/{{x}}?n={10}"\nurl = url.replace("n=10", "n=1")\nrequests.get(url)`,
    `host = "${base}"\nn = 5\nurl = f"{host}/admin/v1/users/{{x}}?n={n}"\nurl += '&b=c'\nrequests.post(url, data={'a': n})`,
    `body = json.dumps({"a": ["b"]})\nrequests.put("${base}/admin/v1/users", data=body)`,
  ]) {
    await run(python, ['-c', `import json, requests\n${program}`]);
    compare(program);
  }
  for (const program of [
    `const host = '${base}';\nconst path = '/admin/v1/users';\nlet url = \`\${host}\${path}?n=\${1}\`;\nconst response = await fetch(url);`,
    `const host = '${base}';\nconst n = 10;\nconst headers = { 'X-Duo-A': 'b' };\nheaders['X-Duo-B'] = 'c';\nconst response = await fetch(\`\${host}/admin/v1/users?n=\${n}\`, { method: 'PUT', headers, body: 'a' + n });`,
    `const host = '${base}';\nconst options = { method: 'POST', headers: { 'X-Duo-A': 'b' }, body: JSON.stringify({ a: 1 }) };\nconst response = await fetch(host + '/admin/v1/users', options);`,
  ]) {
    const AsyncFunction = (async () => {}).constructor;
    await new AsyncFunction(program)();
    compare(program);
  }
});

test('calls of Requests, as Python reads them', async () => {
  const url = `${base}/admin/v1/users`;
  for (const program of [
    `requests.get("${url}", params={"limit": 10, "name": ["a b", 'ü~+'], "none": None}, timeout=(3, 10))`,
    `# a comment\nresponse = requests.post('${url}',\n    data=[("a", "1"), ('b', "x y")],  # a form\n    headers = {"X-Duo-A": "it's"},)`,
    `requests.put(url="${url}" "?a=1", headers={'X-Duo-A': 'x'}, data='''a\n"b"\\u00fc\\q''')`,
    `print(requests.request("patch", "${url}", json={"b": "ü", "a": [1, -2.5, True, None, {}], "c": ()}, verify=False).text)`,
    `requests.post("${url}", data=json.dumps({"b": "ü", "a": [1]}), headers={"Content-Type": "application/json"})`,
    `requests.delete("${url}", auth=("DIXX", "01:23"), data=r"\\n")`,
    `requests.get("${url}/a b/%41%7e%2f\\u00fc{x}?q=%7E&r=<|>'()")`,
    `requests.post(("${url}"), data="\\x41\\U0001f600".encode("utf-8"))`,
  ]) {
    received = undefined;
    await run(python, ['-c', `import json, requests\n${program}`]);
    compare(program);
  }
});

test('commands of HTTPie, as it reads them itself', async () => {
  const url = `${base}/admin/v1/users`;
  const path = `${dirname(python)}:${process.env.PATH}`;
  for (const command of [
    `http --ignore-stdin ${url}`,
    `http --ignore-stdin -b DELETE '${url}/DU1' X-Duo-A:1 'X-Duo-Empty;'`,
    `http --ignore-stdin ${url}?a=1 limit==10 'name==a b' X-Duo-B:'"two"'`,
    `http --ignore-stdin ${url} username=root 'realname=Zoë Last' active:=true 'list:=[1, "a"]'`,
    `http --ignore-stdin --form PUT ${url} a=1 'b=x y=z'`,
    `http --ignore-stdin --timeout 9 --raw='{"a": 1}' ${url} 'Content-Type:text/plain'`,
    `http --ignore-stdin -a DIXX:0123 ${url} 'a\\:b==c' 'X-Duo-C:x==y:=z'`,
  ]) {
    received = undefined;
    await run('bash', ['-c', command], { timeout: 20_000, env: { ...process.env, PATH: path } });
    compare(command);
  }
});

const date = 'Tue, 21 Aug 2012 17:29:18 -0000';
const host = 'api-xxxxxxxx.duosecurity.com';
const options = { dateHeader: 'Date' };
const get = signRequest(
  'GET',
  host,
  '/admin/v1/users',
  { name: 'a b' },
  date,
  credentials,
  options,
);
const post = signRequest(
  'POST',
  host,
  '/admin/v1/users',
  { b: 'x"^%$`' },
  date,
  credentials,
  options,
);
const names = Object.entries(get.headers);

/** Reading a text has to give a request that is signed rightly. */
function isValid(text) {
  const diagnosis = diagnose(parseRequest(text), credentials);
  assert.equal(diagnosis.outcome, 'valid', `${text}\n${diagnosis.summary}`);
}

test('curl commands for cmd and PowerShell', () => {
  const { Authorization: authorization } = get.headers;
  const query = get.url.split('?')[1];
  isValid(
    `curl ^"https://${host}/admin/v1/users?${query.replaceAll('%', '^%^')}^" ^\r\n` +
      `  -H ^"Date: ${date}^" ^\r\n  -H ^"Authorization: ${authorization}^"`,
  );
  isValid(
    `curl "${get.url}" ^\r\n  -H "Date: ${date}" ^\r\n  -H "Authorization: ${authorization}" --compressed`,
  );
  const body = post.body.replace(/(\\*)"/g, '$1$1\\"');
  isValid(
    `curl ^"${post.url}^" -X POST ${Object.entries(post.headers)
      .map(([name, value]) => `-H ^"${name}: ${value}^"`)
      .join(' ')} --data-raw ^"${body.replace(/[^\w {}:]/g, '^$&')}^"`,
  );
  isValid(
    `curl.exe -X POST '${post.url}' \`\n${Object.entries(post.headers)
      .map(([name, value]) => `  -H "${name}: ${value}"`)
      .join(' `\n')} \`\n  --data-raw '${post.body}'`,
  );
});

test('prompts before a command', () => {
  for (const prompt of [
    '$ ',
    '> ',
    'user@host:~$ ',
    'root@host:/# ',
    'C:\\> ',
    'PS C:\\> ',
    '% ',
  ]) {
    assert.equal(parseRequest(`${prompt}curl https://x.test/a`).url, 'https://x.test/a', prompt);
  }
});

test('a long text takes no longer than it is', () => {
  const text = JSON.stringify({
    response: { text: '\n'.repeat(1_000_000) },
    method: 'GET',
    url: 'https://x.test/',
  });
  assert.equal(parseRequest(text).url, 'https://x.test/');
});

test('PowerShell, as people write it and as Chromium copies it', () => {
  const table = (headers, between) =>
    `@{${between}${Object.entries(headers)
      .map(([name, value]) => `  "${name}"="${value}"`)
      .join(between)}${between}}`;
  isValid(
    '$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession\n' +
      '$session.UserAgent = "Mozilla/5.0"\n' +
      `Invoke-WebRequest -UseBasicParsing -Uri "${get.url}" \`\n` +
      `-WebSession $session \`\n-Headers ${table(get.headers, '\n')}`,
  );
  const { 'Content-Type': kind, ...headers } = post.headers;
  const body = post.body.replace(/["$`]/g, '`$&');
  isValid(
    `PS C:\\> $answer = irm '${post.url}' -Method post -Headers ${table(headers, ' ; ')} ` +
      `-ContentType ${kind} -Body "${body}" | Out-File x`,
  );
  const text = '"$([char]252)`n$([char]55357)$([char]56832)"';
  const parsed = parseRequest(
    `Invoke-RestMethod -Method 'PUT' https://x.test/?a=1 -TimeoutSec 5 -UserAgent x ` +
      `-Body ([System.Text.Encoding]::UTF8.GetBytes(${text}))`,
  );
  assert.deepEqual(parsed, {
    method: 'PUT',
    url: 'https://x.test/?a=1',
    headers: [['User-Agent', 'x']],
    body: 'ü\n😀',
  });
  const fields = parseRequest("(iwr https://x.test/a -Body @{\n'a' = 'b c'; d = \"e\"\n}).Content");
  assert.equal(fields.url, 'https://x.test/a?a=b+c&d=e');
});

test('raw HTTP, with what editors and logs add', () => {
  const target = get.url.slice(`https://${host}`.length);
  const headers = [...names, ['Host', host]].map(([name, value]) => `${name}: ${value}`);
  isValid(`GET ${target} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
  isValid(`GET ${get.url}\n${headers.join('\n')}`);
  isValid(
    `\n  GET ${target} HTTP/1.1\n${headers.join('\n')}\n\nHTTP/1.1 401 Unauthorized\nDate: x\n\n{}`,
  );
  const ofPost = [...Object.entries(post.headers), ['Host', host]].map((pair) => pair.join(': '));
  isValid(`POST /admin/v1/users HTTP/1.1\n${ofPost.join('\n')}\n\n${post.body}\n`);
  const length = `Content-Length: ${Buffer.byteLength(post.body)}`;
  isValid(`POST /admin/v1/users HTTP/1.1\n${ofPost.join('\n')}\n${length}\n\n${post.body}\n\nmore`);
  isValid(
    `POST /admin/v1/users HTTP/1.1\n${ofPost.join('\n')}\n\n${post.body}\n\nHTTP/1.1 401 Unauthorized\n\n{}`,
  );
});

test('HAR and the console of Postman', () => {
  const headers = Object.entries(post.headers).map(([name, value]) => ({ name, value }));
  const postData = { mimeType: 'application/json', text: post.body };
  const entry = { request: { method: 'POST', url: post.url, headers, postData }, response: {} };
  isValid(JSON.stringify(entry, null, 2));
  isValid(JSON.stringify(entry.request));
  const other = { request: { method: 'GET', url: 'https://x.test/', headers: [] } };
  isValid(JSON.stringify({ log: { version: '1.2', entries: [other, entry] } }));
  const pseudo = [{ name: ':authority', value: host }, { name: ':path', value: '/' }, ...headers];
  isValid(JSON.stringify({ request: { ...entry.request, headers: pseudo } }));
  const console = {
    Network: { addresses: { local: {}, remote: {} } },
    'Request Headers': { ...post.headers, host },
    'Request Body': post.body,
    'Response Headers': { date },
    'Response Body': '{}',
  };
  isValid(`POST ${post.url}: ${JSON.stringify(console, null, 2)}`);
});

test('what cannot be read says where and why', () => {
  for (const [text, where, why] of [
    ['', 'line 1, character 1', 'the text is empty'],
    ['hello', 'line 1, character 1', 'not a recognized request'],
    ['request.har', 'line 1, character 1', 'the name of a file'],
    [
      '40103 Invalid signature in request credentials',
      'line 1, character 1',
      'error message alone',
    ],
    ['{"code": 40103, "stat": "FAIL"}', 'line 1, character 1', 'this JSON has no request'],
    ['HTTP/1.1 401 Unauthorized\nServer: Duo', 'line 1, character 1', 'this is an answer'],
    [
      'I get an error when I call the API with Postman, why?',
      'line 1, character 1',
      'contains none',
    ],
    ['curl', 'line 1, character 1', 'no URL'],
    ['xh -f x.test a:=1', 'line 1, character 1', 'no JSON in a form'],
    ["require 'net/http'\nNet::HTTP.start(h) { |http| http.request(req) }", 'line 1', 'language'],
    ["import ky from 'ky'\nky.get('a')", 'line 2, character 7', 'not whole'],
    ['import duo_client\nduo_client.Admin(a)', 'line 1, character 1', 'client is not read'],
    ['GET https://x.test/\n[BasicAuth]\na: b\n', 'line 3, character 1', 'Hurl'],
    ['iwr https://x.test/ -Body (@{a=1;b=2} | ConvertTo-Json -Compress)', 'line 1', 'no order'],
    ['curl https://x.test/ \\\n  -d "a', 'line 2, character 6', 'no end'],
    ['curl https://x.test/ -H "Date: $DATE"', 'line 1, character 32', '`$DATE`'],
    ['curl https://x.test/ -d @body.json', 'line 1, character 25', 'file'],
    ['curl https://x.test/ -F a=b', 'line 1, character 22', '-F'],
    ['curl https://x.test/ -H', 'line 1, character 22', '-H lacks'],
    ['GET /a b HTTP/1.1\nHost: x\n\n', 'line 1, character 1', 'spaces'],
    ['GET /a HTTP/1.1\nHost: x\nno header\n\n', 'line 3, character 1', 'not a header'],
    ['{"request": }', 'line 1, character 13', 'text in quotes'],
    ['{"request": {}}', 'line 1, character 1', 'no request'],
    ['fetch("https://x.test/", {\n  headers\n})', 'line 2, character 3', '`headers`'],
    ['fetch("https://x.test/", {\n  "headers"\n})', 'line 3, character 1', 'colon'],
    ["fetch('\\ud83d\\u0041')", 'line 1, character 8', 'half'],
    ['Invoke-WebRequest -Method GET', 'line 1, character 1', 'no URL'],
    ['iwr https://x.test/ -Headers $headers', 'line 1, character 30', '`$headers`'],
    ['iwr https://x.test/ -Headers @{\n"a"\n}', 'line 2, character 4', 'equals sign'],
    ['iwr https://x.test/ -Body ($a | ConvertTo-Json)', 'line 1, character 28', '`$a`'],
    ['http', 'line 1, character 1', 'no URL'],
    ['http :/a b', 'line 1, character 10', 'neither'],
    ['http x.test body=@file', 'line 1, character 13', 'file'],
    ['http x.test a:=b', 'line 1, character 13', 'JSON'],
    ['r = requests.get(url)', 'line 1, character 18', 'what `url` is'],
    ['requests.post("https://x.test/",\n  data=f"{a}")', 'line 2, character 11', 'what `a` is'],
    ['requests.post("https://x.test/", data=open)', 'line 1, character 39', 'what `open` is'],
    ["a = 'x'\nif b:\n  a = 'y'\nrequests.get(a)", 'line 4, character 14', 'what `a` is'],
    [
      "a = {}\na.update(b)\nrequests.get('https://x.test/', params=a)",
      'line 3, character 40',
      '`b`',
    ],
    ["a = '%s' % b\nrequests.get(a)", 'line 2, character 14', 'what `b` is'],
    ['const a = b.trim();\nfetch(a)', 'line 2, character 7', 'what `b.trim` is'],
    ['curl “https://x.test/”', 'line 1, character 6', 'quotation marks'],
    ['requests.get("https://x.test/"', 'line 1, character 31', 'end'],
    ['requests.get()', 'line 1, character 1', 'no URL'],
    ['fetch(url)', 'line 1, character 7', 'what `url` is'],
    ['[['.repeat(1000), 'line 1, character 66', 'deeply'],
  ]) {
    assert.throws(
      () => parseRequest(text),
      (error) => {
        assert.equal(error.code, 'ERR_DUO_INVALID_TEXT', error);
        assert.ok(error.message.includes(where), `${text}: ${error.message}`);
        assert.ok(error.message.includes(why), `${text}: ${error.message}`);
        return true;
      },
    );
  }
  assert.throws(() => parseRequest(undefined), { code: 'ERR_DUO_INVALID_TEXT' });
});

test('a chunked body, as Node.js and Go send it', async () => {
  let raw = '';
  const plain = net.createServer((socket) =>
    socket.setEncoding('utf8').on('data', (data) => {
      raw += data;
      if (raw.endsWith('0\r\n\r\n')) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    }),
  );
  await new Promise((resolve) => plain.listen(0, '127.0.0.1', resolve));
  const { port } = plain.address();
  const sent = http.request({ port, host: '127.0.0.1', method: 'POST', path: '/auth/v2/preauth' });
  sent.write('{"username":');
  sent.end('"zoë"}');
  await new Promise((resolve) => sent.on('response', resolve));
  plain.close();
  assert.match(raw, /transfer-encoding: chunked/i);
  const { body, method, url } = parseRequest(raw);
  assert.deepEqual([method, url, body], ['POST', '/auth/v2/preauth', '{"username":"zoë"}']);
  // As tools show it that have put the chunks together.
  const shown = raw.replace(/\r\n\r\n[\s\S]*/, '\r\n\r\n{"username":"x"}');
  assert.equal(parseRequest(shown).body, '{"username":"x"}');
});

test('no text keeps the reader busy', () => {
  const texts = [
    'try { iwr https://h/p } catch {}',
    'iwr }',
    'iwr @',
    'irm https://h/p -Headers @{ a = "b" } }',
    `fetch('https://h/', { body: ${'JSON.stringify('.repeat(60)}"'\\""${')'.repeat(60)} })`,
    `requests.post('https://h/', data=${'json.dumps('.repeat(60)}"\\""${')'.repeat(60)})`,
    `curl https://h/ -${'k'.repeat(200_000)}`,
  ];
  for (const text of texts) {
    try {
      parseRequest(text);
    } catch (error) {
      assert.equal(error.code, 'ERR_DUO_INVALID_TEXT', text.slice(0, 60));
    }
  }
  assert.equal(parseRequest(texts[0]).url, 'https://h/p');
});

test('pastes that are changed at random are read or refused', (t) => {
  const pastes = JSON.parse(readFileSync(new URL('../vectors/pastes.json', import.meta.url)));
  const inputs = pastes.map((paste) => paste.input).filter((input) => input.length < 10_000);
  const count = Number(process.env.DUO_SIGN_MUTATIONS ?? 20_000);
  const random = new Random(13);
  const pieces = [
    ...'\'"`(){}[],:;=+\\\n\r $&?#%@<>|^-',
    '\n\n',
    '> ',
    '=> Send ',
    'f"{',
    '${',
    '{{',
  ];
  let slowest = 0;
  for (let i = 0; i < count; i++) {
    let text = random.pick(inputs);
    for (let n = random.below(4); n >= 0; n--) {
      const [from, other] = [random.below(text.length + 1), random.pick(inputs)];
      const end = from + random.pick([0, 0, 1, 2, random.below(40)]);
      const part = other.slice(random.below(other.length)).slice(0, random.below(60));
      const piece = random.pick([random.pick(pieces), '', part, text.slice(from, end).repeat(3)]);
      text = text.slice(0, from) + piece + text.slice(end);
    }
    const start = performance.now();
    try {
      parseRequest(text);
    } catch (error) {
      assert.equal(error.code, 'ERR_DUO_INVALID_TEXT', text);
    }
    slowest = Math.max(slowest, performance.now() - start);
  }
  t.diagnostic(`${count} texts, the slowest in ${slowest.toFixed(1)} ms`);
});

test('pastes that are easy to misread are read rightly, or refused', () => {
  const pastes = JSON.parse(readFileSync(new URL('../vectors/pastes.json', import.meta.url)));
  // Which of the two schemes a program would take does not matter to what is signed.
  const plain = (url) => url.replace(/^http:/, 'https:').replace(/\/$/, '');
  for (const { id, input, expected } of pastes) {
    if (expected === 'refused') {
      assert.throws(() => parseRequest(input), { code: 'ERR_DUO_INVALID_TEXT' }, id);
      continue;
    }
    const request = parseRequest(input);
    const values = (name) =>
      request.headers.filter(([found]) => found.toLowerCase() === name.toLowerCase());
    for (const [member, wanted] of Object.entries(expected)) {
      if (member === 'url') assert.equal(plain(request.url), plain(wanted), id);
      else if (member === 'method' || member === 'body') assert.equal(request[member], wanted, id);
      else {
        for (const [name, value] of member === 'headers' ? wanted : [[member, wanted]]) {
          assert.deepEqual(
            values(name).map(([, found]) => found),
            [value],
            id,
          );
        }
      }
    }
  }
});
