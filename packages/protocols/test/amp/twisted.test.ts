/**
 * AMP with the real Twisted at the other end of a socket, in both directions: every type of argument, errors of every
 * kind, calls without an answer, and TLS started between two boxes.
 *
 * Without a Python that has Twisted it is passed over, visibly; in continuous integration it fails.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

import { createNodeReactor } from '@skein/reactor';
import type { IPv4Address } from '@skein/reactor/address';
import type { IReactor, ISSLTransport } from '@skein/reactor/interfaces';
import { collectLoggedErrors, flushLoggedErrors } from '@skein/reactor/logger';
import { Certificate, PrivateCertificate } from '@skein/reactor/ssl';

import { ClientFactory, Factory } from '../../src';
import * as amp from '../../src/amp';
import { describeWithTwisted, PYTHON } from '../withTwisted';

const PEER = path.join(__dirname, 'twistedPeer.py');
const PEM = path.join(__dirname, '../../../../conformance/fixtures/server.pem');

class KnownError extends Error {}
class FatalError extends Error {}

const FIELDS = {
  small: amp.Integer(),
  big: amp.Integer({ bigint: true }),
  'some-bytes': amp.String(),
  text: amp.Unicode(),
  yes: amp.Boolean(),
  from: amp.Float(),
  tiny: amp.Float(),
  exact: amp.Decimal(),
  path: amp.Path(),
  when: amp.DateTime(),
  numbers: amp.ListOf(amp.Integer()),
  texts: amp.ListOf(amp.Unicode()),
  rows: amp.AmpList({ name: amp.Unicode(), age: amp.Integer({ optional: true }) }),
  absent: amp.Unicode({ optional: true }),
};
const VALUES = {
  small: -42,
  big: 2n ** 100n,
  some_bytes: Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  text: 'Grüße \u{1F600}',
  yes: true,
  From: 0.1,
  tiny: -1e-300,
  exact: '-1.50E-9',
  path: '/tmp/x',
  when: new amp.AmpDateTime({
    ...{ year: 2026, month: 11, day: 23, hour: 9, minute: 8, second: 7, microsecond: 250, utcOffset: -330 },
  }),
  numbers: [1, -20, 300],
  texts: ['', 'a', '€'],
  rows: [
    { name: 'Ada', age: 36 },
    { name: 'Bob', age: null },
  ],
  absent: null,
};
/** What Python sees of them. */
const SEEN = [
  'From=0.1',
  'absent=None',
  'big=1267650600228229401496703205376',
  'exact=-1.50E-9',
  'numbers=[1, -20, 300]',
  'path=/tmp/x',
  "rows=[{'name': 'Ada', 'age': 36}, {'name': 'Bob', 'age': None}]",
  'small=-42',
];

class Echo extends amp.Command {
  static override readonly arguments = FIELDS;
  static override readonly response = { ...FIELDS, seen: amp.Unicode() };
}
class Fail extends amp.Command {
  static override readonly arguments = { how: amp.Unicode() };
  static override readonly errors = { KNOWN: KnownError };
  static override readonly fatalErrors = { FATAL: FatalError };
}
class Missing extends amp.Command {}
class Note extends amp.Command {
  static override readonly arguments = { text: amp.Unicode() };
  static override readonly requiresAnswer = false;
}
class Notes extends amp.Command {
  static override readonly response = { texts: amp.ListOf(amp.Unicode()) };
}

class Peer extends amp.AMP {
  readonly notes: string[] = [];
  /** Fires with the reason of the connection's end. */
  readonly lost: Promise<Error>;
  #lose!: (reason: Error) => void;

  constructor() {
    super();
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    Echo.responder(this, (values) => ({ ...values, seen: `big=${values.big} when=${values.when.toString()}` }));
    Fail.responder(this, ({ how }) => {
      throw new (how === 'known' ? KnownError : Error)('told to: é');
    });
    Note.responder(this, ({ text: note }) => {
      this.notes.push(note);
      return {};
    });
    Notes.responder(this, async () => Promise.resolve({ texts: this.notes }));
    amp.StartTLS.responder(this, () => ({
      tls_localCertificate: PrivateCertificate.loadPEM(readFileSync(PEM, 'utf8')),
    }));
  }

  amp_LOW(box: amp.AmpBox): amp.AmpBox {
    return new amp.AmpBox({ k: Buffer.concat([box.get('k')!, box.get('k')!]) });
  }

  override connectionLost(reason: Parameters<amp.AMP['connectionLost']>[0]): void {
    super.connectionLost(reason);
    this.#lose(reason.value);
  }
}

/** Runs `body` while a reactor runs. */
async function running<T>(body: (reactor: IReactor) => Promise<T>): Promise<T> {
  const reactor = createNodeReactor();
  const done = reactor.run({ installSignalHandlers: false });
  try {
    return await body(reactor);
  } finally {
    reactor.stop();
    await done;
  }
}

function start(...args: readonly string[]): { peer: ChildProcess; ended: Promise<unknown> } {
  const peer = spawn(PYTHON, [PEER, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  return { peer, ended: once(peer, 'close') };
}

/** Runs `body` with a connection to Twisted. */
async function withTwisted(body: (p: Peer) => Promise<void>): Promise<void> {
  const { peer, ended } = start('serve', PEM);
  const [port] = (await once(createInterface({ input: peer.stdout! }), 'line')) as [string];
  try {
    await running(async (reactor) => {
      const p = new Peer();
      await new Promise<void>((resolve, reject) => {
        p.connectionMade = resolve;
        const factory = ClientFactory.forProtocol(() => p);
        factory.noisy = false;
        factory.clientConnectionFailed = (_connector, reason) => reject(reason.value);
        reactor.connectTCP('127.0.0.1', Number(port), factory);
      });
      await body(p);
      p.transport?.loseConnection();
      await p.lost;
    });
  } finally {
    peer.kill();
    await ended;
  }
}

/** The error of a call. */
async function errorOf(call: PromiseLike<unknown>): Promise<Error> {
  return call.then(
    () => {
      throw new Error('no error');
    },
    (error: unknown) => error as Error,
  );
}

describeWithTwisted('Twisted', () => {
  it('AMP calls Twisted with every type of argument, and gets the same values back', async () => {
    await withTwisted(async (p) => {
      const { seen, ...values } = await p.callRemote(Echo, VALUES);
      expect(values).toEqual(VALUES);
      expect(seen.split('; ')).toEqual(expect.arrayContaining(SEEN));
      expect((await p.callRemoteString('LOW', { k: 'x' })).get('k')?.toString()).toBe('xx');
    });
  });

  it('AMP gets the errors that a command lists, and is told of a missing responder', async () => {
    await withTwisted(async (p) => {
      const known = await errorOf(p.callRemote(Fail, { how: 'known' }));
      expect(known).toBeInstanceOf(KnownError);
      expect(known.message).toBe('told to: é');
      const missing = await errorOf(p.callRemote(Missing));
      expect(missing).toMatchObject({ name: 'UnhandledCommand', message: "Unhandled Command: b'Missing'" });
    });
  });

  it('AMP calls without an answer, in order', async () => {
    await withTwisted(async (p) => {
      expect(p.callRemote(Note, { text: 'one' })).toBeNull();
      expect(p.callRemote(Note, { text: 'two' })).toBeNull();
      expect(await p.callRemote(Notes)).toEqual({ texts: ['one', 'two'] });
    });
  });

  it.each([
    ['fatal', 'a fatal error', FatalError],
    ['unknown', 'an error that the command does not list', amp.UnknownRemoteError],
  ])('AMP loses the connection after %s', async (how, _what, errorClass) => {
    await withTwisted(async (p) => {
      expect(await errorOf(p.callRemote(Fail, { how }))).toBeInstanceOf(errorClass);
      expect((await p.lost).name).toBe('ConnectionDone');
    });
  });

  it('AMP starts TLS with Twisted, and goes on', async () => {
    await withTwisted(async (p) => {
      const authority = Certificate.loadPEM(readFileSync(PEM, 'utf8'));
      const secured = p.callRemote(amp.StartTLS, { tls_verifyAuthorities: [authority] });
      // Kept back until TLS is started.
      const echoed = p.callRemote(Echo, VALUES);
      await secured;
      const { seen: _seen, ...values } = await echoed;
      expect(values).toEqual(VALUES);
      expect((p.transport as unknown as ISSLTransport).tlsInfo?.version).toMatch(/^TLSv1\.[23]$/);
      expect(p.peerCertificate.equals(authority)).toBe(true);
    });
  });

  it('AMP answers Twisted: every type of argument, errors, calls without an answer, TLS', async () => {
    const logged = collectLoggedErrors();
    const results = await running(async (reactor) => {
      const factory = Factory.forProtocol(Peer);
      factory.noisy = false;
      const port = reactor.listenTCP(0, factory, { interface: '127.0.0.1' });
      const { peer, ended } = start('connect', String((port.getHost() as IPv4Address).port), PEM);
      const output = await text(peer.stdout!);
      await ended;
      await port.stopListening();
      return JSON.parse(output) as unknown;
    });
    expect(results).toEqual({
      seen: 'big=1267650600228229401496703205376 when=2026-11-23T09:08:07.000250-05:30',
      echo: true,
      low: 'xx',
      notes: ['one', 'two'],
      known: ['KnownError', 'told to: é'],
      missing: ['UnhandledCommand', `(b'UNHANDLED', "Unhandled Command: b'Missing'")`],
      secured: true,
      subject: expect.anything() as unknown,
      unknown: ['UnknownRemoteError', 'Code<UNKNOWN>: Unknown Error'],
      afterwards: ['ConnectionDone', 'Connection was closed cleanly.'],
    });
    expect(flushLoggedErrors().map(({ value }) => value.message)).toEqual(['told to: é']);
    logged.stop();
  });
});
