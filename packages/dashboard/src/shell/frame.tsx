import { ActionIcon, Kbd, UnstyledButton } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { AccountMenu } from './account-menu.tsx'
import { Brand } from './brand.tsx'
import classes from './frame.module.css'
import { LiveLight } from './live-light.tsx'
import { MoveNote } from './move-note.tsx'
import { places } from './places.ts'
import { StaleNote } from './stale-note.tsx'
import { useFocusTitle } from './use-focus-title.ts'
import { useShortcuts } from './use-shortcuts.ts'

const Palette = lazy(() => import('./palette.tsx'))
const ShortcutSheet = lazy(() => import('./shortcut-sheet.tsx'))

const isMac = /Mac|iPhone|iPad/.test(navigator.platform)

/** What stands around every page: navigation, live state, palette and shortcuts. */
export function Frame() {
  const { pathname } = useLocation()
  const navigate = useNavigate()
  const [paletteCalls, setPaletteCalls] = useState(0)
  const [isSheetOpen, setSheetOpen] = useState(false)
  const openPalette = () => setPaletteCalls((calls) => calls + 1)
  const openSheet = () => setSheetOpen(true)
  useFocusTitle()
  useShortcuts({ openPalette, openSheet, go: (to) => void navigate({ to }) })

  const links = places.map(({ to, label, Icon, isAt }) => (
    <Link key={to} to={to} className={classes.link} aria-current={isAt(pathname) ? 'page' : undefined}>
      <Icon size={19} stroke={1.7} aria-hidden />
      {label}
    </Link>
  ))

  return (
    <div className={classes.frame}>
      <a className={classes.skip} href="#main">
        Skip to the page
      </a>
      <header className={classes.side}>
        <Link to="/" className={classes.home} aria-label="Berth, to your apps">
          <Brand />
        </Link>
        <UnstyledButton className={classes.search} onClick={openPalette}>
          <IconSearch size={15} stroke={1.8} aria-hidden />
          <span>Go to …</span>
          <Kbd size="xs">{isMac ? '⌘' : 'Ctrl'} K</Kbd>
        </UnstyledButton>
        <nav className={classes.places} aria-label="Main">
          {links}
        </nav>
        <div className={classes.foot}>
          <LiveLight />
          <AccountMenu onShortcuts={openSheet} />
        </div>
      </header>
      <header className={classes.top}>
        <Link to="/" className={classes.home} aria-label="Berth, to your apps">
          <Brand size={24} />
        </Link>
        <LiveLight />
        <ActionIcon size={40} aria-label="Go to an app, a page or an action" onClick={openPalette}>
          <IconSearch size={20} stroke={1.7} aria-hidden />
        </ActionIcon>
        <AccountMenu onShortcuts={openSheet} isSmall />
      </header>
      <main id="main" className={classes.main} tabIndex={-1}>
        <MoveNote />
        <Outlet />
      </main>
      <nav className={classes.bottom} aria-label="Main">
        {links}
      </nav>
      <StaleNote />
      <Suspense>
        {paletteCalls > 0 ? <Palette calls={paletteCalls} onShortcuts={openSheet} /> : null}
        {isSheetOpen ? <ShortcutSheet onClose={() => setSheetOpen(false)} /> : null}
      </Suspense>
    </div>
  )
}
