import type { NodeRecipe, PackageManager } from '../detection/recipe.ts'
import {
  copyInPlace,
  envLine,
  execForm,
  installPackages,
  readyMade,
  type Stage,
  shellWord,
  whatRuns,
} from './dockerfile-text.ts'
import { nginxStage } from './nginx.ts'

export function nodeStages(recipe: NodeRecipe): Stage[] {
  const building = isBuilt(recipe) ? buildStages(recipe) : plainStages(recipe)
  const { staticOutput, port } = recipe
  if (staticOutput) return [...building, nginxStage({ output: staticOutput, port, from: 'build' })]
  return [...building, runStage(recipe)]
}

const imageOf = ({ version }: NodeRecipe) => `node:${version}-bookworm-slim`

/** All packages are installed and some taken away again, where the build or the install scripts need them. */
const isBuilt = ({ buildCommand, needsSourceToInstall, keepsDevelopmentPackages }: NodeRecipe) =>
  buildCommand !== null || needsSourceToInstall || keepsDevelopmentPackages

function plainStages(recipe: NodeRecipe): Stage[] {
  if (recipe.manifests.length === 0) return []
  const lines = [
    ...startLines(recipe, 'packages'),
    ...copyManifests(recipe),
    `RUN ${install(recipe.packageManager, true)}`,
  ]
  return [{ why: readyMade, lines }]
}

function buildStages(recipe: NodeRecipe): Stage[] {
  const { packageManager, needsSourceToInstall, keepsDevelopmentPackages, buildCommand, staticOutput } = recipe
  const build = buildCommand && `RUN ${buildCommand.split(' ').map(shellWord).join(' ')}`
  const prune = !keepsDevelopmentPackages && !staticOutput && pruneOf(packageManager)
  const after = [build, prune && `RUN ${prune}`]
  if (needsSourceToInstall) {
    const lines = [...startLines(recipe, 'build'), 'COPY . .', `RUN ${install(packageManager, false)}`, ...after]
    return [
      { why: 'Packages and build in one, since the install scripts of this app may read any of its files.', lines },
    ]
  }
  const packages = [
    ...startLines(recipe, 'packages'),
    ...copyManifests(recipe),
    `RUN ${install(packageManager, false)}`,
  ]
  const why = 'The build, with the development packages too.'
  return [
    { why: readyMade, lines: packages },
    { why, lines: ['FROM packages AS build', 'COPY . .', ...after] },
  ]
}

const startLines = (recipe: NodeRecipe, name: string) => [
  `FROM ${imageOf(recipe)} AS ${name}`,
  installPackages(recipe.buildPackages),
  ...toolLines(recipe.packageManager),
  'WORKDIR /app',
]

const copyManifests = ({ manifests }: NodeRecipe) =>
  copyInPlace(manifests, (path) => path === '.yarn' || path === 'patches')

const isClassicYarn = ({ name, version }: PackageManager) => name === 'yarn' && (version ?? '1').startsWith('1')

/** npm comes with the image. Yarn may too, in another version, which is what --force is for. */
function toolLines(manager: PackageManager): string[] {
  const { name, version } = manager
  if (name === 'npm') return []
  if (name === 'pnpm') return ['ENV CI=true', `RUN npm install --global pnpm@${version}`]
  if (isClassicYarn(manager)) return [`RUN npm install --global --force yarn@${version}`]
  return ['ENV YARN_NODE_LINKER=node-modules', `RUN npm install --global --force @yarnpkg/cli-dist@${version}`]
}

function install(manager: PackageManager, isProduction: boolean): string {
  const { name, hasLockfile } = manager
  const words = (...parts: (string | false)[]) => parts.filter(Boolean).join(' ')
  if (name === 'npm') {
    return words('npm', hasLockfile ? 'ci' : 'install', isProduction && '--omit=dev', '--no-audit', '--no-fund')
  }
  if (name === 'pnpm') return words('pnpm install', hasLockfile && '--frozen-lockfile', isProduction && '--prod')
  if (isClassicYarn(manager)) {
    return words('yarn install --non-interactive', hasLockfile && '--frozen-lockfile', isProduction && '--production')
  }
  return isProduction ? 'yarn workspaces focus --all --production' : words('yarn install', hasLockfile && '--immutable')
}

function pruneOf(manager: PackageManager): string {
  if (manager.name === 'npm') return 'npm prune --omit=dev --no-audit --no-fund'
  if (manager.name === 'pnpm') return 'pnpm prune --prod --ignore-scripts'
  if (isClassicYarn(manager)) return 'yarn install --production --ignore-scripts --prefer-offline --non-interactive'
  return 'yarn workspaces focus --all --production'
}

function runStage(recipe: NodeRecipe): Stage {
  const { port, startCommand, environment, packageManager, manifests } = recipe
  const [program = ''] = startCommand
  const usesTool = program === packageManager.name && program !== 'npm'
  const isInPackages = !['node', 'sh', 'npm', 'npx', packageManager.name].includes(program)
  const path: Record<string, string> = isInPackages ? { PATH: '/app/node_modules/.bin:$PATH' } : {}
  return {
    why: whatRuns,
    lines: [
      `FROM ${imageOf(recipe)}`,
      ...(usesTool ? toolLines(packageManager) : []),
      envLine({ ...environment, PORT: `${port}`, ...path }),
      'WORKDIR /app',
      'RUN chown node:node .',
      ...(isBuilt(recipe)
        ? copyBuilt(recipe)
        : [manifests.length > 0 && copyAll('packages'), 'COPY --chown=node:node . .']),
      'USER node',
      `EXPOSE ${port}`,
      `CMD ${execForm(startCommand)}`,
    ],
  }
}

const copyAll = (stage: string) => `COPY --from=${stage} --chown=node:node /app ./`

const copyBuilt = ({ serverOutput }: NodeRecipe) =>
  serverOutput?.map(({ from, to }) => `COPY --from=build --chown=node:node /app/${from} ./${to === '.' ? '' : to}`) ?? [
    copyAll('build'),
  ]
