import type { AnyEndpoint, InputOf, PlatformError, ResultOf } from '@berth/contract'
import {
  type QueryClient,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { client } from './client.ts'

export type CallOptions = {
  /** False: not asked yet. */
  enabled?: boolean
  /** Asked again this often. */
  refetchIntervalMs?: number
  /** How long an answer is taken to be right. */
  staleMs?: number
  /** Goes on showing the answer to the input before. */
  keepPrevious?: boolean
}

/** Asks and keeps the answer. `error` is a PlatformError with code, message and hint. */
export function useCall<E extends AnyEndpoint>(
  endpoint: E,
  input: InputOf<E>,
  { enabled = true, refetchIntervalMs, staleMs, keepPrevious = false }: CallOptions = {},
): UseQueryResult<ResultOf<E>, PlatformError> {
  return useQuery<ResultOf<E>, PlatformError>({
    queryKey: callKey(endpoint, input),
    queryFn: ({ signal }) => client.call(endpoint, input, { signal }),
    enabled,
    refetchInterval: refetchIntervalMs ?? false,
    ...(staleMs === undefined ? {} : { staleTime: staleMs }),
    ...(keepPrevious ? { placeholderData: (previous: ResultOf<E> | undefined) => previous } : {}),
  } as Parameters<typeof useQuery<ResultOf<E>, PlatformError>>[0])
}

export type ActionOptions<E extends AnyEndpoint> = {
  onSuccess?: (result: ResultOf<E>, input: InputOf<E>) => void
  /** What is asked again afterwards, whatever its input was. */
  invalidates?: readonly AnyEndpoint[]
}

/** Does something: `action.mutate({ params, body })`; `action.error` is a PlatformError. */
export function useAction<E extends AnyEndpoint>(
  endpoint: E,
  { onSuccess, invalidates = [] }: ActionOptions<E> = {},
): UseMutationResult<ResultOf<E>, PlatformError, InputOf<E>> {
  const queries = useQueryClient()
  return useMutation<ResultOf<E>, PlatformError, InputOf<E>>({
    mutationFn: (input) => client.call(endpoint, input),
    onSuccess: (result, input) => {
      for (const other of invalidates) void invalidate(queries, other)
      onSuccess?.(result, input)
    },
  })
}

/** For `queries.setQueryData` and the like. */
export const callKey = <E extends AnyEndpoint>(endpoint: E, input: InputOf<E>) =>
  [endpoint.method, endpoint.path, input] as const

/** Asks again all that was asked of an endpoint. */
export const invalidate = (queries: QueryClient, endpoint: AnyEndpoint) =>
  queries.invalidateQueries({ queryKey: [endpoint.method, endpoint.path] })
