/**
 * Signals: the listener is called in the driver's own turn, between `start` and `stop`, until it is taken back.
 */
import { claimEqual } from '../claims';
import { driverCase } from '../driverCase';
import type { DriverWorld } from '../driverWorld';

const hasSignals = (world: DriverWorld): boolean => world.signals !== null;

export const signalCases = [
  driverCase(
    'signals',
    'IDriver.onSignals calls the listener with the name of the signal',
    async (scene) => {
      const { signals, raise } = scene.world.signals!;
      const station = scene.station();
      const heard: string[] = [];
      const takeBack = station.onSignals(signals, (signal) => heard.push(signal));
      try {
        for (const [i, signal] of [...signals].reverse().entries()) {
          scene.witness.command(() => raise(signal));
          await scene.witness.until(signal, () => heard.length > i);
        }
        claimEqual(heard, [...signals].reverse(), 'the signals');
      } finally {
        takeBack();
      }
    },
    hasSignals,
  ),

  driverCase(
    'signals',
    'IDriver.onSignals calls nothing once it is taken back',
    async (scene) => {
      const { signals, raise } = scene.world.signals!;
      const station = scene.station();
      let first = 0;
      let second = 0;
      const takeFirstBack = station.onSignals([signals[0]], () => (first += 1));
      const takeSecondBack = station.onSignals([signals[0]], () => (second += 1));
      try {
        takeFirstBack();
        takeFirstBack();
        raise(signals[0]);
        await scene.witness.until(signals[0], () => second > 0);
        await scene.look();
        claimEqual([first, second], [0, 1], 'how often each was called');
      } finally {
        takeFirstBack();
        takeSecondBack();
      }
    },
    hasSignals,
  ),

  driverCase(
    'signals',
    'IDriver.onSignals holds a signal back until start',
    async (scene) => {
      const { signals, raise } = scene.world.signals!;
      const station = scene.idleStation();
      const heard: string[] = [];
      const takeBack = station.onSignals(signals, (signal) => heard.push(signal));
      try {
        raise(signals[0]);
        await scene.look();
        claimEqual(heard, [], 'signals before start');
        station.start();
        await scene.witness.until(signals[0], () => heard.length > 0);
        claimEqual(heard, [signals[0]], 'signals after start');
        station.stop();
        raise(signals[0]);
        await scene.look();
      } finally {
        takeBack();
      }
      station.start();
      await scene.look();
      claimEqual(heard, [signals[0]], 'signals after one that waited was taken back');
    },
    hasSignals,
  ),
];
