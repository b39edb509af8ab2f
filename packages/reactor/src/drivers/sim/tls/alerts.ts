/**
 * TLS's alerts: what one end tells the other before it gives up, by number and by OpenSSL's name for having heard it.
 *
 * @see RFC 8446, section 6
 */
import { DriverError, TLS_SYSCALL } from '../../../driver';

/** Alerts as RFC 8446 names and numbers them, and what OpenSSL calls them when the peer sends one. */
const ALERTS = {
  close_notify: [0, ''],
  unexpected_message: [10, 'SSLV3_ALERT_UNEXPECTED_MESSAGE'],
  bad_record_mac: [20, 'SSLV3_ALERT_BAD_RECORD_MAC'],
  handshake_failure: [40, 'SSLV3_ALERT_HANDSHAKE_FAILURE'],
  bad_certificate: [42, 'SSLV3_ALERT_BAD_CERTIFICATE'],
  certificate_expired: [45, 'SSLV3_ALERT_CERTIFICATE_EXPIRED'],
  unknown_ca: [48, 'TLSV1_ALERT_UNKNOWN_CA'],
  decode_error: [50, 'TLSV1_ALERT_DECODE_ERROR'],
  protocol_version: [70, 'TLSV1_ALERT_PROTOCOL_VERSION'],
  certificate_required: [116, 'TLSV13_ALERT_CERTIFICATE_REQUIRED'],
  no_application_protocol: [120, 'TLSV1_ALERT_NO_APPLICATION_PROTOCOL'],
} as const satisfies Readonly<Record<string, readonly [number: number, heard: string]>>;

export type AlertName = keyof typeof ALERTS;

/** The two bytes of an alert. */
export function alertBytes(name: AlertName): Buffer {
  const isWarning = name === 'close_notify';
  return Buffer.from([isWarning ? 1 : 2, ALERTS[name][0]]);
}

/** Whether it is the farewell. */
export function isFarewell(alert: Buffer): boolean {
  return alert[1] === ALERTS.close_notify[0];
}

/** The error of having been told. */
export function heardAlert(alert: Buffer): DriverError {
  const known = Object.values(ALERTS).find(([number]) => number === alert[1]);
  return tlsError(known?.[1] ?? `ALERT_${String(alert[1])}`);
}

/** What ends a connection: the error here, and the alert that the peer is sent, if it is told. */
export class TLSFault extends Error {
  readonly alert: AlertName | null;
  readonly error: DriverError;

  constructor(alert: AlertName | null, error: DriverError) {
    super(error.message);
    this.alert = alert;
    this.error = error;
  }
}

/** An error by OpenSSL's name, in OpenSSL's words. */
function tlsError(name: string): DriverError {
  return new DriverError(`ERR_SSL_${name}`, TLS_SYSCALL, name.toLowerCase().replaceAll('_', ' '));
}

/** A fault by OpenSSL's name. */
export function fault(alert: AlertName, name: string): TLSFault {
  return new TLSFault(alert, tlsError(name));
}
