import { STATUS_CODES } from 'node:http'
import { errorStatus, PlatformError, type Problem } from '@berth/contract'

export const problemContentType = 'application/problem+json; charset=utf-8'

/** The only place that knows HTTP statuses. What is not a PlatformError says nothing but where to look it up. */
export function toProblem(error: unknown, requestId: string): Problem {
  const known = error instanceof PlatformError ? error : unknownProblem()
  const status = errorStatus[known.code]
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code: known.code,
    detail: known.message,
    ...(known.hint === undefined ? {} : { hint: known.hint }),
    requestId,
  }
}

const unknownProblem = () => new PlatformError('internal', 'Something went wrong on the server')

/** Whether it is our own failure, which belongs in the log whole. */
export const isOurFailure = (error: unknown): boolean => !(error instanceof PlatformError) || error.code === 'internal'
