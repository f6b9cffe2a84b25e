import { type Build, createClient, type Fetch, uploadSource } from '@berth/contract'

/** `fetch` does not tell how much was sent, and sends what has no length only over HTTP/2. */
const fetchWithProgress =
  (onSent: (bytes: number) => void): Fetch =>
  (url, { method, headers, signal, body }) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest()
      request.open(method, url)
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
      request.upload.onprogress = ({ loaded }) => onSent(loaded)
      request.onload = () => resolve(answerOf(request))
      request.onerror = () => reject(new Error('The upload broke off'))
      request.onabort = () => reject(signal.reason)
      signal.addEventListener('abort', () => request.abort(), { once: true })
      if (signal.aborted) reject(signal.reason)
      else request.send(body as Blob)
    })

const answerOf = (request: XMLHttpRequest) => ({
  ok: request.status >= 200 && request.status < 300,
  status: request.status,
  headers: { get: (name: string) => request.getResponseHeader(name) },
  body: null,
  json: async () => JSON.parse(request.responseText),
})

type Sending = { bytes: Blob; onSent(bytes: number): void; signal: AbortSignal }

/** Sends a build the archive that it waits for. */
export const sendSource = ({ app, id }: Build, { bytes, onSent, signal }: Sending): Promise<Build> =>
  createClient({ baseUrl: location.origin, fetch: fetchWithProgress(onSent) }).call(
    uploadSource,
    { params: { app, buildId: id } },
    { upload: { body: bytes }, signal },
  )
