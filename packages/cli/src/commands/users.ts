import { defineGroup } from '../command.ts'
import { changeUserCommand } from '../users/change-user-command.ts'
import { invite } from '../users/invite.ts'
import { ls } from '../users/ls.ts'
import { resetPassword } from '../users/reset-password.ts'
import { rm } from '../users/rm.ts'

export const users = defineGroup({
  name: 'users',
  summary: 'Invite people, block them, make them admins',
  commands: {
    ls,
    invite,
    block: changeUserCommand({
      verb: 'block',
      summary: 'Sign someone out everywhere and let them in no more, until unblocked',
      details: 'Their tokens rest as well. Roles and history stay.',
      change: { isBlocked: true },
      done: 'is blocked: no session and no token of theirs works',
    }),
    unblock: changeUserCommand({
      verb: 'unblock',
      summary: 'Let someone in again',
      change: { isBlocked: false },
      done: 'may sign in again',
    }),
    admin: changeUserCommand({
      verb: 'admin',
      summary: 'Make someone an admin of the platform, who may do everything',
      change: { isAdmin: true },
      done: 'is an admin of the platform now',
    }),
    'no-admin': changeUserCommand({
      verb: 'no-admin',
      summary: 'Make an admin of the platform a user like others, with the roles they have',
      change: { isAdmin: false },
      done: 'is no longer an admin of the platform',
    }),
    'reset-password': resetPassword,
    rm,
  },
})
