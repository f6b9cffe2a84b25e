/** What `connection.ts` and the network say when no machine answers: neither with a refusal nor with a wrong certificate. */
const words = /timed out|ETIMEDOUT|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL/i

export const wentSilent = 'The server has gone silent'

export const isSilence = (reason: string) => reason === wentSilent || words.test(reason)
