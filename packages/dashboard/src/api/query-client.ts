import { PlatformError } from '@berth/contract'
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { noticeError } from './session.ts'

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: PlatformError
  }
}

const mostRetries = 2

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeError }),
  mutationCache: new MutationCache({ onError: noticeError }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // The machines may be in the same room, where no connection to the internet is needed.
      networkMode: 'always',
      retry: (failures, error) => failures < mostRetries && isPassing(error),
    },
    mutations: { networkMode: 'always', retry: false },
  },
})

/** Whether the same question may be answered in a moment. */
const isPassing = (error: unknown) =>
  error instanceof PlatformError && ['engine_unavailable', 'server_standby'].includes(error.code)
