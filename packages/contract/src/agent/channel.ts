import type { z } from 'zod'
import { describeZodError, type ErrorCode, errorStatus, PlatformError } from '../errors.ts'

/** Something one side of a channel asks of the other. With `event`, it reports while it runs. */
export interface Verb<
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
  Event extends z.ZodType = z.ZodType,
> {
  readonly input: Input
  readonly output: Output
  readonly event?: Event
}

export const defineVerb = <Input extends z.ZodType, Output extends z.ZodType, Event extends z.ZodType = z.ZodNever>(
  verb: Verb<Input, Output, Event>,
): Verb<Input, Output, Event> => verb

// biome-ignore lint/suspicious/noExplicitAny: stands for a verb of any shape; narrower types are not assignable to it.
export type AnyVerb = Verb<any, any, any>
export type Verbs = Readonly<Record<string, AnyVerb>>

export type EventOf<V> = V extends Verb<z.ZodType, z.ZodType, infer E> ? z.output<E> : never
export type VerbInput<V extends AnyVerb> = z.input<V['input']>
export type VerbOutput<V extends AnyVerb> = z.output<V['output']>

/** `emit` waits until the other side's socket has taken the event, so that a fast producer is slowed down. */
export type VerbContext<V> = { signal: AbortSignal; emit(event: EventOf<V>): Promise<void> }

export type VerbHandlers<V extends Verbs> = {
  [name in keyof V]: (
    input: z.output<V[name]['input']>,
    context: VerbContext<V[name]>,
  ) => Promise<z.input<V[name]['output']>>
}

type Frame =
  | { kind: 'call'; id: number; verb: string; input: unknown }
  | { kind: 'cancel'; id: number }
  | { kind: 'event'; id: number; event: unknown }
  | { kind: 'result'; id: number; output: unknown }
  | { kind: 'error'; id: number; code: string; message: string; hint?: string }

export type CallOptions<V> = { signal?: AbortSignal; onEvent?: (event: EventOf<V>) => void }

/** Calls in both directions over one ordered stream of text frames, such as a WebSocket. */
export interface Channel<Theirs extends Verbs> {
  /** Throws what the other side threw, or `engine_unavailable` when the channel closes first. */
  call<Name extends keyof Theirs & string>(
    name: Name,
    input: VerbInput<Theirs[Name]>,
    options?: CallOptions<Theirs[Name]>,
  ): Promise<VerbOutput<Theirs[Name]>>
  /** Feeds a frame that arrived. A frame that is not ours to understand closes the channel. */
  receive(text: string): void
  /** Ends all calls in both directions. */
  close(reason: string): void
}

/** Why an answer is not wanted any more, as against a channel that broke. */
export class CallCancelled extends Error {
  constructor() {
    super('Cancelled by the caller')
    this.name = 'CallCancelled'
  }
}

type Pending = {
  verb: AnyVerb
  resolve(output: unknown): void
  reject(error: unknown): void
  onEvent?: ((event: never) => void) | undefined
}

export function openChannel<Ours extends Verbs, Theirs extends Verbs>(options: {
  ours: Ours
  handlers: VerbHandlers<Ours>
  theirs: Theirs
  /** Resolves once the frame is handed to the network. */
  send(text: string): Promise<void>
  /** A failure of ours while answering a call; the other side only learns `internal`. */
  onError(error: unknown, verb: string): void
}): Channel<Theirs> {
  const { ours, handlers, theirs, send, onError } = options
  const pending = new Map<number, Pending>()
  const answering = new Map<number, AbortController>()
  let nextId = 1
  let closedBecause: string | undefined

  // A send fails only when the socket is gone, and then close() tells everyone who waits.
  const post = (frame: Frame) => send(JSON.stringify(frame)).catch(() => undefined)

  const call: Channel<Theirs>['call'] = (name, input, { signal, onEvent } = {}) => {
    const verb = theirs[name]
    if (!verb) throw new TypeError(`No verb ${name}`)
    if (closedBecause) return Promise.reject(new PlatformError('engine_unavailable', closedBecause))
    signal?.throwIfAborted()
    const id = nextId++
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        post({ kind: 'cancel', id })
        settle()
        reject(signal?.reason)
      }
      const settle = () => {
        pending.delete(id)
        signal?.removeEventListener('abort', onAbort)
      }
      pending.set(id, {
        verb,
        onEvent: onEvent as Pending['onEvent'],
        resolve: (output) => {
          settle()
          resolve(output as never)
        },
        reject: (error) => {
          settle()
          reject(error)
        },
      })
      signal?.addEventListener('abort', onAbort, { once: true })
      post({ kind: 'call', id, verb: name, input })
    })
  }

  async function answer(id: number, name: string, rawInput: unknown) {
    const verb = Object.hasOwn(ours, name) ? ours[name] : undefined
    const handler = verb && handlers[name]
    if (!verb || !handler) return post({ kind: 'error', id, code: 'not_found', message: `No verb ${name}` })
    const stop = new AbortController()
    answering.set(id, stop)
    try {
      const input = verb.input.parse(rawInput)
      const emit = (event: unknown) => post({ kind: 'event', id, event })
      const output = await handler(input, { signal: stop.signal, emit } as never)
      await post({ kind: 'result', id, output })
    } catch (error) {
      if (!stop.signal.aborted) await post({ kind: 'error', id, ...toWire(error, name, onError) })
    } finally {
      answering.delete(id)
    }
  }

  function receive(text: string) {
    const frame = JSON.parse(text) as Frame
    switch (frame.kind) {
      case 'call':
        void answer(frame.id, frame.verb, frame.input)
        return
      case 'cancel':
        answering.get(frame.id)?.abort(new CallCancelled())
        return
      case 'event': {
        const waiting = pending.get(frame.id)
        const event = waiting?.verb.event?.safeParse(frame.event)
        if (event?.success) waiting?.onEvent?.(event.data as never)
        return
      }
      case 'result': {
        const waiting = pending.get(frame.id)
        const output = waiting?.verb.output.safeParse(frame.output)
        if (output?.success) waiting?.resolve(output.data)
        else if (output) waiting?.reject(new PlatformError('internal', `Bad answer: ${describeZodError(output.error)}`))
        return
      }
      case 'error':
        pending.get(frame.id)?.reject(fromWire(frame))
    }
  }

  function close(reason: string) {
    if (closedBecause) return
    closedBecause = reason
    for (const waiting of [...pending.values()]) waiting.reject(new PlatformError('engine_unavailable', reason))
    for (const stop of answering.values()) stop.abort(new Error(reason))
  }

  return { call, receive, close }
}

function toWire(error: unknown, verb: string, onError: (error: unknown, verb: string) => void) {
  if (error instanceof PlatformError) {
    return { code: error.code, message: error.message, ...(error.hint ? { hint: error.hint } : {}) }
  }
  onError(error, verb)
  return { code: 'internal', message: `${verb} failed` }
}

function fromWire({ code, message, hint }: { code: string; message: string; hint?: string }) {
  return new PlatformError(code in errorStatus ? (code as ErrorCode) : 'internal', message, { hint })
}
