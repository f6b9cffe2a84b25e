import type { FastifyRequest } from 'fastify'

/** Whether a person mistyped an address in a browser, rather than a program asking for something of the API. */
export const isForMissingPage = ({ is404, method, url, headers }: FastifyRequest): boolean =>
  is404 && method === 'GET' && !/^\/+v1\b/i.test(url) && /\btext\/html\b/.test(headers.accept ?? '')
