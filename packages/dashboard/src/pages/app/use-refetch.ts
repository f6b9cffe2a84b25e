import { useEffect, useRef } from 'react'

/** Asks again when the key is another one than it was, and not the first time. */
export function useRefetch(key: string | number | null, refetch: () => unknown): void {
  const asked = useRef(key)
  useEffect(() => {
    if (asked.current === key) return
    asked.current = key
    void refetch()
  }, [key, refetch])
}
