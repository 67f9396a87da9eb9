/**
 * Bytes from a text of ASCII. It begins with the 256 bytes in hexadecimal, the commonest first. Then
 * the characters from `%` on, without the backslash, are the first 89 of them; `#` and `$` say that
 * the next character is of the second 89, and of the others.
 */
export function fromCharacters(text: string): Uint8Array<ArrayBuffer> {
  // The bytes of characters, with none, `#` and `$` before them.
  const table = new Uint8Array(3 * 128);
  for (let i = 0; i < 256; i++) {
    const code = 37 + (i % 89);
    const page = i < 89 ? 0 : i < 178 ? 128 : 256;
    table[page + (code < 92 ? code : code + 1)] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  }
  const bytes = new TextEncoder().encode(text);
  let length = 0;
  for (let i = 512; i < bytes.length; i++) {
    const code = bytes[i] as number;
    const place = code > 36 ? code : 128 * (code - 34) + (bytes[++i] as number);
    bytes[length++] = table[place] as number;
  }
  return bytes.subarray(0, length);
}
