import type {
  AppState,
  BuildState,
  BuildStep,
  DeploymentState,
  DeploymentStep,
  InstanceState,
  Machine,
  RelocationState,
  SystemCheck,
} from '@berth/contract'
import classes from './state-badge.module.css'
import { type Look, looks, type Shape } from './state-looks.ts'

type Stated =
  | { of: 'app'; state: AppState }
  | { of: 'instance'; state: InstanceState }
  | { of: 'deployment'; state: DeploymentState }
  | { of: 'build'; state: BuildState }
  | { of: 'buildStep'; state: BuildStep['state'] | 'cancelled' }
  | { of: 'step'; state: DeploymentStep['state'] }
  | { of: 'machine'; state: Machine['state'] }
  | { of: 'availability'; state: Machine['availability'] }
  | { of: 'relocation'; state: RelocationState }
  | { of: 'check'; state: SystemCheck['state'] }

type Props = Stated & {
  /** Another word for the same state: "2 of 3 up". */
  word?: string
  /** The reason, on hover. */
  title?: string
}

/** A state as a shape, a colour and a word. */
export function StateBadge({ of, state, word, title }: Props) {
  const look = (looks[of] as Record<string, Look>)[state] ?? unknownLook(state)
  return (
    <span className={classes.badge} data-tone={look.tone} title={title}>
      <StateShape shape={look.shape} />
      <span className={classes.word}>{word ?? look.word}</span>
    </span>
  )
}

/** A newer server may know states that this page does not. */
const unknownLook = (state: string): Look => ({ word: state.replaceAll('_', ' '), tone: 'idle', shape: 'hollow' })

function StateShape({ shape }: { shape: Shape }) {
  return (
    <svg className={classes.shape} data-shape={shape} viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      {drawings[shape]}
    </svg>
  )
}

const line = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.6, strokeLinecap: 'round' } as const

const drawings: Record<Shape, React.ReactNode> = {
  full: <circle cx="6" cy="6" r="4.6" fill="currentColor" />,
  half: (
    <>
      <circle cx="6" cy="6" r="4.2" {...line} />
      <path d="M6 1.8a4.2 4.2 0 0 1 0 8.4z" fill="currentColor" />
    </>
  ),
  turning: (
    <>
      <circle cx="6" cy="6" r="4.4" {...line} opacity=".35" />
      <path d="M6 1.6A4.4 4.4 0 0 1 10.4 6" {...line} />
    </>
  ),
  cross: <path d="M2.2 2.2l7.6 7.6M9.8 2.2l-7.6 7.6" {...line} strokeWidth={2.2} />,
  triangle: <path d="M6 1.6l4.8 8.6H1.2z" {...line} strokeLinejoin="round" />,
  tick: <path d="M1.8 6.4l2.9 2.9 5.5-6.2" {...line} strokeWidth={2} strokeLinejoin="round" />,
  square: <rect x="2" y="2" width="8" height="8" rx="1.4" {...line} />,
  hollow: <circle cx="6" cy="6" r="4.2" {...line} />,
  dashed: <circle cx="6" cy="6" r="4.2" {...line} strokeDasharray="2.2 2.2" />,
  slash: (
    <>
      <circle cx="6" cy="6" r="4.2" {...line} />
      <path d="M3.2 8.8l5.6-5.6" {...line} />
    </>
  ),
}
