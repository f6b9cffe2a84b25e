import { type Build, formatDuration } from '@berth/contract'
import sheet from '#parts/sheet.module.css'
import { StateBadge } from '#parts/state-badge.tsx'
import { looks } from '#parts/state-looks.ts'
import { useNow } from '#parts/use-now.ts'
import { plainText } from '../logs/log-text.ts'
import { type DrawnStep, drawSteps } from './build-words.ts'
import styles from './builds.module.css'

/** Each instruction with its time, drawn over the time of the whole. */
export function BuildSteps({ build }: { build: Build }) {
  const { steps } = build
  const now = useNow(build.state === 'running')
  const cached = steps.filter(({ isCached }) => isCached).length
  return (
    <section className={sheet.card}>
      <h2>
        Steps{' '}
        <span className={sheet.soft}>
          {steps.length}
          {cached > 0 ? `, ${cached} from the cache` : ''}
        </span>
      </h2>
      <ol className={styles.steps}>
        {drawSteps(build, now).map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a Dockerfile may say the same twice, and steps are only added.
          <Step key={index} step={step} />
        ))}
      </ol>
    </section>
  )
}

function Step({ step: { title, state, isCached, tookMs, startRatio, lengthRatio } }: { step: DrawnStep }) {
  return (
    <li className={styles.step}>
      <span className={styles.stepTitle}>
        <StateBadge of="buildStep" state={state} word="" />
        <span className={sheet.hidden}>{looks.buildStep[state].word}: </span>
        <code>{plainText(title)}</code>
      </span>
      <div className={styles.track} aria-hidden>
        <div
          className={styles.bar}
          data-state={state}
          data-cached={isCached || undefined}
          style={{ marginInlineStart: `${100 * startRatio}%`, width: `${100 * lengthRatio}%` }}
        />
      </div>
      <span className={styles.stepTime}>{isCached ? 'cached' : formatDuration(tookMs)}</span>
    </li>
  )
}
