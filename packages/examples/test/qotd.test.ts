import * as qotd from '../src/qotd';
import * as qotdEndpoint from '../src/qotdEndpoint';
import * as qotdFactory from '../src/qotdFactory';

import { served } from './served';

const QUOTE = 'An apple a day keeps the doctor away\r\n';

describe.each([
  ['Factory.forProtocol(QOTD)', qotd.main, QUOTE],
  ['QOTDFactory, through an endpoint', qotdEndpoint.main, QUOTE],
  ['QOTDFactory with a quote of its own', qotdFactory.main, 'configurable quote\r\n'],
] as const)('%s', (_, main, quote) => {
  it('QOTD sends the whole quote to everyone who connects, and closes the connection', () =>
    served(main, async ({ connect }) => {
      for (let visitor = 0; visitor < 3; visitor++) {
        const client = await connect();
        await client.receives(quote);
        expect(await client.isClosed()).toBe('closed');
      }
    }));
});

it('QOTDFactory without a quote of its own has an apple a day', () =>
  served(
    (reactor, port) => qotdFactory.main(reactor, port, null),
    async ({ connect }) => {
      const client = await connect();
      await client.receives(QUOTE);
      expect(await client.isClosed()).toBe('closed');
    },
  ));
