declare class Utf8Encoder {
    encode(text: string): Uint8Array;
}
declare class Utf8Decoder {
    decode(bytes?: Uint8Array<ArrayBuffer>): string;
}
declare const encoder: typeof Utf8Encoder;
declare const decoder: {
    new (label?: string, options?: TextDecoderOptions): TextDecoder;
    prototype: TextDecoder;
} | typeof Utf8Decoder;
export { decoder as TextDecoder, encoder as TextEncoder };
