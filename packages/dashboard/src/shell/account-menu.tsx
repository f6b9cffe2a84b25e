import { signOut } from '@berth/contract'
import { Avatar, Menu, SegmentedControl, UnstyledButton, useMantineColorScheme, VisuallyHidden } from '@mantine/core'
import { IconKeyboard, IconLogout, IconSelector, IconUser } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useMe } from '#api/me.ts'
import { session } from '#api/session.ts'
import { useAction } from '#api/use-call.ts'
import { live } from '#live/live.ts'
import { announceError } from '#parts/announce.ts'
import classes from './account-menu.module.css'

/** Who is signed in, light or dark, and the way out. */
export function AccountMenu({ onShortcuts, isSmall = false }: { onShortcuts: () => void; isSmall?: boolean }) {
  const me = useMe()
  const leave = useLeave()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Menu position={isSmall ? 'bottom-end' : 'top-start'} width={248} shadow="md" radius="md">
      <Menu.Target>
        <UnstyledButton className={classes.account} data-small={isSmall || undefined}>
          <Avatar size={28} color="petrol" variant="light" aria-hidden>
            {me.name.slice(0, 2).toUpperCase()}
          </Avatar>
          {isSmall ? (
            <VisuallyHidden>{me.name}</VisuallyHidden>
          ) : (
            <>
              <span className={classes.name}>{me.name}</span>
              <IconSelector size={15} stroke={1.7} aria-hidden />
            </>
          )}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{me.name}</Menu.Label>
        <div className={classes.scheme}>
          <SegmentedControl
            fullWidth
            size="xs"
            aria-label="Light or dark"
            value={colorScheme}
            onChange={(value) => setColorScheme(value as typeof colorScheme)}
            data={[
              { value: 'light', label: 'Light' },
              { value: 'dark', label: 'Dark' },
              { value: 'auto', label: 'As system' },
            ]}
          />
        </div>
        <Menu.Divider />
        <Menu.Item component={Link} to="/settings/profile" leftSection={<IconUser size={16} />}>
          Profile
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={onShortcuts}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={leave}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function useLeave() {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const action = useAction(signOut)
  async function gone() {
    await navigate({ to: '/sign-in' })
    session.end()
    live.clear()
    queries.clear()
  }
  return () =>
    action.mutate(
      {},
      {
        onSuccess: gone,
        // Who is signed out already has what they wanted.
        onError: (error) =>
          error.code === 'unauthenticated' ? void gone() : announceError(error, 'You are still signed in'),
      },
    )
}
