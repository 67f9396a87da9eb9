// A file in place of a paste, such as a HAR or a log: opened or dropped, and read in the page.

import { Refusal, signing } from './core.js';
import { byId, fillExact } from './form.js';

/** More than the core reads. */
const MOST = 2 ** 24;

/** Lets a text area take files; `refuse` says why one cannot be read. */
export function takeFiles(id: string, chooser: string, refuse: (error: unknown) => void): void {
  const area = byId(id);
  const input = byId<HTMLInputElement>(chooser);
  const take = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    try {
      fillExact(id, await textOf(file));
      area.dispatchEvent(new Event('input', { bubbles: true }));
    } catch (error) {
      refuse(error);
    }
  };
  input.addEventListener('change', async () => {
    await take(input.files?.[0]);
    // So that the same file can be opened again.
    input.value = '';
  });
  area.addEventListener('dragover', (event) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  });
  area.addEventListener('drop', (event) => {
    const file = event.dataTransfer?.files[0];
    // Text is dropped as the browser does it.
    if (file) event.preventDefault();
    take(file);
  });
}

async function textOf(file: File): Promise<string> {
  if (file.size > MOST) {
    throw new Refusal({
      message: 'the file has more than 16 MB: cut the refused request out',
      field: 'text',
    });
  }
  return signing.ask('decodeText', new Uint8Array(await file.arrayBuffer()));
}
