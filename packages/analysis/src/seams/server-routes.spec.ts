import { analyse, type Sources } from '../testing/code-base.ts';
import { routesOf } from '../testing/routes.ts';

describe('routes are nodes with their full path', () => {
  it('Express: applications, routers mounted under a path, route(), lists of paths', () => {
    expectRoutes(
      {
        'app.ts': `import express from 'express'; import { items } from './items'; import { users } from './users';
          const app = express();
          app.use('/api', items);
          app.use('/users', users({}));
          app.get('/health', health);
          app.all(['/a', '/b'], health);
          function health() {}`,
        'items.ts': `import { Router } from 'express'; import { list } from './handlers';
          export const items = Router();
          items.get('/items/:id', list);
          items.route('/items').get(list).post((request, response) => {});
          const other = { get(path: string, f: unknown) {} }; other.get('/no', list);`,
        'handlers.ts': 'export function list() {}',
        'users.ts': `import { Router } from 'express';
          export function users(options: object): Router { const router = Router(); router.delete('/:name(\\\\w+)', () => {}); return router; }`,
      },
      [
        'app.ts#GET /health /health app.ts#health',
        'app.ts#ANY /a /a app.ts#health',
        'app.ts#ANY /b /b app.ts#health',
        'items.ts#GET /items/{id} /api/items/{id} handlers.ts#list',
        'items.ts#GET /items /api/items handlers.ts#list',
        'items.ts#POST /items /api/items ',
        'users.ts#DELETE /{name} /users/{name} users.ts#users',
      ],
    );
  });

  it('Express: an application passed to a function, and stored in a class', () => {
    expectRoutes(
      {
        'main.js': "const express = require('express'); const { add } = require('./add'); const app = express(); add(app, 1);",
        'add.js': "function add(app) { app.get('/added', () => {}); }\nmodule.exports = { add };",
        'lost.js': "export function lost(app) { app.get('/lost', () => {}); }",
        'server.ts': `import express, { type Express } from 'express';
          export class Server { private readonly app: Express = express(); start() { this.app.put('/kept', this.kept); } kept() {} }`,
      },
      ['add.js#GET /added /added add.js#add', 'server.ts#PUT /kept /kept server.ts#Server.kept'],
    );
  });

  it('Fastify: plug-ins with a prefix, routes described by an object', () => {
    expectRoutes(
      {
        'app.ts': `import Fastify from 'fastify'; import items from './items';
          const app = Fastify({}); app.register(items, { prefix: '/v1' });
          app.route({ method: ['GET', 'HEAD'], url: '/ping', handler: ping }); function ping() {}`,
        'items.ts': `export default async function items(fastify, options) { fastify.get('/items/:id', { schema: {} }, one); } function one() {}`,
      },
      ['app.ts#GET /ping /ping app.ts#ping', 'app.ts#HEAD /ping /ping app.ts#ping', 'items.ts#GET /items/{id} /v1/items/{id} items.ts#one'],
    );
  });

  it('Nest: controllers, their methods, the global prefix', () => {
    expectRoutes(
      {
        'src/main.ts': `import { NestFactory } from '@nestjs/core'; import { AppModule } from './app.module';
          async function bootstrap() { const app = await NestFactory.create(AppModule); app.setGlobalPrefix('api'); }`,
        'src/items.controller.ts': `import { Controller, Get, Post } from '@nestjs/common';
          @Controller('items') export class ItemsController { @Get() all() {} @Get(':id') one() {} @Post(['a', 'b']) add() {} }
          function Put(path: string) { return (target: unknown, name: string) => {}; }
          @Controller() export class Root { @Put('no') no() {} @Get('about') about() {} }`,
      },
      [
        'src/items.controller.ts#GET /items /api/items src/items.controller.ts#ItemsController.all',
        'src/items.controller.ts#GET /items/{id} /api/items/{id} src/items.controller.ts#ItemsController.one',
        'src/items.controller.ts#POST /items/a /api/items/a src/items.controller.ts#ItemsController.add',
        'src/items.controller.ts#POST /items/b /api/items/b src/items.controller.ts#ItemsController.add',
        'src/items.controller.ts#GET /about /api/about src/items.controller.ts#Root.about',
      ],
    );
  });

  it('FastAPI: routers that are made by subclasses, with the prefix that each is made with', () => {
    expectRoutes(
      {
        'base.py': `from fastapi import APIRouter
class OwnRouter(APIRouter):
    def __init__(self, prefix: str = "", **more):
        super().__init__(prefix=prefix, **more)
class UserRouter(OwnRouter): ...
`,
        'items.py': `from base import UserRouter
router = UserRouter(prefix="/items")
@router.get("/{id}")
def one(id): ...
`,
        'main.py': `from fastapi import FastAPI, APIRouter
from items import router as items
app = FastAPI()
admin = APIRouter(prefix="/admin")
admin.include_router(items)
app.include_router(admin, prefix="/api")
`,
      },
      ['items.py#GET /items/{id} /api/admin/items/{id} items.py#one'],
    );
  });

  it('FastAPI: nested routers across files, prefixes from settings', () => {
    expectRoutes(
      {
        'app/main.py': `from fastapi import FastAPI
from app.api import api_router
from app.config import settings
app = FastAPI()
app.include_router(api_router, prefix=settings.API)
@app.get("/")
def root(): ...
`,
        'app/config.py': 'class Settings(Base):\n    API: str = "/api/v1"\nsettings = Settings()\n',
        'app/api.py': `from fastapi import APIRouter
from app.routes import items
api_router = APIRouter()
api_router.include_router(items.router, prefix="/shop")
`,
        'app/routes/__init__.py': '',
        'app/routes/items.py': `from fastapi import APIRouter
router = APIRouter(prefix="/items", tags=["items"])
@router.get("/{id}")
async def one(id: int): ...
@router.post("", response_model=None)
def add(): ...
cache = {}
@cache.get("/no")
def no(): ...
`,
      },
      [
        'app/main.py#GET / / app/main.py#root',
        'app/routes/items.py#GET /items/{id} /api/v1/shop/items/{id} app/routes/items.py#one',
        'app/routes/items.py#POST /items /api/v1/shop/items app/routes/items.py#add',
      ],
    );
  });

  it('Flask: blueprints, and the prefix of their registration', () => {
    expectRoutes(
      {
        'app.py': `from flask import Flask
from items import bp, old
app = Flask(__name__)
app.register_blueprint(bp)
app.register_blueprint(old, url_prefix="/new")
@app.route("/")
def index(): ...
def about(): ...
app.add_url_rule("/about", view_func=about)
`,
        'items.py': `from flask import Blueprint
bp = Blueprint("items", __name__, url_prefix="/items")
old = Blueprint("old", __name__, url_prefix="/old")
@bp.route("/<int:id>", methods=["GET", "PUT"])
def one(id): ...
@old.post("/x")
def x(): ...
`,
      },
      [
        'app.py#GET / / app.py#index',
        'app.py#GET /about /about app.py#about',
        'items.py#GET /items/{id} /items/{id} items.py#one',
        'items.py#PUT /items/{id} /items/{id} items.py#one',
        'items.py#POST /old/x /new/x items.py#x',
      ],
    );
  });

  it('Django: urlpatterns, and included ones', () => {
    expectRoutes(
      {
        'site/urls.py': `from django.urls import include, path
urlpatterns = [path("shop/", include("shop.urls")), path("about/", about)]
def about(request): ...
`,
        'shop/__init__.py': '',
        'shop/urls.py': `from django.urls import path, re_path
from . import views
urlpatterns = [
    path("<int:id>/", views.one, name="one"),
    path("all/", views.All.as_view()),
    re_path(r"^old/(?P<slug>[a-z]+)/$", views.one),
]
`,
        'shop/views.py': 'def one(request, id): ...\nclass All(View): ...\n',
      },
      [
        'site/urls.py#ANY /about/ /about/ site/urls.py#about',
        'shop/urls.py#ANY /{id}/ /shop/{id}/ shop/views.py#one',
        'shop/urls.py#ANY /all/ /shop/all/ shop/views.py#All',
        'shop/urls.py#ANY /old/{slug}/ /shop/old/{slug}/ shop/views.py#one',
      ],
    );
  });

  it('Go: net/http with and without methods in patterns, stripped prefixes', () => {
    expectRoutes(
      {
        'go.mod': 'module example.com/m',
        'main.go': `package main
import "net/http"
func main() {
  mux := http.NewServeMux()
  mux.HandleFunc("GET /items/{id}", one)
  inner := http.NewServeMux()
  inner.HandleFunc("/old", one)
  mux.Handle("/api/", http.StripPrefix("/api", inner))
  http.HandleFunc("/files/", one)
}
func one(w http.ResponseWriter, r *http.Request) {}
`,
      },
      [
        'main.go#GET /items/{id} /items/{id} main.go#one',
        'main.go#ANY /old /api/old main.go#one',
        'main.go#ANY /files/* /files/* main.go#one',
      ],
    );
  });

  it('Go: chi and gin, with groups, in and across functions', () => {
    expectRoutes(
      {
        'go.mod': 'module example.com/m\nrequire github.com/go-chi/chi/v5 v5.0.0\nrequire github.com/gin-gonic/gin v1.0.0',
        'chi.go': `package main
import ("net/http"; "github.com/go-chi/chi/v5")
type Server struct { router *chi.Mux }
func (s *Server) one(w http.ResponseWriter, r *http.Request) {}
func (s *Server) routes() {
  s.router = chi.NewRouter()
  s.router.Route("/items", func(r chi.Router) {
    r.With(nil).Get("/{id:[0-9]+}", s.one)
    r.Mount("/admin", admin())
  })
}
func admin() http.Handler { r := chi.NewRouter(); r.Post("/", add); return r }
func add(w http.ResponseWriter, r *http.Request) {}
`,
        'gin.go': `package main
import "github.com/gin-gonic/gin"
func start() { r := gin.Default(); v1 := r.Group("/v1"); register(v1); other(v1.Group("/a")); other(r.Group("/b")) }
func other(g *gin.RouterGroup) { g.DELETE("/x", user) }
func register(g *gin.RouterGroup) { g.GET("/users/:id", user); g.Any("/all", user) }
func user(c *gin.Context) {}
`,
      },
      [
        'chi.go#GET /items/{id} /items/{id} chi.go#Server.one',
        'chi.go#POST / /items/admin/ chi.go#add',
        'gin.go#GET /v1/users/{id} /v1/users/{id} gin.go#user',
        'gin.go#DELETE /x /b/x gin.go#user',
        'gin.go#DELETE /x~2 /v1/a/x gin.go#user',
        'gin.go#ANY /v1/all /v1/all gin.go#user',
      ],
    );
  });

  it('Spring: mappings of classes and methods, but not of clients', () => {
    expectRoutes(
      {
        'a/Items.java': `package a;
import org.springframework.web.bind.annotation.*;
@RestController @RequestMapping("/api/items")
public class Items {
  static final String ONE = "/{id}";
  @GetMapping(ONE) Item one(@PathVariable int id) { return null; }
  @RequestMapping(path = "/old", method = RequestMethod.POST) void old() {}
  @PutMapping({"/a", "/b"}) void two() {}
}`,
        'a/Client.java': `package a;
import org.springframework.web.bind.annotation.GetMapping;
@FeignClient(name = "x") interface Client { @GetMapping("/no") void no(); }`,
      },
      [
        'a/Items.java#GET /api/items/{id} /api/items/{id} a/Items.java#Items.one',
        'a/Items.java#POST /api/items/old /api/items/old a/Items.java#Items.old',
        'a/Items.java#PUT /api/items/a /api/items/a a/Items.java#Items.two',
        'a/Items.java#PUT /api/items/b /api/items/b a/Items.java#Items.two',
      ],
    );
  });

  it('a router mounted twice has each route twice', () => {
    expectRoutes(
      {
        'app.ts': `import express from 'express'; const app = express(); const router = express.Router();
          router.get('/x', () => {}); app.use('/v1', router); app.use('/v2', router);`,
      },
      ['app.ts#GET /x /v1/x ', 'app.ts#GET /x~2 /v2/x '],
    );
  });

  it('a router that a test mounts elsewhere stays at its place', () => {
    expectRoutes(
      {
        'items.ts': "import { Router } from 'express'; export const items = Router(); items.get('/x', () => {});",
        'app.ts': "import express from 'express'; import { items } from './items'; express().use('/api', items);",
        'items.spec.ts': "import express from 'express'; import { items } from './items'; express().use(items);",
      },
      ['items.ts#GET /x /api/x '],
    );
  });

  it('have method, path and place, and are contained in their file', () => {
    const analysed = analyse({ 'a.ts': "import express from 'express';\nconst app = express();\napp.get('/x/:y',\n  () => {});" });
    expect(analysed.node('a.ts#GET /x/{y}')).toEqual({
      id: 'a.ts#GET /x/{y}',
      name: 'GET /x/{y}',
      qualified_name: 'GET /x/{y}',
      node_type: 'route',
      language: 'typescript',
      file_path: 'a.ts',
      start_line: 3,
      end_line: 4,
      line_count: 2,
      complexity: 0,
      http_method: 'GET',
      route_path: '/x/{y}',
    });
    expect(analysed.from('a.ts', 'contains')).toContain('a.ts#GET /x/{y}');
  });
});

/** Of each route: its ID, full path and handler. */
function expectRoutes(sources: Sources, expected: readonly string[]): void {
  expect(routesOf(analyse(sources)).sort()).toEqual([...expected].sort());
}
