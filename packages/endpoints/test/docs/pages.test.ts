/** The pages about endpoints, against the code: what is drawn on them, and that every description they show is right. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { withFilesOfDescriptions } from '../../../../scripts/docs/descriptionFiles';
import { KINDS, refusalOf, withArgument } from '../../../../scripts/docs/descriptionReference';
import { pagesWithDrawnParts, redrawn } from '../../../../scripts/drawTables';
import type { IReactor } from '@skein/reactor/interfaces';

import { clientFromString, serverFromString } from '../../src';
import { HELP } from '../../src/command/commandLine';
import { settingsOf, type WebSocketOptions } from '../../src/websocket/options';

const HOWTO = path.join(__dirname, '../../../../docs/howto');

/** The formatter pads tables and may divide them otherwise; the content is what counts. */
const unpadded = (text: string): string => text.replace(/-{2,}/g, '--').replace(/ +/g, ' ');

test.each([...pagesWithDrawnParts()])('%s shows what is drawn from the code (npm run docs:tables)', (_name, text) => {
  const parts: string[] = [];
  const drawn = redrawn(text, (part) => parts.push(part));
  expect(parts).not.toEqual([]);
  expect(unpadded(text)).toBe(unpadded(drawn));
});

/** The descriptions of built-in types in a text; none that has something left out, or is a URL. */
function descriptionsIn(text: string): string[] {
  const found = text.matchAll(/(?<![\w\\:=.#/])(?:tcp6?|unix|ssl|tls|systemd|fd|haproxy|wss?):(?!\/\/)[^\s'"`|,)]+/g);
  return [...new Set([...found].map(([description]) => description))].filter((each) => !/[…{}]/.test(each));
}

/** What a page says in code, without the part about what is wrong. */
function codeOf(page: string): string {
  const text = readFileSync(path.join(HOWTO, page), 'utf8').replace(/<!-- drawn: wrong[\s\S]*?<!-- end of/, '');
  return [...text.matchAll(/^(`{3,})[\s\S]*?^\1|`[^`\n]+`/gm)].map(([code]) => code).join('\n');
}

test.each([
  ...['endpoints.md', 'websocket.md', 'application.md', 'choosing-reactor.md', 'happy-eyeballs.md'].map(
    (page) => [page, codeOf(page)] as const,
  ),
  ['skein --help', HELP] as const,
])('%s shows no description that a server or a client refuses', (_where, text) => {
  const refused = withFilesOfDescriptions(() =>
    descriptionsIn(text).filter((each) => refusalOf('server', each) !== null && refusalOf('client', each) !== null),
  );
  expect(refused).toEqual([]);
});

test('endpoints.md shows a description of every type', () => {
  const shown = descriptionsIn(codeOf('endpoints.md')).map((description) => description.split(':')[0]);
  expect(new Set(shown)).toEqual(
    new Set(['tcp', 'tcp6', 'unix', 'ssl', 'tls', 'systemd', 'fd', 'haproxy', 'ws', 'wss']),
  );
});

/** What an endpoint holds, with what it leaves to the reactor and to WebSockets filled in. */
function contentOf(side: 'server' | 'client', description: string): unknown {
  const parse = side === 'server' ? serverFromString<string> : clientFromString<string>;
  const filled = (key: string, value: unknown): unknown => {
    if (key === 'backlog') return value ?? 511;
    return key === 'options' ? { ...(value as object), ...settingsOf(value as WebSocketOptions) } : value;
  };
  return JSON.parse(JSON.stringify(parse({} as IReactor, description), filled)) as unknown;
}

test.each(
  (['server', 'client'] as const).flatMap((side) => KINDS[side].map((kind) => [kind.prefix, side, kind] as const)),
)('%s: of %ss has the numbers for defaults that the reference says', (_prefix, side, kind) => {
  withFilesOfDescriptions(() => {
    const numbers = kind.signature.parameters.filter((parameter) => /^\d+$/.test(parameter.default ?? ''));
    for (const { name, default: byDefault = '' } of numbers) {
      const told = withArgument(side, kind, `${name}=${byDefault}`);
      const untold = withArgument(side, kind, 'x=').replace(/:x=$/, '');
      expect([name, contentOf(side, told)]).toEqual([name, contentOf(side, untold)]);
    }
  });
});
