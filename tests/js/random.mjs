// Random requests, the same for the same seed.

const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
const others = ['a', 'b', 'Z', '0', '9', ' ', '\t', '\n', '\r', '\0', '\x7f', 'é', 'ß', '中', '€'];
const wide = ['\u2028', 'Ａ', 'e\u0301', '😀', '\u{10ffff}', '\ufeff'];
const characters = [...punctuation, ...others, ...wide];
const pathCharacters = ['a', 'Z', '7', ...":@!$&'()*+,;=-._~", '%20', '%C3%A9', '%2f', '%25', '/'];
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'get', 'post', 'Put', 'patch'];
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Secret keys by their integration keys, with which random requests are signed. */
export const keys = {
  DIWJ8X6AEYOR5OMC6TQ1: 'Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep',
  DIABCDEFGHIJKLMNOPQR: 'testtesttesttesttesttesttesttesttesttest',
  test_ikey: `long-${'k'.repeat(200)}-é`,
};

export class Random {
  #state;

  constructor(seed) {
    this.#state = seed;
  }

  /** 0 to 1. Mulberry32. */
  #next() {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  below(limit) {
    return Math.floor(this.#next() * limit);
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  chance(probability) {
    return this.#next() < probability;
  }

  times(limit, make) {
    return Array.from({ length: this.below(limit + 1) }, make);
  }

  text(longest) {
    return this.times(longest, () => this.pick(characters)).join('');
  }

  /** Names that start alike, since that is where orders differ; some are whole sets of characters. */
  name() {
    if (this.chance(0.02)) return punctuation;
    return (
      this.pick(['', 'a', 'foo', 'mintime', '10', '9', '_x']) + this.text(this.pick([0, 1, 4]))
    );
  }

  scalar() {
    switch (this.below(10)) {
      case 0:
        return '';
      case 1:
        return this.below(2) === 1;
      case 2:
        return this.pick([0, -7, 1532951895000, Number.MAX_SAFE_INTEGER, 12345678901234567890n]);
      case 3:
        return punctuation;
      default:
        return this.text(12);
    }
  }

  /** A value for a query or form. */
  value() {
    return this.chance(0.25) ? this.times(4, () => this.scalar()) : this.scalar();
  }

  /** A value for JSON. */
  json(depth = 0) {
    switch (this.below(depth > 3 ? 6 : 9)) {
      case 0:
        return null;
      case 1:
        return this.double();
      case 6:
        return this.times(4, () => this.json(depth + 1));
      case 7:
      case 8:
        return this.object(4, () => this.json(depth + 1));
      default:
        return this.scalar();
    }
  }

  double() {
    if (this.chance(0.3)) {
      return this.pick([1.5, 0.1, 1e-5, 1e-4, 1.5e-7, 1e16, 2 ** 53, 123456789.125, 1e21, 5e-324]);
    }
    const bits = new DataView(new ArrayBuffer(8));
    for (let i = 0; i < 8; i++) bits.setUint8(i, this.below(256));
    const value = bits.getFloat64(0);
    return Number.isFinite(value) ? value : 0.25;
  }

  object(size, value) {
    // Without a prototype, so that `__proto__` is a name like others.
    const object = Object.create(null);
    for (const name of this.times(size, () => this.name())) object[name] = value();
    return object;
  }

  path() {
    const characters = this.times(12, () => this.pick(pathCharacters)).join('');
    // Dot segments are an error.
    return `/admin/v${this.below(3)}/${characters}`.replace(/(?<=\/)\.\.?(?=\/|$)/g, 'x');
  }

  host() {
    const name = `api-${this.below(0xffffffff).toString(16)}.DuoSecurity.com`;
    const port = this.chance(0.1) ? `:${1024 + this.below(60000)}` : '';
    return this.pick([name, name.toUpperCase(), name.toLowerCase()]) + port;
  }

  /** An RFC 2822 date at most 200 seconds from now, in one of the spellings that clients send. */
  date() {
    const time = new Date(Date.now() + (this.below(400) - 200) * 1000);
    const [, day, month, year, clock] = time.toUTCString().split(' ');
    const zones = ['-0000', '+0000', 'GMT', 'UT'];
    if (this.chance(0.2)) {
      const ahead = new Date(time.getTime() + 19800000);
      const [, day, month, year, clock] = ahead.toUTCString().split(' ');
      return `${days[ahead.getUTCDay()]}, ${day} ${month} ${year} ${clock} +0530`;
    }
    const name = this.chance(0.9) ? `${days[time.getUTCDay()]}, ` : '';
    return `${name}${day} ${month} ${year} ${clock} ${this.pick(zones)}`;
  }

  headers() {
    const headers = {};
    const names = new Set();
    for (let i = this.below(4); i > 0; i--) {
      const name = `${this.pick(['x-duo-', 'X-Duo-', 'X-DUO-'])}${this.pick(['a', 'B', 'a-b', 'C_d'])}`;
      if (names.has(name.toLowerCase())) continue;
      names.add(name.toLowerCase());
      const value = this.times(10, () => this.pick([...punctuation, 'v', ' ', '1'])).join('');
      headers[name] = value.trim();
    }
    return headers;
  }

  request({ ikey, skey }) {
    const version = this.pick([1, 2, 4, 5, 5, 5]);
    const method = this.pick(methods);
    const inJson = version >= 4 && ['POST', 'PUT', 'PATCH'].includes(method.toUpperCase());
    return {
      ikey,
      skey,
      version,
      method,
      digest: version < 4 && this.chance(0.4) ? 'sha1' : 'sha512',
      host: this.host(),
      path: this.path(),
      date: this.date(),
      params: this.object(8, () => (inJson ? this.json() : this.value())),
      headers: version === 5 ? this.headers() : {},
    };
  }
}
