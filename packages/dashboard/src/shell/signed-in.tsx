import { Outlet } from '@tanstack/react-router'

export function SignedIn() {
  return (
    <main>
      <Outlet />
    </main>
  )
}
