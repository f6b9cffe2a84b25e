import type { ActivityEvent } from '@berth/contract'
import { IconActivity, IconKey, IconRocket, IconServer, IconStack2, IconUsers } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { RelativeTime } from '#parts/relative-time.tsx'
import { plainText } from '../app/logs/log-text.ts'
import classes from './activity.module.css'
import { describeActor, describeEvent, type Piece, type Topic, titleOfKind } from './event-words.ts'

const icons: Record<Topic, typeof IconActivity> = {
  deployments: IconRocket,
  apps: IconStack2,
  machines: IconServer,
  access: IconUsers,
  'sign-ins': IconKey,
  other: IconActivity,
}

type Props = {
  event: ActivityEvent
  /** Whether its app is still there to go to. */
  hasApp: boolean
}

export const EventRow = memo(function EventRow({ event, hasApp }: Props) {
  const { topic, tone, pieces } = describeEvent(event)
  const Icon = icons[topic]
  const isProjectTold = event.project === null || pieces.some((piece) => 'project' in piece)
  return (
    <li className={classes.event} data-tone={tone}>
      <span className={classes.icon} title={titleOfKind(event.kind)}>
        <Icon size={15} stroke={1.8} aria-hidden />
      </span>
      <div className={classes.words}>
        <p className={classes.sentence}>
          <bdi className={classes.actor}>{describeActor(event.actor)}</bdi>{' '}
          {pieces.map((piece, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a sentence never change places.
            <PieceOf key={index} piece={piece} hasApp={hasApp} />
          ))}
          {isProjectTold ? null : <span className={classes.soft}> in {event.project}</span>}
        </p>
        {event.detail?.trim() ? (
          <p className={classes.detail}>
            <bdi>{plainText(event.detail)}</bdi>
          </p>
        ) : null}
      </div>
      <span className={classes.time}>
        <RelativeTime at={event.at} />
      </span>
    </li>
  )
})

function PieceOf({ piece, hasApp }: { piece: Piece; hasApp: boolean }) {
  if ('text' in piece) return <span className={classes.says}>{piece.text}</span>
  if ('project' in piece) {
    return (
      <Link to="/settings/{-$tab}" params={{ tab: 'members' }} search={{ project: piece.project }}>
        {piece.project}
      </Link>
    )
  }
  if (!hasApp) return <strong>{piece.app}</strong>
  return (
    <Link to="/apps/$app/{-$tab}" params={{ app: piece.app }}>
      {piece.app}
    </Link>
  )
}
