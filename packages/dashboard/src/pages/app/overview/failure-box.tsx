import type { App, Deployment, FailureCode } from '@berth/contract'
import { IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react'
import { failureTitles } from '../deployment-words.ts'
import { LogText } from '../logs/log-segments.tsx'
import { cutLine, plainText } from '../logs/log-text.ts'
import { FailureLinks } from './failure-links.tsx'
import classes from './overview.module.css'

/** Why a deployment failed, what to do about it, what the app said last, and that the old release serves on. */
export function FailureBox({ app, deployment }: { app: App; deployment: Deployment }) {
  const { failure } = deployment
  if (!failure) return null
  return (
    <div className={classes.failure}>
      <div className={classes.failureHead}>
        <IconAlertTriangle size={18} stroke={1.8} aria-hidden />
        <div>
          <strong>{failureTitles[failure.code] ?? 'It failed'}</strong>
          <p>{plainText(failure.message)}</p>
          {failure.hint ? <p className={classes.hint}>{plainText(failure.hint)}</p> : null}
        </div>
      </div>
      {failure.logLines.length > 0 ? (
        <>
          <h3 className={classes.logTitle}>The last lines that it wrote</h3>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse must be able to scroll it. */}
          <section className={classes.logLines} aria-label="The last log lines of the failed deployment" tabIndex={0}>
            <pre>
              {failure.logLines.map((line, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the lines of an ended deployment never change.
                <div key={index}>
                  <LogText text={cutLine(line).shown} />
                </div>
              ))}
            </pre>
          </section>
        </>
      ) : null}
      <ServesOn app={app} deployment={deployment} />
      {isOfTheApp(failure.code) ? <FailureLinks app={app} /> : null}
    </div>
  )
}

/** Where log, environment and limits are where to look, and not the image. */
const isOfTheApp = (code: FailureCode) => !/^(image|registry|pull|internal)/.test(code)

function ServesOn({ app: { releaseVersion, state }, deployment }: { app: App; deployment: Deployment }) {
  const isServing = releaseVersion !== null && (state === 'running' || state === 'degraded')
  if (!isServing || releaseVersion === deployment.releaseVersion) return null
  return (
    <p className={classes.servesOn}>
      <IconShieldCheck size={17} stroke={1.8} aria-hidden />v{releaseVersion} was not touched and goes on serving.
    </p>
  )
}
