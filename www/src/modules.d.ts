// What tools/www.mjs puts in.

/** The script of `worker.ts`, bundled. */
declare module 'worker' {
  const source: string;
  export default source;
}

/** The version of the package. */
declare const VERSION: string;

// Trusted Types are not in TypeScript's DOM.
declare var trustedTypes:
  | {
      createPolicy(
        name: string,
        rules: { createScriptURL(text: string): string },
      ): { createScriptURL(text: string): object };
    }
  | undefined;
