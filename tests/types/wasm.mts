// The module itself, as runtimes import it that forbid to compile bytes. Compiled, never run.

import core from 'duo-sign/core.wasm';
import diagnosis from 'duo-sign/diagnose.wasm';

export const modules: WebAssembly.Module[] = [core, diagnosis];
