import { IconActivity, IconServer, IconSettings, IconStack2 } from '@tabler/icons-react'

/** The pages that the navigation leads to. `key`: after a "g". */
export const places = [
  {
    to: '/',
    label: 'Apps',
    Icon: IconStack2,
    key: 'a',
    isAt: (path: string) => path === '/' || path.startsWith('/apps'),
  },
  {
    to: '/machines',
    label: 'Machines',
    Icon: IconServer,
    key: 'm',
    isAt: (path: string) => path.startsWith('/machines') || path === '/disk',
  },
  {
    to: '/activity',
    label: 'Activity',
    Icon: IconActivity,
    key: 'h',
    isAt: (path: string) => path.startsWith('/activity'),
  },
  {
    to: '/settings/{-$tab}',
    label: 'Settings',
    Icon: IconSettings,
    key: 's',
    isAt: (path: string) => path.startsWith('/settings'),
  },
] as const
