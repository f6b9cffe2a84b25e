import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useMe } from '#live/use-live.ts'
import { ChangePassword } from './change-password.tsx'
import { roleWords } from './role-words.ts'
import { SecondFactor } from './second-factor.tsx'
import { Section } from './section.tsx'
import classes from './settings.module.css'

export function ProfileTab() {
  return (
    <>
      <WhoAmI />
      <ChangePassword />
      <SecondFactor />
    </>
  )
}

function WhoAmI() {
  const me = useMe()
  return (
    <Section title="Who you are">
      <dl className={classes.facts}>
        <div>
          <dt>Signed in as</dt>
          <dd>{me.email ?? me.name}</dd>
        </div>
        <div>
          <dt>In Berth</dt>
          <dd>{me.isAdmin ? 'Admin of the platform: you may do everything, everywhere' : 'Member of projects'}</dd>
        </div>
      </dl>
      {me.projects.length > 0 ? (
        <ul className={classes.roles} aria-label="Your roles">
          {me.projects.map(({ name, role }) => (
            <li key={name}>
              <Link to="/settings/{-$tab}" params={{ tab: 'members' }} search={{ project: name }}>
                {name}
              </Link>
              <span>
                {roleWords[role].title} <span className={classes.soft}>{roleWords[role].below}</span>
              </span>
            </li>
          ))}
        </ul>
      ) : me.isAdmin ? null : (
        <p className={classes.soft}>You have no role in any project yet. Ask an admin to invite you to one.</p>
      )}
      {me.isAdmin ? (
        <Button component={Link} to="/settings/members" variant="default" size="xs">
          All projects and their members
        </Button>
      ) : null}
    </Section>
  )
}
