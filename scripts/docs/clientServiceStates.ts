/** The states of a `ClientService`, drawn from their table. */
import { ANSWERS, type ClientState, TRANSITIONS } from '../../packages/endpoints/src/application/internet/clientStates';

const ANSWER_TEXTS = {
  'the protocol': 'has fired, with the protocol',
  cancelled: 'has failed, with `CancelledError`',
  wait: 'waits',
} as const;

export function drawClientServiceStates(): string[] {
  const states = Object.keys(TRANSITIONS) as ClientState[];
  return [
    '| State | `whenConnected` | What leads where |',
    '| --- | --- | --- |',
    ...states.map((state) => {
      const leads = Object.entries(TRANSITIONS[state]).map(([input, [to]]) => `${spelt(input)} → \`${to}\``);
      return `| \`${state}\` | ${ANSWER_TEXTS[ANSWERS[state]]} | ${leads.join(', ')} |`;
    }),
  ];
}

/** `connectionMade` as "connection made". */
function spelt(input: string): string {
  return input.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
