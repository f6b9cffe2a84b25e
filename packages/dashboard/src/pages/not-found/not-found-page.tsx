import { Button } from '@mantine/core'
import { Link, useLocation } from '@tanstack/react-router'
import { Door } from '#shell/door.tsx'

export function NotFoundPage() {
  const { pathname } = useLocation()
  return (
    <Door title="There is no such page" below={`Berth has nothing at ${pathname}. Check the address for a slip.`}>
      <Button component={Link} to="/">
        To your apps
      </Button>
    </Door>
  )
}
