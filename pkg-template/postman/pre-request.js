// Signs requests for the Duo APIs (Admin, Auth, Accounts): duo-sign, MIT OR Apache-2.0.
// Paste all of this file into the pre-request script of a collection, a folder or a request, and set
// three variables in any scope:
//
//   ikey, skey, apihost      as the Duo Admin Panel shows them; or DUO_IKEY, DUO_SKEY, DUO_HOST
//   duo_signature_version    optional: 1, 2, 4 or 5; without it the body decides
//   duo_debug                optional: `true` prints the text that is signed
//
// It must be the last script to run: below what a folder's or request's own script sets.
// What scripts send themselves is signed by duoSendRequest(request, callback), in place of
// pm.sendRequest, in code below this one. Requests to other hosts than apihost are left alone.
// Authorization must be "No Auth" or inherited.
// Nothing secret is printed or stored. What follows this readable part is the signing core of
// duo-sign, compiled from Rust: it computes, and sees nothing but its arguments.

function stopForDuo(sentence) {
  console.error(`duo-sign: ${sentence}`);
  pm.test('duo-sign', () => {
    throw new Error(sentence);
  });
  pm.execution.skipRequest();
}

/** Signs a request; `stop` is told why one cannot be signed. */
function signForDuo(core, request = pm.request, stop = stopForDuo) {
  const { variables } = pm;

  /** Resolved here, once: what is signed is what is sent. Variables may hold variables. */
  function resolved(text) {
    const given = text ?? '';
    let value = typeof given === 'string' ? given : JSON.stringify(given);
    for (let depth = 0; depth < 20 && value.includes('{{'); depth++) {
      const next = variables.replaceIn(value);
      if (next === value) break;
      value = next;
    }
    if (/[\uD800-\uDFFF]/u.test(value)) stop('the request has half of a surrogate pair');
    return value;
  }

  /** Postman would still replace what gets a value later, or cannot get one. */
  function complete(text, place) {
    const [unset] = text.match(/\{\{[^{}]*\}\}/) || [];
    if (unset) stop(`${unset} in the ${place} has no value: set it before this script, or remove it`);
    return text;
  }

  function setting(...names) {
    const found = names.find((name) => ![undefined, null, ''].includes(variables.get(name)));
    return found && resolved(variables.get(found)).trim();
  }

  function required(...names) {
    const value = setting(...names);
    if (!value) stop(`${names[0]} is not set: give the variable ${names.join(' or ')} a value`);
    return complete(value, `variable ${names[0]}`);
  }

  const withoutDefaultPort = (host) => host.toLowerCase().replace(/:443$/, '');
  const enabled = (list) => (list ? list.all().filter((it) => it && !it.disabled) : []);
  const encoded = (text) => encodeURIComponent(complete(resolved(text), 'body'));
  const isContentType = (header) => /^content-type$/i.test(resolved(header.key));

  // As Postman builds it: path variables in place, disabled parameters left out.
  const url = resolved(request.url.toString()).trim();
  const parts = /^(?:([a-z][a-z0-9+.-]*):\/\/)?([^/?#]*)([^?#]*)\??([^#]*)/i;
  const [, scheme = 'https', authority, path, query] = url.match(parts);
  const apihost = withoutDefaultPort(required('apihost', 'DUO_HOST'));
  if (/[/@]/.test(apihost)) stop('apihost is not a host name such as api-xxxxxxxx.duosecurity.com: correct it');
  const [name, user] = complete(authority, 'URL').trim().split('@').reverse();
  const host = withoutDefaultPort(name);
  if (host !== apihost) return console.log(`duo-sign: not signed, since ${host} is not the apihost`);
  complete(path + query, 'URL');
  if (user !== undefined) stop('the URL has user info before an `@`: take it out');
  if (/^http$/i.test(scheme)) stop('the URL starts with http://: Duo takes https:// only');
  if (request.auth?.type && request.auth.type !== 'noauth') {
    stop(`the request has an authorization of its own (${request.auth.type}): set it to "No Auth"`);
  }

  const method = request.method.toUpperCase();
  const body = readBody();
  const takesForm = ['POST', 'PUT', 'PATCH'].includes(method);
  const chosen = setting('duo_signature_version');
  const version = chosen ? Number(chosen) : body.isForm && takesForm ? 2 : 5;
  if (![1, 2, 4, 5].includes(version)) stop(`duo_signature_version is ${chosen}: set it to 1, 2, 4 or 5`);

  const signsForm = body.isForm && takesForm && version < 4;
  const duoHeaders = enabled(request.headers)
    .map((it) => ({ key: resolved(it.key).trim(), value: it.value }))
    .filter((it) => /^x-duo/i.test(it.key) && !/^x-duo-date$/i.test(it.key))
    .map((it) => ({ ...it, value: complete(resolved(it.value), 'headers').trim() }));
  if (duoHeaders.some((it) => /[\r\n]/.test(it.value))) stop('an X-Duo- header has a line break');
  const signed = core.sign(
    required('ikey', 'DUO_IKEY'),
    required('skey', 'DUO_SKEY'),
    version,
    method,
    host,
    // Newer versions of Postman would encode it later.
    path.replaceAll("'", '%27') || '/',
    query,
    signsForm ? body.text : '',
    signsForm ? '' : body.text,
    duoHeaders.map((it) => `${it.key}\n${it.value}`).join('\n'),
    Math.floor(Date.now() / 1000),
  );
  if (signed[0] === '!') stop(signed.slice(1));
  const [date, authorization, sentPath, sentQuery, sentForm, ...canonical] = signed.split('\n');

  request.method = method;
  request.url.update(`${scheme}://${host}${sentPath}${sentQuery && `?${sentQuery}`}`);
  const replaced = /^(date$|x-duo|authorization$)/i;
  request.headers.remove((it) => replaced.test(resolved(it.key)) || (body.type && isContentType(it)));
  const added = { Date: date, Authorization: authorization, ...(body.type && { 'Content-Type': body.type }) };
  const list = Object.entries(added).map(([key, value]) => ({ key, value }));
  for (const header of [...duoHeaders, ...list]) request.headers.add(header);
  // As text, in which Postman changes nothing.
  const options = { raw: { language: 'text' } };
  request.body?.update({ mode: 'raw', raw: signsForm ? sentForm : body.text, options });
  // Not the one that a folder or the collection may have.
  request.auth = { type: 'noauth' };

  console.log(`duo-sign: signed ${method} ${sentPath} with signature version ${version}`);
  if (setting('duo_debug') === 'true') console.log(canonical.join('\n'));

  /** The body as text, its content type, and whether it is a form. */
  function readBody() {
    const [form, json] = ['application/x-www-form-urlencoded', 'application/json'];
    const { mode, disabled } = request.body || {};
    // Postman sends no body with these.
    const isPruned = ['GET', 'HEAD', 'COPY', 'PURGE', 'UNLOCK'].includes(method);
    if (!mode || disabled || isPruned) return { text: '' };
    if (mode === 'raw') {
      const text = complete(resolved(request.body.raw), 'body');
      if (text === '') return { text };
      const type = resolved(enabled(request.headers).find(isContentType)?.value).toLowerCase();
      if (type.startsWith(form)) return { text, type: form, isForm: true };
      const language = request.body.options?.raw?.language;
      const isJson = language ? language === 'json' : /^application\/(\S+\+)?json/.test(type);
      // Which Postman leaves out of JSON.
      const comments = /("[^"\\]*(?:\\[\s\S][^"\\]*)*"?)|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g;
      return { text: isJson ? text.replace(comments, (_, string = '') => string) : text, type: json };
    }
    if (mode === 'urlencoded') {
      const pairs = enabled(request.body.urlencoded).map((it) => [it.key, it.value]);
      const text = pairs.map((pair) => pair.map(encoded).join('=')).join('&');
      return { text, type: text && form, isForm: true };
    }
    if (mode === 'formdata') {
      const fields = Object.create(null);
      for (const it of enabled(request.body.formdata)) {
        if (it.type === 'file') stop(`the form field ${it.key} is a file, which Duo does not take`);
        const [name, value] = [resolved(it.key), resolved(it.value)];
        fields[name] = Object.hasOwn(fields, name) ? [].concat(fields[name], value) : value;
      }
      return { text: complete(JSON.stringify(fields), 'body'), type: json };
    }
    return stop(`a ${mode} body is nothing that Duo takes: use raw JSON, or x-www-form-urlencoded`);
  }
}

/** `pm.sendRequest`, signed. */
function duoSendRequest(given, callback) {
  const request = new pm.request.constructor(given);
  const stop = (sentence) => {
    throw new Error(`duo-sign: ${sentence}`);
  };
  signForDuo(duoSignCore, request, stop);
  return pm.sendRequest(request, callback);
}
