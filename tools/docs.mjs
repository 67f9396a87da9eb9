// Makes target/docs/, a static site: the guides, the reference of the package, rustdoc and the page.

import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { Problem, root, run, say, tools, whenCalled } from './run.mjs';
import { docPackages, setup } from './setup.mjs';
import { dist as page } from './www.mjs';

export const site = join(root, 'target', 'docs');

/** The guides by their headings in the navigation, in the order of a reader. */
const guides = {
  Guides: named('api diagnose errors client command-line runtimes from-duo_api performance'),
  Tools: named('page postman curl python powershell bruno insomnia fiddler docker'),
  Project: ['CHANGELOG', 'SECURITY', 'CONTRIBUTING'],
};

function named(names) {
  return names.split(' ').map((name) => `docs/${name}`);
}

/** The entries of the package, by the names that TypeDoc has for their declarations. */
const entries = {
  index: 'duo-sign',
  client: 'duo-sign/client',
  diagnose: 'duo-sign/diagnose',
};

export async function buildDocs() {
  await docPackages();
  say('Building the documentation site');
  rmSync(site, { recursive: true, force: true });
  await reference();
  const flags = { RUSTDOCFLAGS: '-D warnings' };
  const doc = ['doc', '--locked', '--no-deps', '--features', 'diagnose', '--quiet'];
  const target = join(root, 'target', 'rustdoc');
  rmSync(join(target, 'doc'), { recursive: true, force: true });
  await run('cargo', [...doc, '--target-dir', target], { env: flags });
  cpSync(join(target, 'doc'), join(site, 'rust'), { recursive: true });
  cpSync(page, join(site, 'page'), { recursive: true });
  // One file for the whole site: the page's headers are for the page alone.
  rmSync(join(site, 'page', '_headers'));
  const headers = readFileSync(join(page, '_headers'), 'utf8');
  writeFileSync(join(site, '_headers'), headers.replaceAll(/^\//gm, '/page/'));
  const broken = brokenLinks(site);
  if (broken.length > 0) throw new Problem(broken.join('\n'));
}

/** The guides, and the reference that TypeDoc makes from the declarations. */
async function reference() {
  const require = createRequire(join(tools, 'docs', 'node_modules', 'x.js'));
  const typedoc = await import(pathToFileURL(require.resolve('typedoc')));
  const work = join(root, 'target', 'typedoc');
  mkdirSync(work, { recursive: true });
  const declarations = join(root, 'pkg', 'dist');
  const names = ['index', 'client/index', 'diagnose'];
  const files = names.map((name) => join(declarations, `${name}.d.ts`));
  const tsconfig = join(work, 'tsconfig.json');
  const lib = ['es2023', 'dom', 'dom.iterable', 'esnext.disposable'];
  const compilerOptions = { module: 'nodenext', strict: true, noEmit: true, types: [], lib };
  writeFileSync(tsconfig, JSON.stringify({ compilerOptions, files }));
  const app = await typedoc.Application.bootstrap({
    name: 'duo-sign',
    entryPoints: files,
    tsconfig,
    readme: join(root, 'README.md'),
    projectDocuments: Object.values(guides)
      .flat()
      .map((name) => join(root, `${name}.md`)),
    router: 'files',
    customCss: join(root, 'docs', 'site.css'),
    disableSources: true,
    disableGit: true,
    navigation: { includeGroups: true },
    groupOrder: [...Object.keys(guides), 'Modules', '*'],
    sort: ['documents-first'],
    highlightLanguages: ['js', 'ts', 'json', 'sh', 'python', 'powershell', 'yaml', 'http'],
    logLevel: 'Warn',
  });
  const { Converter, JSX, KindRouter, ReflectionKind } = typedoc;
  const pages = new Map();
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    const [section] = Object.entries(guides).find(([, names]) => names.includes(document.name));
    pages.set(document, document.name.replace('docs/', ''));
    document.frontmatter.group = section;
    document.name = takeHeading(document.content);
  });
  app.renderer.defineRouter(
    'files',
    class extends KindRouter {
      getIdealBaseName(it) {
        return pages.has(it) ? `documents/${pages.get(it)}` : super.getIdealBaseName(it);
      }
    },
  );
  app.renderer.hooks.on('sidebar.begin', (context) =>
    JSX.createElement('p', null, [
      JSX.createElement('a', { href: context.relativeURL('page/index.html') }, 'Sign or diagnose'),
      ' · ',
      JSX.createElement('a', { href: context.relativeURL('rust/duo_sign/index.html') }, 'Rust'),
    ]),
  );
  const project = await app.convert();
  if (!project) throw new Problem('TypeDoc cannot read the declarations');
  takeHeading(project.readme);
  for (const it of project.getChildrenByKind(ReflectionKind.Module)) it.name = entries[it.name];
  await app.generateDocs(project, site);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Problem('TypeDoc warns');
}

/** The relative links of pages that lead to no file or element. rustdoc checks its own pages. */
export function brokenLinks(folder) {
  const names = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.html'));
  const texts = new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  const broken = new Set();
  for (const [name, text] of texts) {
    if (name.startsWith('rust/')) continue;
    for (const [, , link] of text.matchAll(/<[a-z][^>]*\s(href|src)="([^"]*)"/g)) {
      const base = pathToFileURL(join(folder, name));
      const url = new URL(link.replaceAll('&amp;', '&'), base);
      if (url.protocol !== 'file:') continue;
      const path = relative(folder, fileURLToPath(url));
      const id = decodeURIComponent(url.hash.slice(1));
      const target = texts.get(path);
      const found = target ? !id || hasId(target, id) : isFile(join(folder, path));
      if (!found) broken.add(`${name}: ${link}`);
    }
  }
  return [...broken];
}

const isFile = (path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

const hasId = (html, id) => html.includes(` id="${id.replaceAll('&', '&amp;')}"`);

/** Takes the heading off a text, since TypeDoc writes the title of a page above it. */
export function takeHeading([first]) {
  const [, heading, rest] = /^# ([^\n]*)\n(.*)$/s.exec(first.text);
  first.text = rest;
  return heading;
}

await whenCalled(import.meta.url, async () => {
  await setup();
  await build();
  await buildDocs();
});
