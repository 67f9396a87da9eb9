// Puts this package in the place of lib/duo_sig.js of @duosecurity/duo_api, before mocha loads its tests.

const { writeSync } = require('node:fs');

let calls = 0;
process.on('exit', () => writeSync(3, String(calls)));

/** Mocha waits for it, and it is there before any test runs. */
exports.mochaGlobalSetup = async () => {
  const ours = await import('./ours.mjs');
  const counted =
    (call) =>
    (...args) => {
      calls++;
      return call(...args);
    };
  const request = (method, host, path, params, date) => ({ method, host, path, params, date });
  const sign = (version) => (ikey, skey, method, host, path, params, date, body) =>
    ours.authorization({ ...request(method, host, path, params, date), ikey, skey, version, body });
  const replaced = {
    sign: sign(2),
    signV5: sign(5),
    _canonParams: ours.canonicalParams,
    _canonicalize: (...args) => ours.canonicalize({ ...request(...args), version: 2 }),
  };
  const theirs = require(`${process.env.DUO_API}/lib/duo_sig.js`);
  for (const [name, call] of Object.entries(replaced)) theirs[name] = counted(call);
};
