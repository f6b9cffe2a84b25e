import type { RubyRecipe } from '../detection/recipe.ts'
import {
  addUser,
  copyInPlace,
  envLine,
  execForm,
  installPackages,
  readyMade,
  type Stage,
  whatRuns,
} from './dockerfile-text.ts'

export function rubyStages(recipe: RubyRecipe): Stage[] {
  const { version, manifests, needsSourceToInstall, buildPackages, runPackages, precompilesAssets } = recipe
  const { port, startCommand, environment } = recipe
  const image = `ruby:${version}-slim`
  const deployment: Record<string, string> = manifests.includes('Gemfile.lock') ? { BUNDLE_DEPLOYMENT: '1' } : {}
  const bundle = { ...deployment, BUNDLE_PATH: '/usr/local/bundle', BUNDLE_WITHOUT: 'development:test' }
  return [
    {
      why: needsSourceToInstall ? 'The packages, of which some lie in the sources.' : readyMade,
      lines: [
        `FROM ${image} AS packages`,
        installPackages(buildPackages),
        envLine(bundle),
        'WORKDIR /app',
        ...(needsSourceToInstall ? ['COPY . .'] : copyInPlace(manifests, isFolder)),
        'RUN bundle install && rm -rf ~/.bundle /usr/local/bundle/ruby/*/cache',
      ],
    },
    {
      why: whatRuns,
      lines: [
        `FROM ${image}`,
        installPackages(runPackages),
        envLine({ ...bundle, ...environment, PORT: `${port}` }),
        addUser,
        'WORKDIR /app',
        'COPY --from=packages /usr/local/bundle /usr/local/bundle',
        'COPY --chown=app:app . .',
        'USER app',
        precompilesAssets && 'RUN SECRET_KEY_BASE_DUMMY=1 bundle exec rails assets:precompile',
        `EXPOSE ${port}`,
        `CMD ${execForm(startCommand)}`,
      ],
    },
  ]
}

const isFolder = (path: string) => path === 'vendor/cache'
