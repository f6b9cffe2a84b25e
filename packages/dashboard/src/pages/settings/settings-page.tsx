import { Button } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { type ComponentType, useEffect, useRef } from 'react'
import { useMe } from '#live/use-live.ts'
import { EmptyState } from '#parts/empty-state.tsx'
import { PageHead } from '#parts/page-head.tsx'
import { AboutTab } from './about-tab.tsx'
import { InvitationsTab } from './invitations-tab.tsx'
import { MembersTab } from './members-tab.tsx'
import { ProfileTab } from './profile-tab.tsx'
import { RegistriesTab } from './registries-tab.tsx'
import { RepositoriesTab } from './repositories-tab.tsx'
import { SessionsTab } from './sessions-tab.tsx'
import classes from './settings.module.css'
import { isTab, listTabs, refusalOf, type Tab, tabWords } from './settings-tabs.ts'
import { TokensTab } from './tokens-tab.tsx'
import { UsersTab } from './users-tab.tsx'

const contents: Record<Tab, ComponentType> = {
  profile: ProfileTab,
  tokens: TokensTab,
  sessions: SessionsTab,
  members: MembersTab,
  invitations: InvitationsTab,
  users: UsersTab,
  registries: RegistriesTab,
  repositories: RepositoriesTab,
  about: AboutTab,
}

export function SettingsPage({ tab }: { tab: string }) {
  const me = useMe()
  const tabs = useRef<HTMLElement>(null)
  useEffect(() => {
    const current = tabs.current?.querySelector('[aria-current]')
    // On a phone not all of them are on the screen at once.
    if (tab !== '') current?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [tab])
  return (
    <div className={classes.page}>
      <PageHead title={isTab(tab) ? `Settings: ${tabWords[tab].toLowerCase()}` : 'Settings'} />
      <nav ref={tabs} className={classes.tabs} aria-label="Settings">
        {listTabs(me).map((name) => (
          <Link
            key={name}
            to="/settings/{-$tab}"
            params={{ tab: name }}
            className={classes.tab}
            aria-current={name === tab ? 'page' : undefined}
          >
            {tabWords[name]}
          </Link>
        ))}
      </nav>
      <TabContent tab={tab} />
    </div>
  )
}

function TabContent({ tab }: { tab: string }) {
  const me = useMe()
  if (!isTab(tab)) {
    return <NoTab title="There is no such page in the settings">Choose one of those above.</NoTab>
  }
  const refusal = refusalOf(tab, me)
  if (refusal !== undefined) return <NoTab title={`${tabWords[tab]} is not for you`}>{refusal}</NoTab>
  const Content = contents[tab]
  return <Content />
}

function NoTab({ title, children }: { title: string; children: string }) {
  return (
    <EmptyState
      title={title}
      icon={<IconLock size={30} stroke={1.5} />}
      action={
        <Button component={Link} to="/settings/profile" variant="default">
          To your profile
        </Button>
      }
    >
      {children}
    </EmptyState>
  )
}
