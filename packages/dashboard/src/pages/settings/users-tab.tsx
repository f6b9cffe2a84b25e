import { listUsers, type User } from '@berth/contract'
import { ActionIcon, Button, Menu } from '@mantine/core'
import { IconDots, IconUserPlus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useCall } from '#api/use-call.ts'
import { useMe } from '#live/use-live.ts'
import { RelativeTime } from '#parts/relative-time.tsx'
import { plainText } from '../app/logs/log-text.ts'
import { Loaded } from './loaded.tsx'
import { roleWords } from './role-words.ts'
import { Section } from './section.tsx'
import classes from './settings.module.css'
import { type UserAction, UserDialog } from './user-dialog.tsx'

export function UsersTab() {
  const found = useCall(listUsers, {})
  const [asked, setAsked] = useState<{ user: User; action: UserAction }>()
  return (
    <Section
      title="Everybody who can sign in"
      below="What they may do in a project is said under Members."
      action={
        <Button component={Link} to="/settings/invitations" leftSection={<IconUserPlus size={16} aria-hidden />}>
          Invite someone
        </Button>
      }
    >
      <Loaded found={found} what="users" height={240}>
        {(users) => (
          <ul className={classes.rows}>
            {users.map((user) => (
              <UserRow key={user.id} user={user} onAsk={(action) => setAsked({ user, action })} />
            ))}
          </ul>
        )}
      </Loaded>
      {asked ? <UserDialog {...asked} onClose={() => setAsked(undefined)} /> : null}
    </Section>
  )
}

function UserRow({ user, onAsk }: { user: User; onAsk: (action: UserAction) => void }) {
  const me = useMe()
  const isMe = user.email === me.email
  return (
    <li className={classes.row}>
      <div className={classes.rowWords}>
        <p className={classes.rowTitle}>
          <bdi>{plainText(user.email)}</bdi>
          {isMe ? <span className={classes.mark}>You</span> : null}
          {user.isAdmin ? <span className={classes.mark}>Admin of Berth</span> : null}
          {user.isBlocked ? (
            <span className={classes.mark} data-tone="bad">
              Blocked
            </span>
          ) : null}
        </p>
        <p className={classes.soft}>
          {user.lastSignInAt ? (
            <>
              signed in <RelativeTime at={user.lastSignInAt} />
            </>
          ) : (
            'never signed in'
          )}
          , {user.hasSecondFactor ? 'with a second factor' : 'no second factor'}
          {user.mustChangePassword ? ', has a one-time password' : ''}
        </p>
        <p className={classes.soft}>{describeRoles(user)}</p>
      </div>
      <UserMenu user={user} isMe={isMe} onAsk={onAsk} />
    </li>
  )
}

const mostRoles = 6

function describeRoles({ projects }: User): string {
  if (projects.length === 0) return 'in no project'
  const shown = projects
    .slice(0, mostRoles)
    .map(({ name, role }) => `${roleWords[role].title.toLowerCase()} of ${name}`)
  const rest = projects.length - shown.length
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

function UserMenu({ user, isMe, onAsk }: { user: User; isMe: boolean; onAsk: (action: UserAction) => void }) {
  return (
    <Menu position="bottom-end" width={220} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon size={34} aria-label={`What can be done with ${user.email}`}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onAsk(user.isAdmin ? 'end-admin' : 'make-admin')}>
          {user.isAdmin ? 'End being an admin' : 'Make an admin'}
        </Menu.Item>
        {isMe ? (
          <Menu.Item component={Link} to="/settings/profile">
            Your own password
          </Menu.Item>
        ) : (
          <>
            <Menu.Item onClick={() => onAsk('reset-password')}>Give a one-time password</Menu.Item>
            <Menu.Item onClick={() => onAsk(user.isBlocked ? 'let-in' : 'block')}>
              {user.isBlocked ? 'Let in again' : 'Block'}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item c="var(--tone-bad)" onClick={() => onAsk('remove')}>
              Remove
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
