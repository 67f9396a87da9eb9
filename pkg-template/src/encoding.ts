/**
 * The text of a file: UTF-8, or UTF-16 if it starts with a byte order mark, as files do that PowerShell
 * for Windows writes.
 *
 * @param bytes - The content of the file.
 * @returns Its text, without the mark; bytes that are not UTF-8 become U+FFFD.
 *
 * @example
 * ```ts
 * const request = parseRequest(decodeText(readFileSync('request.txt')));
 * ```
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const isLittleEndian = first === 0xff && second === 0xfe;
  const isBigEndian = first === 0xfe && second === 0xff;
  const encoding = isLittleEndian ? 'utf-16le' : isBigEndian ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}
