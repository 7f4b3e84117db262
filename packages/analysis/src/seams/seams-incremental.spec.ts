import fc from 'fast-check';
import { Linker } from '../linker/linker.ts';
import { put } from '../testing/code-base.ts';
import { expectIncrementalEqualsFull, expectRestartedEqualsFull, type Edit } from '../testing/outputs.ts';

const FILES = {
  'api/main.py':
    'from fastapi import FastAPI\nfrom api.items import router\nfrom api.config import PREFIX\napp = FastAPI()\napp.include_router(router, prefix=PREFIX)\n',
  'api/config.py': 'PREFIX = "/v1"\n',
  'api/items.py':
    'from fastapi import APIRouter\nrouter = APIRouter(prefix="/items")\n@router.get("/{id}")\ndef one(id): ...\n@router.post("/")\ndef add(): ...\n',
  'web/one.ts': 'export const one = (id: string) => fetch(`/v1/items/${id}`);',
  'web/add.ts': "export const add = () => fetch('/v1/items', { method: 'POST' });",
  'web/other.ts': "import { one } from './one'; one('1');",
};

function linked(): Linker {
  const linker = new Linker();
  for (const [path, source] of Object.entries(FILES)) put(linker, path, source);
  linker.link();
  return linker;
}

function seamsAfter(linker: Linker, path: string): string[] {
  return (linker.link().files.get(path)?.relationships ?? []).filter((each) => each.relationship_type === 'seam').map(({ id }) => id);
}

describe('after an edit, routes and seams', () => {
  it('change only in the files that depend on a changed prefix', () => {
    const linker = linked();
    put(linker, 'api/config.py', 'PREFIX = "/v2"\n');
    const { files, stats } = linker.link();
    expect([...files.keys()].sort()).toEqual(['api/config.py', 'api/items.py', 'api/main.py', 'web/add.ts', 'web/one.ts']);
    expect(stats.relinked).toBe(2);
    expect(files.get('web/one.ts')?.relationships.filter((each) => each.relationship_type === 'seam')).toEqual([]);
    expect(files.get('api/items.py')?.nodes.find(({ name }) => name === 'GET /items/{id}')?.route_path).toBe('/v2/items/{id}');
  });

  it('change only in the callers of a deleted route', () => {
    const linker = linked();
    put(linker, 'api/items.py', FILES['api/items.py'].replace('@router.post("/")', '@router.put("/")'));
    const { files } = linker.link();
    expect([...files.keys()].sort()).toEqual(['api/items.py', 'web/add.ts']);
    put(linker, 'api/items.py', FILES['api/items.py']);
    expect(seamsAfter(linker, 'web/add.ts')).toEqual(['web/add.ts#add|seam|api/items.py#POST /items/']);
  });

  it('change only in a client whose request changed', () => {
    const linker = linked();
    put(linker, 'web/add.ts', FILES['web/add.ts'].replace("'POST'", "'DELETE'"));
    const { files } = linker.link();
    expect([...files.keys()]).toEqual(['web/add.ts']);
    expect(files.get('web/add.ts')?.relationships.filter((each) => each.relationship_type === 'seam')).toEqual([]);
  });

  it('do not change by unrelated edits', () => {
    const linker = linked();
    put(linker, 'api/config.py', '# moved\n\nPREFIX = "/v1"\n');
    expect([...linker.link().files.keys()]).toEqual(['api/config.py']);
  });

  it('equal, after any edits, those of a fresh analysis', () => {
    expectIncrementalEqualsFull(START, edit, 150);
  });

  it('equal those of a fresh analysis if the linker began with the records of an earlier one', () => {
    expectRestartedEqualsFull(START, edit, 60);
  });
});

/** Pieces of servers and clients in several languages; `{0}` is a path, `{1}` a file to import from. */
const PYTHON = [
  'from fastapi import APIRouter, FastAPI',
  'from api.{1} import router, app, PREFIX, Settings',
  'from api import {1}',
  'PREFIX = "{0}"',
  'class Settings:\n    API: str = "{0}"\nsettings = Settings()',
  'router = APIRouter(prefix="{0}")',
  'app = FastAPI()',
  'app.include_router(router, prefix=PREFIX)',
  'app.include_router({1}.router, prefix=settings.API)',
  'router.include_router({1}.router, prefix="{0}")',
  '@router.get("{0}")\ndef one(id): ...',
  '@router.post("{0}/{id}")\ndef two(id): ...',
  '@app.get(PREFIX)\ndef root(): ...',
  'import requests\ndef ask(): requests.get(f"http://localhost{PREFIX}/x")\ndef post(): requests.post("http://localhost:80{0}/1")',
  'from django.urls import path\nfrom api.{1} import urlpatterns as more, View\nurlpatterns = [*more, path("{0}", View.as_view()), path("t{0}", View.as_view({"get": "one"}))]',
  'class View:\n  def get(self): ...\n  def one(self): ...\nurlpatterns = []',
  'for each in ["{0}", "/loop"]:\n    app.add_api_route(each, one)',
];
const TYPESCRIPT = [
  "import express, { Router } from 'express';",
  "import { router, mount, send, BASE } from './{1}';",
  "import * as all from './{1}';",
  "export const BASE = '{0}';",
  "export const router = Router(); router.get('{0}', () => {}); router.post('{0}/:id', handler); function handler() {}",
  'export const app = express(); app.use(BASE, router);',
  "export const main = express(); main.use('{0}', all.router); mount(main);",
  "export function mount(app: unknown) { app.get('{0}', () => {}); }",
  "export function made(): unknown { const router = Router(); router.put('{0}', () => {}); return router; }",
  "import { made } from './{1}'; express().use('{0}', made());",
  'export function send(path: string, method = "GET") { return fetch(BASE + path, { method }); }',
  "export const ask = () => send('{0}');",
  "export const post = (id: string) => all.send(`{0}/${id}`, 'POST');",
  "export const get = () => fetch(`${BASE}{0}`); export const plain = () => fetch('{0}');",
  "import axios from 'axios'; export const http = axios.create({ baseURL: BASE });",
  "import { http } from './{1}'; export const items = () => http.get('{0}');",
];
const GO = [
  'import "net/http"\nfunc serve() { mux := http.NewServeMux(); mux.HandleFunc("POST {0}", one) }\nfunc one(w http.ResponseWriter, r *http.Request) {}',
  'import "net/http"\nconst base = "http://localhost"\nfunc ask() { http.Get(base + "{0}") }',
];
const RUBY = [
  "Rails.application.routes.draw do\n  get '{0}', to: 'items#index'\n  resources :items\nend",
  "Rails.application.routes.draw do\n  scope '{0}', module: :api do\n    resources :items, only: :show\n  end\nend",
  "Rails.application.routes.draw do\n  mount Shop::Engine => '{0}'\nend",
  "Shop::Engine.routes.draw do\n  post '{0}', to: 'items#create'\nend",
  'class ItemsController < Base\n  def index; end\n  def show; end\nend',
  'class Api::ItemsController < Base\nend',
  'class Base\n  def show; end\n  def create; end\nend',
];
const PHP = [
  "Route::get('{0}', [Items::class, 'show']);",
  "Route::prefix('{0}')->group(function () { Route::apiResource('items', Items::class); });",
  'class Items extends Base { function index() {} }',
  'class Base { function show() {} function index() {} }',
];
const [PYTHON_FILES, TYPESCRIPT_FILES, RUBY_FILES, PHP_FILES] = [
  ['api/main.py', 'api/items.py', 'api/config.py'],
  ['web/a.ts', 'web/b.ts', 'web/c.spec.ts'],
  ['shop/routes.rb', 'shop/items.rb', 'shop/base.rb'],
  ['routes/api.php', 'items.php'],
];

function text(pieces: readonly string[], head: string, files: readonly string[]): fc.Arbitrary<string> {
  const path = fc.constantFrom('/v1', '/items', '/v1/items', '', '/x');
  const piece = fc
    .tuple(fc.constantFrom(...pieces), path, fc.constantFrom(...files))
    .map(([line, to, file]) => line.replaceAll('{0}', to).replaceAll('{1}', file));
  return fc.array(piece, { maxLength: 6 }).map((lines) => [head, ...lines].join('\n'));
}

function edits(paths: readonly string[], source: fc.Arbitrary<string | undefined>): fc.Arbitrary<Edit> {
  return fc.record({ path: fc.constantFrom(...paths), source });
}

const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 4, arbitrary: edits(PYTHON_FILES, text(PYTHON, PYTHON[0]!, ['main', 'items', 'config'])) },
  { weight: 5, arbitrary: edits(TYPESCRIPT_FILES, text(TYPESCRIPT, TYPESCRIPT[0]!, ['a', 'b', 'c.spec'])) },
  { weight: 1, arbitrary: edits(['go/a.go', 'go/b.go'], text(GO.slice(0, 1), 'package a', [''])) },
  { weight: 1, arbitrary: edits(['go/c.go'], text(GO.slice(1), 'package a', [''])) },
  { weight: 2, arbitrary: edits(PHP_FILES, text(PHP, '<?php\nuse Illuminate\\Support\\Facades\\Route;', [''])) },
  { weight: 3, arbitrary: edits(RUBY_FILES, text(RUBY, '', [''])) },
  { weight: 2, arbitrary: edits([...PYTHON_FILES, ...TYPESCRIPT_FILES, ...RUBY_FILES, ...PHP_FILES, 'go/a.go'], fc.constant(undefined)) },
);

const START: readonly (readonly [string, string])[] = [
  ...Object.entries(FILES),
  ['web/a.ts', [0, 3, 4, 5, 10].map((i) => TYPESCRIPT[i]!.replaceAll('{0}', '/v1')).join('\n')],
  ['web/b.ts', [0, 1, 2, 6, 11, 12].map((i) => TYPESCRIPT[i]!.replaceAll('{0}', '/items').replaceAll('{1}', 'a')).join('\n')],
];
