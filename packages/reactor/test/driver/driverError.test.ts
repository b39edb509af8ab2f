import { DriverError } from '../../src/driver';

describe('DriverError', () => {
  it('DriverError says what failed, by default', () => {
    const error = new DriverError('ECONNREFUSED', 'connect');
    expect(error).toMatchObject({
      name: 'DriverError',
      code: 'ECONNREFUSED',
      syscall: 'connect',
      message: 'connect ECONNREFUSED',
    });
    expect(error).toBeInstanceOf(Error);
    expect('cause' in error).toBe(false);
  });

  it('DriverError keeps a message and a cause', () => {
    const cause = new Error('the original');
    const error = new DriverError('EIO', 'read', 'read EIO somewhere', { cause });
    expect(error).toMatchObject({ message: 'read EIO somewhere', cause });
  });
});
