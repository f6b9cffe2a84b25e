import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { session } from '#api/session.ts'
import { live } from '#live/live.ts'

/** After the session was ended here: nothing of it stays on the page. */
export function useLeave(): () => Promise<void> {
  const queries = useQueryClient()
  const navigate = useNavigate()
  return async () => {
    await navigate({ to: '/sign-in' })
    session.end()
    live.clear()
    queries.clear()
  }
}
