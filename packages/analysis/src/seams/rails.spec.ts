import { analyse, type Sources } from '../testing/code-base.ts';
import { routesOf } from '../testing/routes.ts';

/** A routes file, and with it controllers that have every action that Rails knows. */
function rails(lines: readonly string[], ...controllers: readonly string[]): Sources {
  const actions = 'index show new edit create update destroy preview search'.split(' ').map((name) => `  def ${name}; end`);
  const files = controllers.map((name): [string, string] => {
    const path = name
      .replaceAll('::', '/')
      .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_')
      .toLowerCase();
    return [`app/controllers/${path}.rb`, [`class ${name} < ApplicationController`, ...actions, 'end'].join('\n')];
  });
  return { 'config/routes.rb': ['Rails.application.routes.draw do', ...lines, 'end'].join('\n'), ...Object.fromEntries(files) };
}

/** Of each route: method, full path, and the action that serves it, without folders. */
function drawn(sources: Sources): string[] {
  return routesOf(analyse(sources))
    .map((route) =>
      route
        .replace(/^\S*#/, '')
        .replace(/^(\S+) \S+ (\S+) /, '$1 $2 ')
        .replace(/app\/controllers\/\S*#/, ''),
    )
    .sort();
}

describe('Rails: routes are nodes that refer to the actions of controllers', () => {
  it('written one by one, in every notation for an action', () => {
    const lines = [
      "  root 'items#index'",
      "  get '/a', to: 'items#index'",
      "  post 'b' => 'items#create', as: :b",
      "  put 'c/:id', :to => 'items#update', :id => /[0-9]+/",
      "  match 'd', to: 'items#search', via: [:get, :patch]",
      "  match '*path', to: 'items#show', via: :all",
      "  delete 'e', controller: 'items', action: :destroy",
      "  get 'items/preview'",
      "  get 'f(/:page)(.:format)', to: 'items#show'",
      "  get '/old', to: redirect('/a')",
      '  get "#{x}/g", to: "items#show"',
    ];
    expect(drawn(rails(lines, 'ItemsController'))).toEqual([
      'ANY /* ItemsController.show',
      'DELETE /e ItemsController.destroy',
      'GET / ItemsController.index',
      'GET /a ItemsController.index',
      'GET /d ItemsController.search',
      'GET /f ItemsController.show',
      'GET /f/{page} ItemsController.show',
      'GET /items/preview ItemsController.preview',
      'GET /old ',
      'PATCH /d ItemsController.search',
      'POST /b ItemsController.create',
      'PUT /c/{id} ItemsController.update',
    ]);
  });

  it('of resources: all seven, or the selected ones', () => {
    expect(drawn(rails(['resources :items', 'resource :profile, only: %i[show update]'], 'ItemsController', 'ProfilesController'))).toEqual(
      [
        'DELETE /items/{id} ItemsController.destroy',
        'GET /items ItemsController.index',
        'GET /items/new ItemsController.new',
        'GET /items/{id} ItemsController.show',
        'GET /items/{id}/edit ItemsController.edit',
        'GET /profile ProfilesController.show',
        'PATCH /items/{id} ItemsController.update',
        'PATCH /profile ProfilesController.update',
        'POST /items ItemsController.create',
        'PUT /items/{id} ItemsController.update',
        'PUT /profile ProfilesController.update',
      ],
    );
    const some = ["resources :items, except: [:new, :edit, :update, :destroy, :create], path: 'things', controller: 'stuff', param: :slug"];
    expect(drawn(rails(some, 'StuffController'))).toEqual(['GET /things StuffController.index', 'GET /things/{slug} StuffController.show']);
  });

  it('in resources: for members, for the collection, nested, shallow, by concerns', () => {
    const lines = [
      'concern :listed do',
      '  get :search, on: :collection',
      'end',
      'resources :categories, only: [], concerns: :listed do',
      '  member { post :preview }',
      '  collection do',
      "    get 'best', action: :index",
      '  end',
      '  resources :items, only: :index',
      '  resources :notes, only: [:index, :show], shallow: true',
      'end',
    ];
    expect(drawn(rails(lines, 'CategoriesController', 'ItemsController', 'NotesController'))).toEqual([
      'GET /categories/best CategoriesController.index',
      'GET /categories/search CategoriesController.search',
      'GET /categories/{category_id}/items ItemsController.index',
      'GET /categories/{category_id}/notes NotesController.index',
      'GET /notes/{id} NotesController.show',
      'POST /categories/{id}/preview CategoriesController.preview',
    ]);
  });

  it('in namespaces and scopes, which determine the controllers and may have acronyms as names', () => {
    const lines = [
      'namespace :api do',
      '  namespace :v1, path: "one" do',
      '    resources :items, only: :show',
      "    get 'stats', to: 'items#search'",
      '  end',
      'end',
      "scope '/admin', module: 'back' do",
      '  resources :items, only: :index',
      'end',
      "scope ':locale' do",
      "  get 'about', to: 'items#show'",
      'end',
      'constraints(id: /x/) { get "x", to: "items#show" }',
      'scope(prefix) { get "no", to: "items#show" }',
    ];
    expect(drawn(rails(lines, 'API::V1::ItemsController', 'Back::ItemsController', 'ItemsController'))).toEqual(
      [
        'GET /admin/items Back.ItemsController.index',
        'GET /api/one/items/{id} API.V1.ItemsController.show',
        'GET /api/one/stats API.V1.ItemsController.search',
        'GET /x ItemsController.show',
        'GET /{locale}/about ItemsController.show',
      ].map((route) => route.replace('Back.', 'Back::').replace('API.V1.', 'API::V1::')),
    );
  });

  it('of an engine, below its mount, served by actions that a controller inherits', () => {
    const found = drawn({
      ...rails(["mount Shop::Engine => '/shop'"]),
      'shop/config/routes.rb': "Shop::Engine.routes.draw do\n  get 'x', to: 'carts#show'\nend",
      'shop/app/controllers/shop/base.rb': 'module Shop\n  class Base\n    def show; end\n  end\nend',
      'shop/app/controllers/shop/carts_controller.rb': 'module Shop\n  class CartsController < Base\n  end\nend',
    });
    expect(found).toEqual(['GET /shop/x shop/Shop.Base.show']);
  });

  it('but not other things of the same names', () => {
    expect(drawn({ 'a.rb': "canvas.draw do\n  get '/x', to: 'c#a'\nend\nget '/y', to: 'c#a'\nclient.get('/z')" })).toEqual([]);
  });

  it('serve the JavaScript calls of the same repository', () => {
    const found = analyse({
      ...rails(['namespace(:api) { resources :items, only: [:show, :create] }'], 'Api::ItemsController'),
      'app/javascript/items.js':
        "export const one = (id) => fetch(`/api/items/${id}`);\nexport const add = () => fetch('/api/items', { method: 'POST' });",
    });
    expect(found.all('seam')).toEqual([
      'app/javascript/items.js#add -> config/routes.rb#POST /api/items',
      'app/javascript/items.js#one -> config/routes.rb#GET /api/items/{id}',
    ]);
  });
});

describe('Sinatra: blocks are routes', () => {
  it('in a file that requires Sinatra, and in its classes', () => {
    const found = analyse({
      'app.rb': "require 'sinatra'\nget '/hello/:name' do\n  greet\nend\ndef greet; end\nitems.each { |x| get '/no' do\n end }",
      'api.rb': [
        'class Api < Sinatra::Base',
        "  namespace '/v1' do",
        "    delete('/items/:id') { 1 }",
        '  end',
        "  post '/items' do",
        '  end',
        'end',
        "get '/no' do",
        'end',
      ].join('\n'),
    });
    expect(routesOf(found).sort()).toEqual([
      'api.rb#DELETE /v1/items/{id} /v1/items/{id} ',
      'api.rb#POST /items /items ',
      'app.rb#GET /hello/{name} /hello/{name} ',
    ]);
  });
});
