// Bytes as characters of ASCII that need no escape in a string, one for most bytes: it compresses as
// the bytes themselves do, which hexadecimal (10 % more) and base64 (30 % more) do not.

/** The other end of `pkg-template/src/load/characters.ts`, which documents the format. */
export function characters(bytes) {
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte]++;
  const order = [...counts.keys()].sort((a, b) => counts[b] - counts[a]);
  const written = new Array(256);
  for (const [place, byte] of order.entries()) {
    const code = 37 + (place % 89);
    const page = place < 89 ? '' : place < 178 ? '#' : '$';
    written[byte] = page + String.fromCharCode(code < 92 ? code : code + 1);
  }
  return Buffer.from(order).toString('hex') + Array.from(bytes, (byte) => written[byte]).join('');
}
