/** What a fake Berth can be asked to be, and what that means. */
export const scenarios = {
  empty: 'a fresh installation: no app yet',
  one: 'one app that serves',
  many: '300 apps in all states, some names of 40 characters, 12 machines',
  three: 'three machines, nothing wrong',
  fleet: '300 machines, some of them down, cordoned or drained',
  pressed: 'three machines: one is down, one cordoned for memory pressure',
  draining: 'one of four machines is being drained, again and again; an earlier drain failed',
  hostile: 'names, reasons, log lines and everything else that people can write, as nasty as the schemas allow',
  deploying: 'a first deployment that goes through its stages, and starts again when it has ended',
  failed: 'an app whose first deployment failed, and one that serves on after a failed one',
  reader: 'signed in as a reader of one project: nothing may be changed, no secret seen',
  developer: 'signed in as a developer of one project and reader of another',
  'signed-out': 'nobody is signed in; ada@example.org signs in with "correct horse battery"',
  expired: 'the session ends ten seconds after the start',
  slow: 'every answer takes two seconds',
  restart: 'every twenty seconds the server is gone for eight',
  'must-change-password': 'signed in with a one-time password, which must be changed first',
  'second-factor': 'nobody is signed in, and signing in needs the code 123456 as well',
  flood: 'as one, and its log is 100,000 lines long',
} as const

export type Scenario = keyof typeof scenarios
export const scenarioNames = Object.keys(scenarios) as Scenario[]

export const isScenario = (name: string): name is Scenario => Object.hasOwn(scenarios, name)
