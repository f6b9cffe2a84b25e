import { setTimeout as delay } from 'node:timers/promises'
import { type IssuedCertificate, issueCertificate, type KeyedCertificate, serverTlsName } from '@berth/identity'

const validMs = 7 * 24 * 3_600_000

export const issueServerCertificate = (ca: KeyedCertificate, now: number): Promise<IssuedCertificate> =>
  issueCertificate({ ca, commonName: serverTlsName, kind: 'server', validMs, now: new Date(now) })

type Options = {
  issue(): Promise<IssuedCertificate>
  apply(certificate: IssuedCertificate): void
  now(): number
  onError(error: unknown): void
}

const retryMs = 60_000

/** Has a new certificate issued when two thirds of the current one's time have passed, until the signal ends it. */
export async function keepCertificateFresh(current: IssuedCertificate, options: Options, signal: AbortSignal) {
  let notAfterMs = current.notAfterMs
  try {
    for (;;) {
      const leftMs = notAfterMs - options.now()
      await delay(Math.max((leftMs * 2) / 3, 0), undefined, { signal, ref: false })
      try {
        const next = await options.issue()
        options.apply(next)
        notAfterMs = next.notAfterMs
      } catch (error) {
        options.onError(error)
        await delay(retryMs, undefined, { signal, ref: false })
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
