import { join } from 'node:path'
import type { RawRoute } from '../http/raw-route.ts'
import { answerFile } from './dashboard-file.ts'
import { answerPage } from './dashboard-page.ts'

const builtDashboard = join(import.meta.dirname, '../../../dashboard/dist')

/** The addresses that the dashboard itself makes pages of. */
const pages = [
  '/',
  '/apps/*',
  '/machines',
  '/machines/*',
  '/disk',
  '/activity',
  '/settings',
  '/settings/*',
  '/sign-in',
  '/invitation',
  '/login/*',
]

/** Files that keep their name from version to version. */
const namedFiles = ['/berth.svg', '/color-scheme.js']

/** The dashboard. Its files are open to anyone, for they are the same for all and say nothing of anybody's apps. */
export function dashboardRoutes(dir = builtDashboard): RawRoute[] {
  return [
    ...pages.map((path): RawRoute => ({ path, access: 'anyone', answer: (request) => answerPage(dir, request) })),
    ...['/assets/*', ...namedFiles].map(
      (path): RawRoute => ({ path, access: 'anyone', answer: (request) => answerFile(dir, request) }),
    ),
  ]
}
