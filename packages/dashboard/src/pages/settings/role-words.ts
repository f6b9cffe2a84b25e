import type { Role, Token } from '@berth/contract'

export const roleWords: Record<Role, { title: string; below: string }> = {
  reader: { title: 'Reader', below: 'sees everything but secrets' },
  developer: { title: 'Developer', below: 'deploys, scales, and sees secrets too' },
  admin: { title: 'Admin', below: 'does all that, and says who is a member' },
}

export const roleChoices = (['reader', 'developer', 'admin'] as const).map((value) => ({
  value,
  label: `${roleWords[value].title}: ${roleWords[value].below}`,
}))

export const accessWords: Record<Token['access'], { title: string; below: string }> = {
  read: { title: 'Read', below: 'see apps, logs and figures' },
  deploy: { title: 'Deploy', below: 'also deploy, scale, and see secrets' },
  admin: { title: 'Admin', below: 'everything that you may do' },
}
