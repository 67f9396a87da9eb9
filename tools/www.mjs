// Makes www/dist/: the page, and duo-sign.html, which is all of it in one file.

import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { characters } from './characters.mjs';
import { root, say } from './run.mjs';

const www = join(root, 'www');
export const dist = join(www, 'dist');
const source = (name) => readFileSync(join(www, name), 'utf8');

export async function buildPage() {
  say('Bundling the page');
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const write = (name, text) => writeFileSync(join(dist, name), text);
  const script = await bundle('page.ts', { worker: await bundle('worker.ts') });
  const style = await minified('style.css');
  const html = withLinks(source('index.html'));
  write('index.html', html);
  write('page.js', script);
  write('style.css', style);
  write('duo-sign.html', inOneFile(html, script, style));
  write('_headers', source('_headers').replace('{policy}', policyOf(html)));
  copyFileSync(join(www, 'icon.svg'), join(dist, 'icon.svg'));
}

/** The content security policy of the page. */
export const policyOf = (html) => html.match(/content="(default-src [^"]+)"/)[1];

/** Links to where the package is, which npm shows when its package.json says nothing else. */
function withLinks(html) {
  const { name, homepage, repository } = packageJson();
  const npm = `https://www.npmjs.com/package/${name}`;
  const code = repository?.url?.replace(/^git\+/, '').replace(/\.git$/, '');
  return html
    .replace('{documentation}', () => homepage ?? npm)
    .replace('{source}', () => code ?? `${npm}?activeTab=code`);
}

const packageJson = () => JSON.parse(readFileSync(join(root, 'pkg', 'package.json'), 'utf8'));

/** A script of the page; `modules` are texts to be imported by name. */
async function bundle(name, modules = {}) {
  const { build } = await import('esbuild');
  const { version } = packageJson();
  const { outputFiles } = await build({
    entryPoints: [join(www, 'src', name)],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    // The entry that leaves it to its user how the .wasm file is loaded.
    conditions: ['workerd'],
    charset: 'utf8',
    minify: true,
    legalComments: 'none',
    define: { VERSION: JSON.stringify(version) },
    plugins: [inlined(modules)],
    write: false,
  });
  return outputFiles[0].text;
}

/** Texts as modules, and .wasm files as compiled modules. */
const inlined = (modules) => ({
  name: 'inlined',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\w+$/ }, ({ path }) =>
      path in modules ? { path, namespace: 'text' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'text' }, ({ path }) => ({
      contents: modules[path],
      loader: 'text',
    }));
    onLoad({ filter: /\.wasm$/ }, ({ path }) => ({
      contents: `
        import { fromCharacters } from ${JSON.stringify(decoder)};
        const text = ${JSON.stringify(characters(readFileSync(path)))};
        export default new WebAssembly.Module(fromCharacters(text));`,
      resolveDir: root,
    }));
  },
});

const decoder = join(root, 'pkg-template', 'src', 'load', 'characters.ts');

async function minified(name) {
  const { transform } = await import('esbuild');
  const { code } = await transform(source(name), { loader: 'css', minify: true });
  return code;
}

/** Style, script and icon are inline, and the policy allows just these, by their hashes. */
function inOneFile(html, script, style) {
  const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const policy = policyOf(html)
    .replace("script-src 'self'", `script-src ${hash(script)}`)
    .replace("style-src 'self'", `style-src ${hash(style)}`)
    .replace("img-src 'self'", 'img-src data:');
  const icon = `data:image/svg+xml;base64,${Buffer.from(source('icon.svg')).toString('base64')}`;
  const replace = (text, part, by) => {
    if (!text.includes(part)) throw new Error(`index.html has no ${part}`);
    return text.replace(part, () => by);
  };
  let file = replace(html, policyOf(html), policy);
  file = replace(file, 'href="icon.svg"', `href="${icon}"`);
  file = replace(file, '<link rel="stylesheet" href="style.css" />', `<style>${style}</style>`);
  file = replace(file, '<script src="page.js" defer></script>', '');
  file = replace(file, '</body>', `<script>${script}</script>\n  </body>`);
  // There is nothing to be downloaded from it.
  return file.replace(/<li class="online">.*?<\/li>\s*/s, '');
}
