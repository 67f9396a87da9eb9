// For engines without them: jsdom, and Hermes of older React Native. Just what the glue calls.

class Utf8Encoder {
  encode(text: string): Uint8Array {
    const binary = encodeURIComponent(text).replace(/%(..)/g, (_, hex) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    return Uint8Array.from(binary, (byte) => byte.charCodeAt(0));
  }
}

class Utf8Decoder {
  decode(bytes = new Uint8Array()): string {
    let escaped = '';
    for (const byte of bytes) escaped += `%${byte.toString(16).padStart(2, '0')}`;
    return decodeURIComponent(escaped);
  }
}

const encoder = typeof TextEncoder === 'undefined' ? Utf8Encoder : TextEncoder;
const decoder = typeof TextDecoder === 'undefined' ? Utf8Decoder : TextDecoder;

export { decoder as TextDecoder, encoder as TextEncoder };
