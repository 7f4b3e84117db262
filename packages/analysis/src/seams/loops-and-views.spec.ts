import { analyse } from '../testing/code-base.ts';
import { routesOf } from '../testing/routes.ts';

describe('routes in a loop over a literal list', () => {
  it('are one route for each element, in place or in a constant, with the handler that the element names', () => {
    const found = analyse({
      'a.py': [
        'from fastapi import FastAPI',
        'app = FastAPI()',
        'def f(): ...',
        'def g(): ...',
        'for p, h in [("/a", f), ("/b", g)]:',
        '    app.add_api_route(p, h, methods=["POST"])',
        'PATHS = ["/x", "/y"]',
        'for path in PATHS:',
        '    app.add_api_route(f"/v{path}", f)',
      ].join('\n'),
      'a.ts': [
        "import express from 'express';",
        'const app = express();',
        'function f() {}',
        'function g() {}',
        "const LIST = [{ path: '/a', run: f }, { path: '/b', run: g }] as const;",
        'for (const each of LIST) app.get(each.path, each.run);',
        "['x', 'y'].forEach((name) => app.get('/' + name, f));",
        "for (const [path, run] of [['/m', f]]) app.post(path, run);",
        "for (const verb of ['put', 'delete']) app[verb]('/z', f);",
      ].join('\n'),
    });
    expect(routesOf(found)).toEqual([
      'a.py#POST /a /a a.py#f',
      'a.py#POST /b /b a.py#g',
      'a.py#GET /v/x /v/x a.py#f',
      'a.py#GET /v/y /v/y a.py#f',
      'a.ts#GET /a /a a.ts#f',
      'a.ts#GET /b /b a.ts#g',
      'a.ts#GET /x /x a.ts#f',
      'a.ts#GET /y /y a.ts#f',
      'a.ts#POST /m /m a.ts#f',
      'a.ts#PUT /z /z a.ts#f',
      'a.ts#DELETE /z /z a.ts#f',
    ]);
  });

  it('are not made up if the list is not written there', () => {
    const found = analyse({
      'a.ts':
        "import express from 'express';\nconst app = express();\nlet list = ['/a'];\nlist = load();\nfor (const path of list) app.get(path, f);\nfunction f() {}",
    });
    expect(routesOf(found)).toEqual([]);
  });
});

describe('views that are classes', () => {
  it('have a route for each HTTP method: of Django, of its REST framework by a table, through other patterns and includes', () => {
    const found = analyse({
      'p/urls.py': 'from django.urls import path, include\nurlpatterns = [path("api/", include("p.app.urls"))]\n',
      'p/app/urls/__init__.py':
        'from .a import urlpatterns as a_urls\nfrom .b import urlpatterns as b_urls\nurlpatterns = [*a_urls, *b_urls]\n',
      'p/app/urls/a.py': [
        'from django.urls import path',
        'from p.views import V, W',
        'urlpatterns = [',
        '  path("x/<int:pk>/", V.as_view({"get": "list", "post": "create"})),',
        '  path("y/", W.as_view()),',
        ']',
      ].join('\n'),
      'p/app/urls/b.py': 'from django.urls import path\nurlpatterns = [path("z/", zed)]\ndef zed(): ...\n',
      'p/views.py':
        'class Base:\n  def list(self): ...\nclass V(Base):\n  def create(self): ...\nclass W:\n  def get(self): ...\n  def delete(self): ...\n',
    });
    expect(routesOf(found)).toEqual([
      'p/app/urls/a.py#GET /x/{pk}/ /api/x/{pk}/ p/views.py#Base.list',
      'p/app/urls/a.py#POST /x/{pk}/ /api/x/{pk}/ p/views.py#V.create',
      'p/app/urls/a.py#GET /y/ /api/y/ p/views.py#W.get',
      'p/app/urls/a.py#DELETE /y/ /api/y/ p/views.py#W.delete',
      'p/app/urls/b.py#ANY /z/ /api/z/ p/app/urls/b.py#zed',
    ]);
  });

  it('have a route for each HTTP method in Flask, unless the registration names some', () => {
    const found = analyse({
      'a.py': [
        'from flask import Flask',
        'from flask.views import MethodView',
        'app = Flask(__name__)',
        'class Users(MethodView):',
        '  def get(self): ...',
        '  def post(self): ...',
        'view = Users.as_view("users")',
        'app.add_url_rule("/some", view_func=Users.as_view("some"), methods=["GET"])',
        'app.add_url_rule("/users", view_func=view)',
      ].join('\n'),
    });
    expect(routesOf(found)).toEqual([
      'a.py#GET /some /some a.py#Users.get',
      'a.py#GET /users /users a.py#Users.get',
      'a.py#POST /users /users a.py#Users.post',
    ]);
  });

  it('may wear a decorator that takes the router, which is included several times over', () => {
    const found = analyse({
      'a.py': [
        'from fastapi import APIRouter, FastAPI',
        'from fastapi_utils.cbv import cbv',
        'router = APIRouter(prefix="/items")',
        '@cbv(router)',
        'class Items:',
        '  @router.get("/{id}")',
        '  def one(self, id): ...',
        'app = FastAPI()',
        'api = APIRouter(prefix="/api")',
        'v1 = APIRouter()',
        'v1.include_router(router, prefix="/v1")',
        'api.include_router(v1)',
        'app.include_router(api)',
      ].join('\n'),
    });
    expect(routesOf(found)).toEqual(['a.py#GET /items/{id} /api/v1/items/{id} a.py#Items.one']);
  });
});

describe('requests', () => {
  const server = {
    'server.ts': [
      "import express from 'express';",
      'const app = express();',
      "app.get('/users', list); app.post('/users', add); app.put('/users/:id', add);",
      "app.post('/plugins/:id/enable', list); app.post('/plugins/:id/disable', list);",
      'function list() {}',
      'function add() {}',
    ].join('\n'),
  };
  const seams = (client: string): string[] =>
    analyse({ ...server, 'client.ts': `import axios from 'axios';\n${client}` })
      .relationships.filter((each) => each.relationship_type === 'seam')
      .map(({ target_id, confidence }) => `${target_id.slice(target_id.indexOf('#') + 1)} ${String(confidence)}`);

  it('may have a path right after the base', () => {
    expect(seams("const list = () => axios.get(`${config.get('url')}users`);")).toEqual(['GET /users 0.85']);
    expect(seams("const list = () => axios.get(config.get('url') + 'users');")).toEqual(['GET /users 0.85']);
    expect(seams('const list = () => axios.get(`${first}${second}users`);')).toEqual([]);
  });

  it('whose path or method depends on a condition are one for each', () => {
    expect(seams("const set = (id: string, on: boolean) => axios.post(`/plugins/${id}/${on ? 'enable' : 'disable'}`);")).toEqual([
      'POST /plugins/{id}/disable 0.95',
      'POST /plugins/{id}/enable 0.95',
    ]);
    expect(seams("const save = (id?: string) => fetch(id ? `/users/${id}` : '/users', { method: id ? 'PUT' : 'POST' });")).toEqual([
      'POST /users 0.95',
      'PUT /users/{id} 0.95',
    ]);
  });

  it('of a client that nothing shows to be one may have $ before the verb', () => {
    expect(seams('const set = (id: string) => this.$axios.$post(`/plugins/${id}/enable`);')).toEqual(['POST /plugins/{id}/enable 0.75']);
  });
});
