import { analyse, type Sources } from '../testing/code-base.ts';
import { routesOf } from '../testing/routes.ts';

/** Of each route: its ID, full path and handler. */
function expectRoutes(sources: Sources, expected: readonly string[]): void {
  expect(routesOf(analyse(sources)).sort()).toEqual([...expected].sort());
}

describe('routes are found in', () => {
  it('Koa: nested routers, names of routes, prefixes', () => {
    expectRoutes(
      {
        'app.ts': `import Koa from 'koa'; import { items } from './items';
          const app = new Koa(); app.use(async (ctx, next) => next()); app.use(items.routes()).use(items.allowedMethods());`,
        'items.ts': `import Router from '@koa/router'; import { list } from './list';
          export const items = new Router({ prefix: '/items' }); const inner = new Router();
          items.get('/', list); items.post('add', '/add', async (ctx) => {}); inner.del('/x', list); items.use('/in', inner.routes());
          const map = new Map(); map.get('/no', list);`,
        'list.ts': 'export function list() {}',
      },
      ['items.ts#GET /items/ /items/ list.ts#list', 'items.ts#POST /items/add /items/add ', 'items.ts#DELETE /x /items/in/x list.ts#list'],
    );
  });

  it('Hono: chains, base paths, nested applications', () => {
    expectRoutes(
      {
        'app.ts': `import { Hono } from 'hono'; import { items } from './items';
          const app = new Hono().basePath('/api'); app.route('/items', items); app.on('PURGE', '/cache', purge); function purge() {}`,
        'items.ts': `import { Hono } from 'hono'; export const items = new Hono<{ Bindings: object }>().get('/:id', one).post('/', (c) => c.json({}));
          function one() {}`,
      },
      [
        'app.ts#PURGE /api/cache /api/cache app.ts#purge',
        'items.ts#GET /{id} /api/items/{id} items.ts#one',
        'items.ts#POST / /api/items/ ',
      ],
    );
  });

  it('gorilla/mux: chains in either order, subrouters', () => {
    expectRoutes(
      {
        'go.mod': 'module example.com/m\nrequire github.com/gorilla/mux v1.8.0',
        'main.go': `package main
import ("net/http"; "github.com/gorilla/mux")
func main() {
  r := mux.NewRouter().StrictSlash(true)
  r.HandleFunc("/all", one)
  r.HandleFunc("/items/{id:[0-9]+}", one).Methods("GET", http.MethodPut).Name("one")
  api := r.PathPrefix("/api").Subrouter()
  api.Methods("POST").Path("/items").HandlerFunc(add)
}
func one(w http.ResponseWriter, r *http.Request) {}
func add(w http.ResponseWriter, r *http.Request) {}
`,
      },
      [
        'main.go#ANY /all /all main.go#one',
        'main.go#GET /items/{id} /items/{id} main.go#one',
        'main.go#PUT /items/{id} /items/{id} main.go#one',
        'main.go#POST /api/items /api/items main.go#add',
      ],
    );
  });

  it("JAX-RS: paths of classes and methods below the application's path", () => {
    expectRoutes(
      {
        'a/App.java': 'package a;\nimport jakarta.ws.rs.ApplicationPath;\n@ApplicationPath("/api") public class App extends Application {}',
        'a/Items.java': `package a;
import jakarta.ws.rs.*;
@Path("/items") public class Items {
  @GET @Path("{id: \\\\d+}") public Item one() { return null; }
  @POST public void add() {}
  @Path("sub") public Sub sub() { return null; }
}`,
        'a/Client.java': 'package a;\nimport jakarta.ws.rs.*;\n@Path("/x") interface Client { @GET void no(); }',
      },
      ['a/Items.java#GET /items/{id} /api/items/{id} a/Items.java#Items.one', 'a/Items.java#POST /items /api/items a/Items.java#Items.add'],
    );
  });

  it('ASP.NET: attributes of controllers', () => {
    expectRoutes(
      {
        'Items.cs': `using Microsoft.AspNetCore.Mvc;
namespace A;
[ApiController]
[Route("api/[controller]")]
public class ItemsController : ControllerBase {
  [HttpGet] public void All() {}
  [HttpGet("{id:int}"), Authorize] public void One(int id) {}
  [HttpPut] [Route("x/{*rest}")] public void Put() {}
  [HttpPost("/add")] public void Add() {}
  [Obsolete("a/b")] public void No() {}
}
public class ByTable : Controller { [HttpGet] public void No() {} }`,
      },
      [
        'Items.cs#GET /api/Items /api/Items Items.cs#ItemsController.All',
        'Items.cs#GET /api/Items/{id} /api/Items/{id} Items.cs#ItemsController.One',
        'Items.cs#PUT /api/Items/x/* /api/Items/x/* Items.cs#ItemsController.Put',
        'Items.cs#POST /add /add Items.cs#ItemsController.Add',
      ],
    );
  });

  it('ASP.NET: minimal APIs, and calls of a client lead to them', () => {
    const sources = {
      'Program.cs': `using Shop;
var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.MapGet("/items/{id}", Handlers.One).RequireAuthorization();
var api = app.MapGroup("/api").WithTags("x");
api.MapPost("items", (Item item) => Handlers.Add(item));
other.MapGet("/no", Handlers.One);`,
      'Handlers.cs': 'namespace Shop;\npublic static class Handlers { public static void One() {} public static void Add(Item item) {} }',
      'Client.cs': `using System.Net.Http;
namespace Shop;
public class Client { private readonly HttpClient http; public void Ask(int id) { http.GetAsync($"/items/{id}"); } }`,
    };
    expectRoutes(sources, ['Program.cs#GET /items/{id} /items/{id} Handlers.cs#Handlers.One', 'Program.cs#POST /api/items /api/items ']);
    expect(analyse(sources).all('seam')).toEqual(['Client.cs#Client.Ask -> Program.cs#GET /items/{id}']);
  });

  it('Symfony: attributes of classes and methods', () => {
    expectRoutes(
      {
        'Blog.php': `<?php
namespace App;
use Symfony\\Component\\Routing\\Attribute\\Route;
#[Route('/blog', name: 'blog_')]
class Blog {
  #[Route('/{page<\\d+>}', methods: ['GET', 'HEAD'])] public function index() {}
  #[Route(path: '/new')] public function add() {}
}`,
        'Other.php': "<?php\nclass Other { #[Route('/no')] public function no() {} }",
      },
      [
        'Blog.php#GET /blog/{page} /blog/{page} Blog.php#Blog.index',
        'Blog.php#HEAD /blog/{page} /blog/{page} Blog.php#Blog.index',
        'Blog.php#ANY /blog/new /blog/new Blog.php#Blog.add',
      ],
    );
  });

  it('Laravel: groups, controllers in every notation, resources, the prefix of routes/api.php', () => {
    const controller = (name: string, ...methods: string[]): string =>
      `<?php\nnamespace App\\Http\\Controllers;\nclass ${name} { ${methods.map((each) => `public function ${each}() {}`).join(' ')} }`;
    expectRoutes(
      {
        'routes/api.php': `<?php
use App\\Http\\Controllers\\Items;
use Illuminate\\Support\\Facades\\Route;
Route::get('/items/{id}', [Items::class, 'show'])->name('x');
Route::middleware('auth')->post('add', 'Items@add');
Route::prefix('admin')->group(function () {
  Route::match(['get', 'put'], '/one/{id?}', Once::class);
  Route::controller(Items::class)->group(function () { Route::delete('/gone', 'gone'); });
  Route::apiResource('shops.items', Items::class)->only(['show', 'create']);
});
Route::group(['prefix' => 'v1'], fn () => Route::get('/closure', function () {}));
Route::prefix($x)->get('/no', Items::class);
`.replaceAll('\\\\', '\\'),
        'routes/web.php': "<?php\nuse Illuminate\\Support\\Facades\\Route;\nRoute::view('/', 'welcome');",
        'app/Http/Controllers/Items.php': controller('Items', 'show', 'add', 'gone'),
        'app/Http/Controllers/Other.php': "<?php\nRoute::get('/no', [Items::class, 'show']);",
      },
      [
        'routes/api.php#GET /api/items/{id} /api/items/{id} app/Http/Controllers/Items.php#Items.show',
        'routes/api.php#POST /api/add /api/add app/Http/Controllers/Items.php#Items.add',
        'routes/api.php#GET /api/admin/one /api/admin/one ',
        'routes/api.php#GET /api/admin/one/{id} /api/admin/one/{id} ',
        'routes/api.php#PUT /api/admin/one /api/admin/one ',
        'routes/api.php#PUT /api/admin/one/{id} /api/admin/one/{id} ',
        'routes/api.php#DELETE /api/admin/gone /api/admin/gone app/Http/Controllers/Items.php#Items.gone',
        'routes/api.php#GET /api/admin/shops/{shop}/items/{item} /api/admin/shops/{shop}/items/{item} app/Http/Controllers/Items.php#Items.show',
        'routes/api.php#GET /api/v1/closure /api/v1/closure ',
        'routes/web.php#GET / / ',
      ],
    );
  });
});
