/** Compile-time tests: `tsc -p tsconfig.test.json` is what runs them. The one run-time test keeps jest content. */
import type { Deferred } from '@skein/reactor/defer';
import type { IClientFactory } from '@skein/reactor/interfaces';
import { expectTypeOf } from 'expect-type';

import { Protocol } from '../../src';
import * as amp from '../../src/amp';

class Everything extends amp.Command {
  static override readonly arguments = {
    integer: amp.Integer(),
    big: amp.Integer({ bigint: true }),
    'some-bytes': amp.String(),
    from: amp.Unicode(),
    when: amp.DateTime(),
    list: amp.ListOf(amp.Float()),
    rows: amp.AmpList({ name: amp.Unicode(), age: amp.Integer({ optional: true }) }),
    perhaps: amp.Boolean({ optional: true }),
  };
  static override readonly response = { path: amp.Path(), exact: amp.Decimal({ optional: true }) };
  static override readonly errors = { RANGE: RangeError };
}
class Note extends amp.Command {
  static override readonly arguments = { text: amp.Unicode() };
  static override readonly requiresAnswer = false;
}
class Perhaps extends amp.Command {
  static override readonly arguments = { text: amp.Unicode({ optional: true }) };
}
class Switch extends amp.ProtocolSwitchCommand {
  static override readonly arguments = { to: amp.Unicode() };
}

declare const p: amp.AMP;
declare const factory: IClientFactory;

/** Never called: only its types count. */
function types(): void {
  // What a responder gets and a call fires with.
  expectTypeOf<amp.ArgumentsOf<typeof Everything>>().toEqualTypeOf<{
    integer: number;
    big: bigint;
    some_bytes: Buffer;
    From: string;
    when: amp.AmpDateTime;
    list: number[];
    rows: { name: string; age: number | null }[];
    perhaps: boolean | null;
  }>();
  expectTypeOf<amp.ResponseOf<typeof Everything>>().toEqualTypeOf<{
    path: string;
    exact: string | null;
  }>();

  // What a call takes: more than comes out, and optional arguments can be left out.
  const args = {
    ...{ integer: 1, big: 1n, some_bytes: 'text', From: 'x', when: new Date(0) },
    ...{ list: new Set([1]), rows: [{ name: 'Ada' }, { name: 'Bob', age: null }] },
  };
  const called = p.callRemote(Everything, args);
  expectTypeOf(called).toEqualTypeOf<Deferred<{ path: string; exact: string | null }>>();
  // @ts-expect-error -- an argument is missing
  p.callRemote(Everything, { integer: 1 });
  // @ts-expect-error -- all arguments are missing
  p.callRemote(Everything);
  // @ts-expect-error -- a wrong type
  p.callRemote(Note, { text: 1 });
  // @ts-expect-error -- no such argument
  p.callRemote(Note, { text: 'x', more: 1 });

  // A command without an answer, and one that needs no arguments.
  expectTypeOf(p.callRemote(Note, { text: 'x' })).toEqualTypeOf<null>();
  p.callRemote(Perhaps);
  p.callRemote(Perhaps, { text: null });
  expectTypeOf(p.callRemoteString('X')).toEqualTypeOf<Deferred<amp.AmpBox>>();

  // Responders.
  Everything.responder(p, ({ integer, list }) => ({ path: `${list.length + integer}` }));
  Everything.responder(p, async ({ From }) => Promise.resolve({ path: From, exact: '1.0' }));
  // @ts-expect-error -- the answer is incomplete
  Everything.responder(p, () => ({ exact: '1.0' }));
  // @ts-expect-error -- the answer is of a wrong type
  Everything.responder(p, () => ({ path: 1 }));

  // Switching takes a factory, and its responder returns a protocol.
  p.callRemote(Switch, factory, { to: 'x' });
  Switch.responder(p, () => new Protocol());
  // @ts-expect-error -- no factory
  p.callRemote(Switch, { to: 'x' });
  // @ts-expect-error -- no protocol
  Switch.responder(p, () => ({}));

  // Wire names.
  expectTypeOf<amp.Identifier<'a-b-c'>>().toEqualTypeOf<'a_b_c'>();
  expectTypeOf<amp.Identifier<'from'>>().toEqualTypeOf<'From'>();
  expectTypeOf<amp.Identifier<'plain'>>().toEqualTypeOf<'plain'>();
}

it('Command has the name of its class, or the one it is given', () => {
  expect(types).toBeInstanceOf(Function);
  expect(Note.commandName).toBe('Note');
  expect(amp.StartTLS.commandName).toBe('StartTLS');
  class Named extends Note {
    static override readonly commandName = 'other';
  }
  expect(Named.commandName).toBe('other');
});
