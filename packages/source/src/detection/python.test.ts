import { testApps } from './test-apps.ts'

testApps([
  [
    'Flask',
    { 'requirements.txt': 'Flask==3.0\n', 'app.py': 'app = Flask(__name__)' },
    {
      kind: 'python',
      start: 'gunicorn app:app',
      port: 8000,
      version: '3.13',
      recipe: { installer: 'pip', addedPackages: ['gunicorn'] },
      words: /Python Flask \(requirements\.txt\), started by app in app\.py/,
    },
  ],
  [
    'Flask with a factory',
    {
      'requirements.txt': 'flask\ngunicorn',
      'shop/__init__.py': 'def create_app():\n  app = 1\n  x = Flask(__name__)',
    },
    {
      kind: 'python',
      start: 'gunicorn shop:create_app()',
      recipe: { addedPackages: [] },
      warning: /leaves versions open/,
    },
  ],
  [
    'FastAPI',
    {
      'requirements.txt': 'fastapi[standard]>=0.1\nuvicorn==1\n',
      'app/main.py': 'import x\napi: FastAPI = FastAPI(\n)',
    },
    { kind: 'python', start: 'uvicorn app.main:api --host 0.0.0.0 --port 8000' },
  ],
  [
    'FastAPI in src',
    {
      'pyproject.toml': '[project]\nname = "x"\ndependencies = ["fastapi"]\n',
      'uv.lock': '',
      'src/shop/web.py': 'app = FastAPI()',
    },
    {
      kind: 'python',
      start: 'uvicorn shop.web:app --host 0.0.0.0 --port 8000',
      recipe: { installer: 'uv', environment: { PYTHONPATH: '/app/src' }, manifests: ['pyproject.toml', 'uv.lock'] },
    },
  ],
  [
    'Django',
    {
      'requirements.txt': 'django==5\nwhitenoise==6\ngunicorn==1\npsycopg2==2',
      'manage.py': "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings.dev')",
      'shop/wsgi.py': '',
    },
    {
      kind: 'python',
      start: 'gunicorn shop.wsgi:application',
      recipe: { collectsStatic: true, runPackages: ['libpq5'], buildPackages: ['gcc', 'libc6-dev', 'libpq-dev'] },
    },
  ],
  [
    'Django in a folder',
    {
      'requirements.txt': 'django',
      'web/manage.py': "'DJANGO_SETTINGS_MODULE', 'shop.settings'",
      'web/shop/wsgi.py': '',
    },
    { kind: 'python', start: 'gunicorn --chdir web shop.wsgi:application', warning: /whitenoise/ },
  ],
  [
    'Poetry',
    { 'pyproject.toml': '[tool.poetry.dependencies]\npython = "^3.11"\nflask = "*"', 'poetry.lock': '', 'main.py': '' },
    { kind: 'python', start: 'python main.py', version: '3.13', recipe: { installer: 'poetry' } },
  ],
  [
    'PDM',
    { 'pyproject.toml': '[project]\nrequires-python = ">=3.9,<3.12"', 'pdm.lock': '', 'main.py': '' },
    { kind: 'python', version: '3.11', recipe: { installer: 'pdm' } },
  ],
  [
    'Pipenv',
    { Pipfile: '[packages]\nflask = "*"\n[requires]\npython_version = "3.12"', 'app.py': 'app = Flask(x)' },
    { kind: 'python', version: '3.12', recipe: { installer: 'pipenv' }, warning: /no Pipfile\.lock/ },
  ],
  [
    'a project without a lock',
    { 'pyproject.toml': '[project]\nname="x"\n[build-system]\nrequires = ["hatchling"]', 'main.py': '' },
    { kind: 'python', recipe: { installer: 'project', needsSourceToInstall: true } },
  ],
  [
    'an app that is no package, and so nothing that can be installed',
    { 'pyproject.toml': '[project]\nname="x"\ndependencies = ["fastapi"]', 'shop/main.py': 'app = FastAPI()' },
    { kind: 'python', recipe: { installer: 'dependencies', needsSourceToInstall: false, addedPackages: ['uvicorn'] } },
  ],
  [
    'the same for a Python that reads no TOML',
    { 'pyproject.toml': '[project]\nname="x"\nrequires-python = "<3.11"\ndependencies = []', 'main.py': '' },
    { kind: 'python', version: '3.10', recipe: { installer: 'project', needsSourceToInstall: true } },
  ],
  [
    'wheels that lie in the source',
    {
      'requirements.txt': '--no-index\n--find-links ./wheels/\nflask==3\n./own/shop-1.0-py3-none-any.whl',
      'wheels/flask-3-py3-none-any.whl': '',
      'own/shop-1.0-py3-none-any.whl': '',
      'main.py': '',
    },
    {
      kind: 'python',
      recipe: {
        needsSourceToInstall: false,
        manifests: ['requirements.txt', 'own/shop-1.0-py3-none-any.whl'],
        packageFolders: ['wheels'],
      },
    },
  ],
  [
    'wheels that lie elsewhere',
    { 'requirements.txt': '--find-links https://wheels.example.org\nflask==3', 'main.py': '' },
    { kind: 'python', recipe: { needsSourceToInstall: false } },
  ],
  [
    'settings of tools alone',
    { 'pyproject.toml': '[tool.ruff]', 'requirements.txt': 'x==1', 'main.py': '' },
    { kind: 'python', recipe: { installer: 'pip' } },
  ],
  [
    'requirements of several files',
    { 'requirements.txt': '-r base.txt\n-e .\n', 'base.txt': 'flask==1', 'main.py': '' },
    { kind: 'python', recipe: { manifests: ['requirements.txt', 'base.txt'], needsSourceToInstall: true } },
  ],
  [
    'files alone',
    { 'main.py': '' },
    { kind: 'python', start: 'python main.py', recipe: { installer: 'none' }, warning: /none are installed/ },
  ],
  [
    'a Procfile with a port',
    { 'requirements.txt': 'x==1', Procfile: 'web: gunicorn a:b --bind 0.0.0.0:$PORT' },
    { kind: 'python', start: 'sh -c exec gunicorn a:b --bind 0.0.0.0:$PORT' },
  ],
  [
    'Streamlit',
    { 'requirements.txt': 'streamlit==1', 'app.py': '' },
    { kind: 'python', port: 8501, start: 'streamlit run app.py --server.address=0.0.0.0 --server.port=8501' },
  ],
  ['a version in a file', { 'main.py': '', '.python-version': '3.11\n' }, { kind: 'python', version: '3.11' }],
  [
    'a workspace of Python beside an app',
    {
      'pyproject.toml': '[tool.uv.workspace]\nmembers = ["api"]',
      'uv.lock': '',
      'api/main.py': 'app = FastAPI()',
      'index.html': '',
    },
    { kind: 'static' },
  ],
])
