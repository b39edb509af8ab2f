import { main } from '../src/chat';

import type { Client } from './client';
import { type Served, served } from './served';

/** A user who has been welcomed. */
async function user({ connect }: Served, name: string): Promise<Client> {
  const client = await connect();
  await client.receivesLine("What's your name?");
  await client.send(`${name}\r\n`);
  await client.receivesLine(`Welcome, ${name}!`);
  return client;
}

it("Chat goes by the guide's transcript", () =>
  served(main, async (server) => {
    await user(server, 'test');
    const alice = await user(server, 'alice');
    const carrol = await user(server, 'carrol');

    const bob = await server.connect();
    await bob.receivesLine("What's your name?");
    await bob.send('test\r\n');
    await bob.receivesLine('Name taken, please choose another.');
    await bob.send('bob\r\n');
    await bob.receivesLine('Welcome, bob!');

    await bob.send('hello\r\n');
    await alice.receivesLine('<bob> hello');
    await alice.send('hi bob\r\n');
    await bob.receivesLine('<alice> hi bob');
    await bob.send('twisted makes writing servers so easy!\r\n');
    await alice.receivesLine('<bob> twisted makes writing servers so easy!');
    await alice.send("I couldn't agree more\r\n");
    await bob.receivesLine("<alice> I couldn't agree more");
    await carrol.receives(
      "<bob> hello\r\n<alice> hi bob\r\n<bob> twisted makes writing servers so easy!\r\n<alice> I couldn't agree more\r\n",
    );
    await carrol.send("yeah, it's great\r\n");
    await bob.receivesLine("<carrol> yeah, it's great");
    await alice.receivesLine("<carrol> yeah, it's great");
  }));

it('Chat sends a message to everyone but its sender, and to nobody who has no name yet', () =>
  served(main, async (server) => {
    const unnamed = await server.connect();
    await unnamed.receivesLine("What's your name?");
    const users = [await user(server, 'a'), await user(server, 'b'), await user(server, 'c')] as const;
    await users[0].send('one\r\n');
    await users[1].receivesLine('<a> one');
    await users[2].receivesLine('<a> one');
    await users[1].send('two\r\n');
    // The first thing that the sender of "one" hears is "two".
    await users[0].receivesLine('<b> two');
    await users[2].receivesLine('<b> two');
    await unnamed.send('d\r\n');
    await unnamed.receivesLine('Welcome, d!');
  }));

it.each(['close', 'reset'] as const)('Chat frees a name when its user leaves (%s)', (leave) =>
  served(main, async (server) => {
    const alice = await user(server, 'alice');
    const witness = await user(server, 'witness');
    const left = server.oneLost();
    await alice[leave]();
    await left;
    const another = await user(server, 'alice');
    await witness.send('welcome back\r\n');
    await another.receivesLine('<witness> welcome back');
  }),
);

it('Chat does not free a name when somebody leaves to whom it was refused', () =>
  served(main, async (server) => {
    await user(server, 'alice');
    const refused = await server.connect();
    await refused.receivesLine("What's your name?");
    await refused.send('alice\r\n');
    await refused.receivesLine('Name taken, please choose another.');
    const left = server.oneLost();
    await refused.close();
    await left;
    const third = await server.connect();
    await third.receivesLine("What's your name?");
    await third.send('alice\r\n');
    await third.receivesLine('Name taken, please choose another.');
  }));

it('Chat takes several lines in one packet, and one line in several', () =>
  served(main, async (server) => {
    const listener = await user(server, 'listener');
    const client = await server.connect();
    await client.receivesLine("What's your name?");
    await client.send('listener\r\nbob\r\nfirst\r\nsecond\r\nth');
    await client.receives('Name taken, please choose another.\r\nWelcome, bob!\r\n');
    await listener.receives('<bob> first\r\n<bob> second\r\n');
    for (const piece of ['i', 'rd', '\r', '\n', '\r\n']) await client.send(piece);
    await listener.receives('<bob> third\r\n<bob> \r\n');
  }));

it('Chat keeps names and messages in any script', () =>
  served(main, async (server) => {
    const listener = await user(server, 'Ἀριστοτέλης');
    const speaker = await user(server, '李');
    const message = Buffer.from('naïve 🧶\r\n');
    // Divided in the middle of a character.
    await speaker.send(message.subarray(0, 8));
    await speaker.send(message.subarray(8));
    await listener.receivesLine('<李> naïve 🧶');
  }));
