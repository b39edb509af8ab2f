/**
 * File descriptors, over transports that can send them.
 *
 * @twisted twisted.protocols.amp.Descriptor
 *
 * Node's sockets cannot, and so no transport of this project can: it is for transports of your own.
 */
import { ValueError } from '@skein/reactor/error';

import { Argument, type ArgumentOptions, type IsOptional } from './argument';
import { pythonInteger } from './pythonNumber';

/** What exchanges descriptors: `BinaryBoxProtocol` does. */
export interface DescriptorExchanger {
  /** Sends a descriptor, and returns its number on this connection. */
  sendFileDescriptor(descriptor: number): number;
  /** The descriptor that came as the one of that number, once. Throws `KeyError` when there is none. */
  getDescriptor(ordinal: number): number;
}

function exchanger(proto: unknown): DescriptorExchanger {
  const candidate = proto as DescriptorExchanger | null;
  if (typeof candidate?.sendFileDescriptor === 'function') return candidate;
  throw new ValueError('cannot exchange descriptors here, wanted a protocol that can');
}

class DescriptorArgument extends Argument<number, number, boolean> {
  override toBytes(value: number, proto: unknown): string {
    return String(exchanger(proto).sendFileDescriptor(value));
  }

  override fromBytes(bytes: Buffer, proto: unknown): number {
    return exchanger(proto).getDescriptor(Number(pythonInteger(bytes.toString('latin1'))));
  }
}

/** File descriptors. The box holds the number of the descriptor on this connection; it travels beside, by the transport. */
export function Descriptor<const O extends ArgumentOptions = ArgumentOptions>(
  options?: O,
): Argument<number, number, IsOptional<O>> {
  return new DescriptorArgument(options) as unknown as Argument<number, number, IsOptional<O>>;
}
