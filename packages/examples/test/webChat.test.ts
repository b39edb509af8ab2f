/** The chat's page in a real browser, while a telnet user is in the same room. */
import { spawnSync } from 'node:child_process';

import { createNodeReactor, type Reactor } from '@skein/reactor';
import type { IListeningPort, ITransport } from '@skein/reactor/interfaces';
import { type Browser, chromium, type Page } from 'playwright-core';

import { main } from '../src/webChat';

import { Client } from './client';
import { portOf } from './portOf';

const CHROMIUM = '/usr/bin/chromium';
const PATIENCE_MS = 60_000;

/** `describe` where Debian's Chromium is, or has to be: in continuous integration. */
const isPresent = spawnSync(CHROMIUM, ['--version'], { timeout: 30_000, stdio: 'ignore' }).status === 0;
if (!isPresent && process.env['CI'] !== 'true') console.warn(`passed over, for want of ${CHROMIUM}`);
const describeWithChromium = isPresent || process.env['CI'] === 'true' ? describe : describe.skip;

describeWithChromium('the page of the chat', () => {
  let reactor: Reactor;
  let finished: Promise<void>;
  let ports: IListeningPort[];
  let browser: Browser;
  const telnets: Client[] = [];
  const transports = new Set<ITransport>();

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      headless: true,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      args: [
        ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
        ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ],
    });
  }, PATIENCE_MS);
  afterAll(() => browser.close(), PATIENCE_MS);

  beforeEach(async () => {
    reactor = createNodeReactor();
    reactor.events.on('connectionMade', (transport) => transports.add(transport));
    reactor.events.on('connectionLost', (transport) => transports.delete(transport));
    finished = reactor.run({ installSignalHandlers: false });
    ports = await main(reactor, 0, 0);
  });

  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await Promise.all(telnets.splice(0).map((client) => client.close()));
    reactor.stop();
    await finished;
  }, PATIENCE_MS);

  /** The page, opened, on a screen of a phone's size. */
  async function open(): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 390, height: 780 } });
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(`http://127.0.0.1:${portOf(ports[1]!)}/`);
    return page;
  }

  async function join(page: Page, name: string): Promise<void> {
    await page.getByLabel("What's your name?").fill(name);
    await page.getByRole('button', { name: 'Join' }).click();
  }

  async function say(page: Page, text: string): Promise<void> {
    await page.getByLabel('Message', { exact: true }).fill(text);
    await page.keyboard.press('Enter');
  }

  /** Somebody with telnet, who has been welcomed. */
  async function telnet(name: string): Promise<Client> {
    const client = await Client.connect(portOf(ports[0]!));
    telnets.push(client);
    await client.receivesLine("What's your name?");
    await client.send(`${name}\r\n`);
    await client.receivesLine(`Welcome, ${name}!`);
    return client;
  }

  it(
    'chat.html talks to a telnet user in the same room, and shows what is said as text',
    async () => {
      const alice = await telnet('alice');
      const page = await open();
      await join(page, 'alice');
      await page.getByText('Somebody is called “alice” already').waitFor();
      await join(page, 'Bob 李');
      await page.getByText('Here as Bob 李').waitFor();

      await say(page, 'hello 🧶');
      await alice.receivesLine('<Bob 李> hello 🧶');
      await alice.send('hi <b>Bob</b>\r\n');
      await page.getByText('hi <b>Bob</b>').waitFor();
      expect(await page.locator('.message').allInnerTexts()).toEqual([
        expect.stringMatching(/^[\d:]+( [AP]M)?\s*hello 🧶$/),
        expect.stringMatching(/^alice\s*[\d:]+( [AP]M)?\s*hi <b>Bob<\/b>$/),
      ]);
    },
    PATIENCE_MS,
  );

  it(
    'chat.html connects again by itself when the server is back, with the name that it had',
    async () => {
      const page = await open();
      await join(page, 'bob');
      await page.getByText('Here as bob').waitFor();
      await say(page, 'before');
      const numbers = ports.map(portOf);

      for (const port of ports) await port.stopListening();
      for (const transport of transports) transport.loseConnection();
      await page.getByText('The connection was lost.').waitFor();
      await page.getByText('Offline, trying again').waitFor();
      // What is written meanwhile stays where it is.
      await say(page, 'after');

      ports = await main(reactor, numbers[0], numbers[1]);
      await page.getByText('Connected again.').waitFor();
      const alice = await telnet('alice');
      await page.keyboard.press('Enter');
      await alice.receivesLine('<bob> after');
      await alice.send('welcome back\r\n');
      await page.getByText('welcome back').waitFor();
    },
    PATIENCE_MS,
  );
});
