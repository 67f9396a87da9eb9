// A program like a user's: it has keys in the environment, and calls one endpoint.

import { diagnose, explain, signRequest } from 'duo-sign/diagnose';

const { DUO_IKEY: ikey, DUO_SKEY: skey, DUO_HOST: host } = process.env;
const method = 'GET';
const path = '/admin/v2/logs/authentication';
const now = Date.now();
const params = { mintime: now - 86_400_000, maxtime: now };

console.log(`\nThe canonical string of ${method} ${path}:\n`);
for (const { label, value } of explain(method, host, path, params, now)) {
  console.log(`  ${label.padEnd(18)}  ${value}`);
}

const signed = signRequest(method, host, path, params, now, { ikey, skey });
console.log('\nWhat is sent:\n');
console.log(`  ${signed.method} ${signed.url}`);
for (const [name, value] of Object.entries(signed.headers)) console.log(`  ${name}: ${value}`);

const accepted = await fetch(signed.url, signed);
console.log(`\nThe answer: ${accepted.status} ${await accepted.text()}`);

const withoutQuery = signed.url.split('?')[0];
console.log('\nThe same, with the query left out of the URL:\n');
console.log(`  ${signed.method} ${withoutQuery}`);
const refused = await fetch(withoutQuery, signed);
const { code, message } = await refused.json();
console.log(`\nThe answer: ${refused.status} ${code} ${message}`);

const { headers } = signed;
const sent = { method, url: withoutQuery, headers };
const [cause] = diagnose(sent, { ikey, skey }, { intended: { params }, response: code }).causes;
console.log(`\nWhy: ${cause.summary}\n${cause.fix}\n`);

if (accepted.status !== 200 || code !== 40103 || cause.id !== 'param-location') {
  console.error('✗ expected 200, then 40103, then param-location');
  process.exitCode = 1;
}
